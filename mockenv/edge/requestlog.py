"""One line per request on stderr, for people or for machines; cheap, since it is on every request's path."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson

LONGEST_PATH = 300
"""A line must fit into what a pipe takes at once."""

requests = logging.getLogger("mockenv.requests")


class RequestLog:
    """Writes through `write`; does nothing where the level hides it."""

    def __init__(self, write: Callable[[str], object], *, as_json: bool) -> None:
        self._write, self._as_json = write, as_json
        self._wanted = requests.isEnabledFor(logging.INFO)

    def note(self, method: str, path: str, status: int, seconds: float, provider: str, sandbox: str | None) -> None:
        if not self._wanted:
            return
        path = path[:LONGEST_PATH]
        if self._as_json:
            line = {"event": "request", "method": method, "path": path, "status": status, "ms": round(seconds * 1e3, 3)}
            text = orjson.dumps({**line, "provider": provider, "sandbox": sandbox}).decode()
        else:
            where = "" if sandbox in (None, "default") else f"  [{sandbox}]"
            text = f"{method:6} {_in_one_line(path)} → {status}  {seconds * 1e3:.2f} ms{where}"
        self._put(text)

    def tell(self, line: Mapping[str, Any]) -> None:
        """A request that nobody took, as `kernel.worlds.unmatched` keeps it."""
        if not self._wanted:
            return
        if self._as_json:
            self._put(orjson.dumps({"event": "unmatched", **line}).decode())
            return
        near = line["nearest"]
        meant = f"; nearest: {near['method']} {near['path']}" if near else ""
        came = " ".join(filter(None, (line["method"], line["path"]))) or "bytes"
        self._put(f"nobody's: {_in_one_line(came)} → {line['status']}, {line['why']}: {_in_one_line(line['detail'])}{meant}")

    def _put(self, text: str) -> None:
        try:
            self._write(f"{text}\n")
        except (OSError, ValueError):  # nobody reads it any more: no reason to fail the request
            self._wanted = False


def _in_one_line(text: str) -> str:
    """What a client sent must not write lines of its own."""
    return text if text.isprintable() else ascii(text)[1:-1]
