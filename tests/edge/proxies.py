"""Real proxies in front of a server, each with a prefix of its own that it strips: one of a few lines, and nginx where it is."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import requests

PREFIX = "/mock"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
NGINX_CONF = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location {prefix}/ {{
      proxy_pass {upstream}/;
      proxy_http_version 1.1;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-Prefix {prefix};
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
    location / {{ return 502; }}
  }}
}}
"""


@contextmanager
def small_proxy(upstream: str, strips: bool = True) -> Iterator[str]:
    """The URL under which the server at `upstream` is reached. It says that it speaks https to the outside."""
    there = urlsplit(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            assert self.path.startswith(PREFIX)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            headers |= {
                "Host": there.netloc,
                "Forwarded": f'for="{self.client_address[0]}";host="{self.headers["Host"]}";proto=https',
                "X-Forwarded-Prefix": PREFIX,
            }
            inner = HTTPConnection(there.hostname or "", there.port, timeout=10)
            inner.request(self.command, self.path.removeprefix(PREFIX) if strips else self.path, body, headers)
            reply = inner.getresponse()
            content = reply.read()
            self.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name.lower() != "connection":
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            inner.close()

        do_GET = do_POST = do_DELETE = forward  # noqa: N815  # as the standard library asks for it

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as proxy:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{proxy.server_port}{PREFIX}"
        proxy.shutdown()
        thread.join(10)


@contextmanager
def nginx(upstream: str, folder: Path) -> Iterator[str]:
    """The same by nginx, whose port must be found for it: should somebody else take it first, another one is."""
    assert NGINX
    for _ in range(5):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        conf = folder / "nginx.conf"
        conf.write_text(NGINX_CONF.format(folder=folder, port=port, prefix=PREFIX, upstream=upstream))
        with subprocess.Popen([NGINX, "-c", str(conf), "-p", str(folder)], stderr=subprocess.DEVNULL) as process:
            try:
                url = f"http://127.0.0.1:{port}{PREFIX}"
                while process.poll() is None and not _answers(url):
                    pass
                if process.poll() is None:
                    yield url
                    return
            finally:
                process.terminate()
    raise AssertionError((folder / "error.log").read_text())


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/_mockenv/health", timeout=10).ok
    except requests.ConnectionError:
        return False
