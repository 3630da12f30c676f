"""What webhook verifiers say of deliveries that mockenv made: whole, spoilt on the way, and by a clock that is apart from the receiver's."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from mockenv.client import Mockenv, Sandbox
from mockenv.examples import VectorClient
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tables.cache import HERE, node_home, pinned, python_with
from tables.kept import Row

CASES: Mapping[str, Mapping[str, Any]] = {
    "whole": {},
    "parsed and written again": {"rewrite": True},
    "another secret": {"secret": "whsec_" + base64.b64encode(b"not the one that it was signed with").decode()},
    "4 min behind": {"apart": timedelta(minutes=-4)},
    "4 min ahead": {"apart": timedelta(minutes=4)},
    "7 min behind": {"apart": timedelta(minutes=-7)},
    "7 min ahead": {"apart": timedelta(minutes=7)},
    "`bad_signature`": {"fault": {"bad_signature": True}},
    "`stale_timestamp`": {"fault": {"stale_timestamp": True}},
}
"""What is done to a delivery on its way to the verifier; `apart` is the sandbox's clock, seen from the verifier's."""


@dataclass(frozen=True)
class Verifier:
    """A program that reads a delivery as JSON and says `{"ok": …}` or `{"error": …}`; `signing` is what it understands."""

    program: str
    version: str
    signing: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """What came in, and the secret that its receiver has."""

    headers: Mapping[str, str]
    body: bytes
    secret: str

    def told(self) -> str:
        return json.dumps({"headers": dict(self.headers), "body": base64.b64encode(self.body).decode(), "secret": self.secret})


def measure(only: str | None = None) -> list[Row]:
    running = ThreadedServer(Settings(port=0, log_level="critical")).start()
    try:
        server = Mockenv(running.url)
        return [_row(server, one) for one in verifiers() if not only or only in one.program]
    finally:
        running.stop()


def verifiers() -> Iterator[Verifier]:
    python, pins = str(python_with("verifiers")), pinned("verifiers")
    script, home = str(HERE / "verifiers" / "python_.py"), node_home()
    for name, signing in {"standardwebhooks": "standard", "svix": "standard", "stripe": "vector"}.items():
        yield Verifier(f"{name} (Python)", pins[name], signing, (python, script, name))
        if home:
            version = json.loads((home / "node_modules" / name / "package.json").read_text())["version"]
            yield Verifier(f"{name} (Node)", version, signing, ("node", str(HERE / "verifiers" / "node.mjs"), name, str(home)))


def _row(server: Mockenv, one: Verifier) -> Row:
    """Each delivery is made when it is verified: what is apart is not to grow on the way."""
    return {
        "program": one.program,
        "version": one.version,
        "date": datetime.now(UTC).date().isoformat(),
        "signing": one.signing,
        "seen": {case: verdict(one.command, delivery(server, one.signing, **told)) for case, told in CASES.items()},
    }


def delivery(
    server: Mockenv,
    signing: str,
    *,
    rewrite: bool = False,
    secret: str = "",
    apart: timedelta = timedelta(),
    fault: Mapping[str, Any] | None = None,
) -> Delivery:
    """One that has come in at a receiver of ours, from a sandbox whose clock runs."""
    now = (datetime.now(UTC) + apart).isoformat()
    with server.sandbox(clock={"mode": "real", "now": now}, delays={"vector": "10ms"}) as sandbox:
        if fault:
            sandbox.fault(dict(fault), event="*")
        told, headers, body = _received(sandbox, signing)
        if rewrite:
            body = json.dumps(json.loads(body)).encode()
        return Delivery(headers, body, secret or told)


def _received(sandbox: Sandbox, signing: str) -> tuple[str, Mapping[str, str], bytes]:
    """The subscription's secret, and what was sent to it."""
    got: list[tuple[Mapping[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        client = VectorClient(sandbox.url, "any token will do")
        hook = {"url": f"http://127.0.0.1:{receiver.server_port}/", "events": ["vector.site.created"], "x_mockenv_signing": signing}
        secret = client.call("POST", "/webhooks", hook)["secret"]
        client.call("POST", "/sites", {"partner_customer_id": "c", "dev_php_version": "8.3"})
        sandbox.deliveries(wait=30, state="delivered")
        receiver.shutdown()
    return secret, *got[0]


def verdict(command: tuple[str, ...], delivery: Delivery) -> str:
    """`takes it`, or the error's class and text."""
    done = subprocess.run(command, input=delivery.told(), capture_output=True, text=True, check=False, timeout=60)
    lines = done.stdout.splitlines()
    return said(json.loads(lines[-1]) if lines else {"error": done.stderr.strip()[-200:]})


def said(told: Mapping[str, Any]) -> str:
    """Without what is another in every run."""
    return "takes it" if "ok" in told else re.sub(r" \(\d{9,}\)|\. Are you .*", "", " ".join(str(told["error"]).split()))[:120]
