"""One request by Chromium's fetch: `chromium.py METHOD URL WARM`; prints what the page gets. Knows nothing of mockenv."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

PAGE = """<!doctype html><script type="module">
const [method, url, warm] = %s;
const headers = { Authorization: 'Bearer x', 'Content-Type': 'application/json' };
const body = method === 'POST' ? JSON.stringify({ partner_customer_id: 'c', dev_php_version: '8.3' }) : undefined;
let told;
try {
  if (warm) await (await fetch(warm, { headers, cache: 'no-store' })).text();
  const got = await fetch(url, { method, headers, body, cache: 'no-store' });
  told = { status: got.status, bytes: (await got.arrayBuffer()).byteLength };
} catch (error) {
  told = { error: `${error.name}: ${error.message}` };
}
await fetch('/told', { method: 'POST', body: JSON.stringify(told) });
</script>"""


class Page(BaseHTTPRequestHandler):
    """Serves the page, and takes what it tells."""

    def __init__(self, asked: list[str], told: queue.Queue[bytes], *rest: object) -> None:
        self.asked, self.told = asked, told
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer((PAGE % json.dumps(self.asked)).encode())

    def do_POST(self) -> None:
        self.told.put(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def main(*asked: str) -> None:
    told: queue.Queue[bytes] = queue.Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Page, list(asked), told))
    Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = _browse(f"http://127.0.0.1:{server.server_address[1]}/", Path(profile))
        try:
            print(told.get().decode())
        finally:
            browser.kill()
            browser.wait()


def _browse(url: str, profile: Path) -> subprocess.Popen[bytes]:
    """Without the rules for other origins: a preflight of its own would be the first request of the connection."""
    flags = ["--headless", "--disable-web-security", "--no-first-run", "--disable-gpu", f"--user-data-dir={profile}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    return subprocess.Popen(["chromium", *flags, url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*sys.argv[1:])
