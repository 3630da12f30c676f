"""What a world has in memory alone, packed for the server that goes on with it: its journal, and what streams tell; sends nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import orjson

from mockenv.kernel.values.instant import SECOND
from mockenv.kernel.worlds.changes import Ring
from mockenv.kernel.worlds.journal import Entry
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.settle import Fired
from mockenv.kernel.worlds.tally import Tally

FIELDS = tuple(one.name for one in fields(Entry))
BODIES = ("request_body", "reply_body")

log = logging.getLogger("mockenv.sandbox")


def pack(sandbox: Sandbox) -> bytes | None:
    """None where it cannot be spelled, which is logged: then it begins anew elsewhere."""
    journal, since = sandbox.journal, _since(sandbox)
    told = {
        "world": sandbox.world,
        "changes": _ring(sandbox.changes),
        "fired": _ring(sandbox.fired),
        "entries": [_spelled(entry, since) for entry in journal],
        "last": journal.last,
        "dropped": journal.dropped,
        "tally": list(journal.tally.counts.items()),
        "others": journal.tally.others,
    }
    try:
        return orjson.dumps(told)
    except TypeError as problem:
        log.warning("%s: its journal stays behind: %s", sandbox.name, problem)
        return None


def unpack(sandbox: Sandbox, packed: bytes) -> None:
    """Into one that was just taken up."""
    told, since = orjson.loads(packed), _since(sandbox)
    sandbox.world = told["world"]
    last, kept = told["changes"]
    sandbox.changes.resume(last, [(kind, id) for kind, id in kept])
    last, kept = told["fired"]
    sandbox.fired.resume(last, [Fired._make((*one[:-1], tuple(one[-1]))) for one in kept])
    sandbox.journal.resume([_meant(one, since) for one in told["entries"]], told["last"], told["dropped"], _tally(told))


def _ring(ring: Ring[Any]) -> tuple[int, list[Any]]:
    return ring.last, [tuple(one) for _, one in ring.after(0)]


def _spelled(entry: Entry, since: float) -> list[Any]:
    """In the order of its fields; moments of one machine's stopwatch by the clock that all share."""
    told = {name: getattr(entry, name) for name in FIELDS}
    told |= {name: told[name].decode("latin-1") for name in BODIES}
    return list({**told, "came": entry.came + since, "request_headers": dict(entry.request_headers)}.values())


def _meant(values: Iterable[Any], since: float) -> Entry:
    told: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    told |= {name: told[name].encode("latin-1") for name in BODIES}
    headers = [(name, value) for name, value in told["reply_headers"]]
    return Entry(**{**told, "came": told["came"] - since, "reply_headers": headers, "faults": tuple(told["faults"])})


def _tally(told: Mapping[str, Any]) -> Tally:
    tally = Tally()
    tally.counts = {tuple(sort): count for sort, count in told["tally"]}
    tally.others = told["others"]
    return tally


def _since(sandbox: Sandbox) -> float:
    """When the stopwatch was at nought, in seconds by the clock."""
    return sandbox.wall.now() / SECOND - sandbox.wall.stopwatch()
