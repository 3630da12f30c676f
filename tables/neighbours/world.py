"""What every neighbour is tried on: a site that walks through its steps on a running clock, and the webhook that tells of it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from mockenv.client import Sandbox


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.set()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def receiver() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def post(sandbox: Sandbox, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """By the standard library, which few neighbours touch."""
    base = urlsplit(sandbox.url)
    connection = http.client.HTTPConnection(base.netloc, timeout=10)
    headers = {**sandbox.headers("vector"), "Content-Type": "application/json"}
    connection.request("POST", f"{base.path}/api/v1/vector/{path}", json.dumps(body), headers)
    reply = connection.getresponse()
    told = json.loads(reply.read())
    connection.close()
    assert reply.status == 201, told
    return dict(told["data"])


def walk(sandbox: Sandbox) -> None:
    """On a real clock at twenty times the speed: the alarm rings, and the sender sends, by themselves."""
    sandbox.set_clock("real", speed=20)
    with receiver() as there:
        hook = f"http://127.0.0.1:{there.server_address[1]}/"
        post(sandbox, "webhooks", {"name": "w", "url": hook, "events": ["vector.site.created"], "enabled": True})
        site = post(sandbox, "sites", {"partner_customer_id": "c", "dev_php_version": "8.3"})
        assert sandbox.wait(f"vector/site/{site['id']}", "active", timeout=10), sandbox.agenda()
        assert there.got.wait(10), sandbox.deliveries()
