"""A webhook receiver as a user might have one: a real HTTP server in a thread that remembers what came, and misbehaves on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

Answer = int | tuple[int, dict[str, str], bytes]


@dataclass
class Received:
    """One request, as it came off the wire."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answer` decides what each request gets: a status, or (status, headers, body)."""

    url: str = ""
    got: list[Received] = field(default_factory=list)
    answer: Callable[[Received], Answer] = lambda request: 204
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the receiver goes: what never answers waits for this."""


class Listener(ThreadingHTTPServer):
    """Hundreds may knock at once, and a server that is killed hangs up in the middle."""

    request_queue_size = 512
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass


@contextmanager
def receiving(tls: SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """One on this machine, that calls itself `host`."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Received(self.path, dict(self.headers), body)
            receiver.got.append(request)
            answer = receiver.answer(request)
            status, headers, reply = (answer, {}, b"") if isinstance(answer, int) else answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(reply)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(reply)
            except OSError:
                self.close_connection = True  # the sender has read enough

        def log_message(self, *_: Any) -> None:
            pass

    server = Listener(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.url = f"{'https' if tls else 'http'}://{host}:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
