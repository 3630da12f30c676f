"""Webhooks

Subscribe, and mockenv tells your receiver: at the right moment, signed, retried on the sandbox's clock. `advance` answers when the
attempts that were due have been made, so a test needs no waiting. `X-Vector-Delivery` is the same on every attempt, which is what
makes dropping repetitions work; the signature is fresh on each.

A receiver outside mockenv's container: start the server with `--webhook-rewrite localhost=host.docker.internal`, or do not receive
at all and pull: `GET /_mockenv/sandboxes/{name}/deliveries?wait=10s`.

Libraries that verify these signatures as they are: [webhook verifiers](webhook-verifiers.md).
"""

from __future__ import annotations

import hmac
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mockenv.client import Mockenv, Sandbox
from mockenv.examples import VectorClient


class Receiver(BaseHTTPRequestHandler):
    """A receiver in Python: verify the raw bytes first, then believe them."""

    secret = b""
    now = time.time
    verified: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        genuine = self.is_genuine(self.headers.get("X-Vector-Signature", ""), body)
        if genuine:
            self.verified.append(body)
        self.send_response(204 if genuine else 401)
        self.end_headers()

    def is_genuine(self, header: str, body: bytes) -> bool:
        parts = dict(part.split("=", 1) for part in header.split(","))
        expected = hmac.new(self.secret, f"{parts['t']}.".encode() + body, sha256).hexdigest()
        fresh = abs(type(self).now() - int(parts["t"])) <= 300
        return fresh and hmac.compare_digest(expected, parts["v1"])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), type("Fresh", (Receiver,), {"verified": []}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_receiver_in_python(mockenv: Sandbox, receiver: HTTPServer) -> None:
    """The receiver compares with its own date, and this clock stands in January. What leaves is dated by the machine all the same: the
    fixture's sandboxes have [`dates: wall`](clock.md#libraries-that-look-at-the-machines-clock)."""
    client = VectorClient(mockenv.url, "any token will do")
    url = f"http://127.0.0.1:{receiver.server_port}/"
    hook = client.call("POST", "/webhooks", {"url": url, "events": ["vector.site.created"]})
    receiver.RequestHandlerClass.secret = hook["secret"].encode()  # type: ignore[attr-defined]  # ours has one
    client.call("POST", "/sites", {"partner_customer_id": "cust_1", "dev_php_version": "8.3"})
    mockenv.advance("1h")
    [delivery] = mockenv.deliveries()
    assert (delivery["event"], delivery["state"]) == ("vector.site.created", "delivered")


def test_retries_without_waiting(mockenv: Sandbox) -> None:
    """Nobody listens: five attempts at the published times, in one call."""
    client = VectorClient(mockenv.url, "any token will do")
    client.call("POST", "/webhooks", {"url": "http://127.0.0.1:9/", "events": ["vector.site.pending"]})
    client.call("POST", "/sites", {"partner_customer_id": "cust_1", "dev_php_version": "8.3"})
    mockenv.advance("1h")
    [delivery] = mockenv.deliveries()
    assert [one["at"] for one in delivery["attempts"]] == [
        "2026-01-24T10:30:00Z",
        "2026-01-24T10:30:42Z",
        "2026-01-24T10:33:12Z",
        "2026-01-24T10:42:12Z",
        "2026-01-24T11:12:12Z",
    ]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_a_receiver_in_node(mockenv_server: Mockenv) -> None:
    """The receiver is `receiver.mjs`, beside the test: nothing but Node's standard library."""
    with mockenv_server.sandbox(clock="real", delays={"vector": "10ms"}, seed=1) as sandbox:
        client = VectorClient(sandbox.url, "any token will do")
        hook = client.call("POST", "/webhooks", {"url": "http://127.0.0.1:9/", "events": ["vector.site.*"]})
        environment = {"PATH": os.environ["PATH"], "WEBHOOK_SECRET": hook["secret"]}
        script = Path(__file__).with_name("receiver.mjs")
        with subprocess.Popen(["node", str(script)], env=environment, stdout=subprocess.PIPE, text=True) as node:
            assert node.stdout is not None
            port = node.stdout.readline().strip()
            client.call("PUT", f"/webhooks/{hook['id']}", {"url": f"http://127.0.0.1:{port}/"})
            client.call("POST", "/sites", {"partner_customer_id": "cust_1", "dev_php_version": "8.3"})
            told = [node.stdout.readline().strip() for _ in range(2)]
            node.terminate()
        assert told == ["vector.site.pending", "vector.site.created"]
