"""As much of a Docker engine as Testcontainers asks for: a container of mockenv's image is a process of this checkout, its files in a folder."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from tests.processes import PATIENCE, environment

INSIDE = re.compile(r"/mockenv-files\b")
PORT = "6368/tcp"
ANSWERS: Mapping[str, Any] = {
    "GET /version": {"ApiVersion": "1.47", "MinAPIVersion": "1.24", "Version": "27.0"},
    "GET /containers/json": [],
    "GET /networks": [],
    "GET /info": {"OSType": "linux", "Architecture": "x86_64"},
}


class Container:
    """Made, given files, started, asked, removed."""

    def __init__(self, asked: Mapping[str, Any], folder: Path) -> None:
        self.asked, self.folder = asked, folder
        self.folder.mkdir()
        self.process: subprocess.Popen[bytes] | None = None
        with create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    def put(self, tar: bytes) -> None:
        with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
            archive.extractall(self.folder, filter="data")

    def start(self) -> None:
        """With the variables that it was made with; a path in the container is one in its folder."""
        told = dict(variable.split("=", 1) for variable in self.asked["Env"])
        moved = {name: INSIDE.sub(f"{self.folder}/mockenv-files", value) for name, value in told.items()}
        image = {"MOCKENV_HOST": "127.0.0.1", "MOCKENV_PORT": str(self.port)}
        with (self.folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "mockenv", "serve"]
            self.process = subprocess.Popen(command, env=environment({**image, **moved}), stdout=log, stderr=log, cwd=self.folder)

    def inspected(self) -> Mapping[str, Any]:
        ended = None if self.process is None else self.process.poll()
        status = "created" if self.process is None else "running" if ended is None else "exited"
        bound = {PORT: [{"HostIp": "127.0.0.1", "HostPort": str(self.port)}]}
        return {
            "Id": self.folder.name,
            "State": {"Status": status, "ExitCode": ended or 0},
            "Config": {"Tty": True, "Env": self.asked["Env"]},
            "NetworkSettings": {"Ports": bound},
        }

    def log(self) -> bytes:
        path = self.folder / "log"
        return path.read_bytes() if path.exists() else b""

    def remove(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
        shutil.rmtree(self.folder)


class Engine(ThreadingHTTPServer):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[Mapping[str, Any]] = []
        """What was asked for, in order."""
        self.containers: dict[str, Container] = {}
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Engine
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # BaseHTTPRequestHandler's names

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or self._chunks()
        path = re.sub(r"^/v[\d.]+", "", urlsplit(self.path).path)
        if (asked := f"{self.command} {path}") in ANSWERS:
            self._send(200, ANSWERS[asked])
        elif path == "/containers/create":
            self._send(201, {"Id": self._create(json.loads(body)), "Warnings": []})
        elif path.startswith("/images/"):
            self._send(200, {"Id": "sha256:0", "RepoTags": [path.split("/")[2]]})
        else:
            _, _, id, *what = path.split("/")
            self._of_one(self.server.containers[id], f"{self.command} {'/'.join(what)}", body)

    def _create(self, asked: Mapping[str, Any]) -> str:
        id = f"{len(self.server.made):064x}"
        self.server.made.append(asked)
        self.server.containers[id] = Container(asked, self.server.folder / id)
        return id

    def _of_one(self, container: Container, what: str, body: bytes) -> None:
        match what:
            case "GET json":
                self._send(200, container.inspected())
            case "GET logs":
                self._send(200, container.log())
            case "PUT archive":
                container.put(body)
                self._send(200, b"")
            case "POST start":
                container.start()
                self._send(204, b"")
            case "DELETE ":
                self.server.containers.pop(container.folder.name).remove()
                self._send(204, b"")
            case _:
                self._send(501, {"message": f"{what} is not there"})

    def _chunks(self) -> bytes:
        whole = b""
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return whole

    def _send(self, status: int, told: Mapping[str, Any] | list[Any] | bytes) -> None:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(told, bytes) else "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """Reached by DOCKER_HOST while the body runs; what it leaves running is removed."""
    with Engine(folder) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        os.environ |= {"DOCKER_HOST": server.url}
        try:
            yield server
        finally:
            del os.environ["DOCKER_HOST"]
            server.shutdown()
            for container in server.containers.values():
                container.remove()
