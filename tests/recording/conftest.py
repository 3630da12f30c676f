"""A recorder in this process before a service of the test's own, or before a sandbox."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext
from typing import Any

import pytest

from mockenv.bootstrap import make_services
from mockenv.kernel.time.clock import Wall
from mockenv.recording.exchange import Exchange
from mockenv.recording.file import RecordingFile, read_recording
from mockenv.recording.proxy import Proxy, running
from mockenv.recording.recorder import Recorder
from mockenv.recording.services import Services
from mockenv.runtime.outbound import Outbound
from mockenv.settings import Settings

Behave = Callable[[BaseHTTPRequestHandler], None]
Upstream = Callable[..., str]


@dataclass
class Recorded:
    """A recorder that runs: where to ask, and what it has kept."""

    url: str
    path: Path
    recorder: Recorder
    said: list[str]

    def exchanges(self) -> list[Exchange]:
        self.recorder.finish()
        return list(read_recording(self.path).exchanges)


Record = Callable[..., Recorded]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Starts one; all end with the test."""
    with ExitStack() as stack:

        def start(upstream: str, seconds: float = 30.0, ca: str | None = None) -> Recorded:
            path, said = tmp_path / "recording.yaml", list[str]()
            services = Services(make_services(Settings()))
            recorder = Recorder(services, RecordingFile(path, upstream, None), Wall(), said.append)
            out = Outbound(ca=ca, ca_flag="--upstream-ca")
            url = stack.enter_context(running(Proxy(upstream, out, recorder, seconds), out, 0))
            return Recorded(url, path, recorder, said)

        yield start


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Starts a service that answers as a function does; its URL."""
    with ExitStack() as stack:

        def start(behave: Behave, tls: SSLContext | None = None) -> str:
            server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, behave))
            server.daemon_threads = True
            if tls:
                server.socket = tls.wrap_socket(server.socket, server_side=True)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return f"{'https://localhost' if tls else 'http://127.0.0.1'}:{server.server_port}"

        yield start


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, behave: Behave, *args: Any) -> None:
        self._behave = behave
        super().__init__(*args)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return lambda: self._behave(self)
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """A whole answer. Underscores in a header's name are hyphens."""
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)
