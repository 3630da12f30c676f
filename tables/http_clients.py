"""What each HTTP client does when an answer goes wrong: every effect, on a fresh and a reused connection, GET and POST."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import product
from typing import Any

from mockenv.client import Mockenv, Sandbox
from mockenv.kernel.values.instant import SECOND, parse_instant
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tables.asking import Ask, ask
from tables.inventory import Client, clients
from tables.kept import Row

SITES = "/api/v1/vector/sites"
WARM = f"{SITES}/12345"
DRIP = 2
RETRY_AFTER = 2
DATE_AHEAD = 8
"""Seconds from the rule to the date in Retry-After: more than a program takes to start."""
AT_ONCE = 4
PLACES = ("fresh", "reused")
METHODS = ("GET", "POST")
CELLS = [f"{method} {place}" for method, place in product(METHODS, PLACES)]


def effects() -> Mapping[str, Mapping[str, Any]]:
    """Made when asked: a date of Retry-After lies ahead."""
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=DATE_AHEAD), usegmt=True)
    wire = {name: {name: True} for name in ("reset", "empty", "truncate", "garbage", "hang")}
    return {
        **wire,
        "drip": {"drip": f"{DRIP}s"},
        "429 seconds": {"rate_limit": f"{RETRY_AFTER}s"},
        "503 date": {"status": 503, "headers": {"Retry-After": then}},
    }


def measure(only: str | None = None) -> list[Row]:
    """A row for each client that is here."""
    running = ThreadedServer(Settings(port=0, log_level="critical")).start()
    try:
        server = Mockenv(running.url)
        return [_row(server, client) for client in clients() if not only or only in client.program]
    finally:
        running.stop()


def _row(server: Mockenv, client: Client) -> Row:
    cells = [(effect, method, place) for effect in effects() for method, place in product(METHODS, PLACES)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = list(pool.map(lambda cell: look(server, partial(ask, client), *cell), cells))
    found: dict[str, dict[str, Any]] = {}
    for (effect, method, place), cell in zip(cells, seen, strict=True):
        if cell:
            found.setdefault(effect, {})[f"{method} {place}"] = cell
    return {
        "program": client.program,
        "language": client.language,
        "version": client.version,
        "date": datetime.now(UTC).date().isoformat(),
        "seen": found,
    }


def look(server: Mockenv, ask: Ask, effect: str, method: str, place: str) -> dict[str, Any] | None:
    """One request of one client in a sandbox of its own; None where it keeps no connection.

    `waited` is what lies between its requests as the server sees them, so that a slow start of the program is not in it.
    """
    with server.sandbox(clock="real") as sandbox:
        whole = _whole_length(sandbox, method)
        sandbox.reset()
        fault = sandbox.fault(dict(effects()[effect]), method=method, path=SITES, times=1)
        struck = partial(_struck, sandbox, fault)
        told, elapsed = ask(method, sandbox.url + SITES, sandbox.url + WARM if place == "reused" else "", struck)
        asked = sandbox.journal(method=method, path=SITES)
        if "cannot" in told or (place == "reused" and (not asked or asked[0]["connection"]["request"] == 1)):
            return None
        between = round((parse_instant(asked[-1]["at"]) - parse_instant(asked[0]["at"])) / SECOND) if asked else 0
        waited: int | str = between or (elapsed if effect == "hang" else 0)
        if effect == "503 date" and waited:
            waited = "until then"
        return {"got": _got(told, whole), "requests": len(asked), **({"waited": waited} if waited else {})}


def _whole_length(sandbox: Sandbox, method: str) -> int:
    """How long the body is that a client gets when nothing goes wrong."""
    from tables.clients.python_ import of_http_client

    return len(of_http_client(method, sandbox.url + SITES, "")[1])


def _struck(sandbox: Sandbox, fault: str) -> bool:
    return any(one["hits"] for one in sandbox.faults() if one["id"] == fault)


def _got(told: Mapping[str, Any], whole: int) -> str:
    """`ok`, `half`, a status, `waits`, or the error's class and text."""
    if "error" in told:
        return tidy(str(told["error"]))
    if told["status"] not in (0, 200, 201):
        return str(told["status"])
    note = f", {told['note']}" if told.get("note") else ""
    if told["bytes"] >= whole:
        return f"ok{note}"
    return f"half: {told['status'] or 'no status'} and {'a part of the' if told['bytes'] else 'no'} body{note}"


def tidy(text: str) -> str:
    """Without what is another in every run."""
    for pattern, word in _PASSING:
        text = re.sub(pattern, word, text)
    return " ".join(text.split())[:160]


_PASSING = (
    (r"(\\\\x[0-9a-f]{2}|\\x[0-9a-f]{2}|[\x00-\x1f\x7f-\uffff]).*", "…"),
    (r"http://127\.0\.0\.1:\d+/_sandbox/sandbox-[\w-]+", "URL"),
    (r"/_sandbox/sandbox-[\w-]+", ""),
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"port=?\s?\d+|port \d+", "port"),
    (r"0x[0-9a-f]+", "0x…"),
    (r"sandbox-[\w]{8,}", "sandbox"),
    (r"\d{2}:\d{2}:\d{2}\.\d+|\d+ ms|after \d+ milliseconds|@[0-9a-f]{5,}", "…"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", ""),
)


def silent(row: Row) -> Iterator[str]:
    """Where this client hid a fault: one request of the program, two at the server, and all is well."""
    for effect, cells in row["seen"].items():
        yield from (f"{effect} {cell}" for cell, seen in cells.items() if seen["got"] == "ok" and seen["requests"] > 1)
