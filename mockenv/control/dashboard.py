"""The dashboard's files as replies: what a browser gets at `/` and under `/_mockenv/ui/`; knows nothing of what they show."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from mockenv.errors import check_name
from mockenv.provider import Call, Reply

FOLDER = Path(__file__).parent / "ui"
PAGE = "index.html"
PACKED = ".gz"
"""Large files lie there compressed, as they are sent."""
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""What the journal holds was written by strangers: nothing of it may become a script, and no other page may frame this one."""


class File(NamedTuple):
    """What is sent."""

    type: str
    data: bytes
    is_packed: bool


def wants_page(call: Call) -> bool:
    """Whether it is a browser that asks for something to look at."""
    return "text/html" in (call.header("accept") or "")


def serve(call: Call, name: str = PAGE) -> Reply:
    """A file, or that it is still the one which the browser has. Raises UnknownName."""
    import gzip  # most servers are looked at by nobody
    from html import escape

    file = _read(name)
    if name == PAGE:  # the only one that names paths: the scripts know where they came from
        file = file._replace(data=file.data.replace(b'"/_mockenv/', f'"{escape(call.prefix)}/_mockenv/'.encode()))
    tag = f'"{hashlib.sha256(file.data).hexdigest()[:16]}"'
    headers = {**SAFETY, "ETag": tag}
    if tag in (call.header("if-none-match") or ""):
        return Reply(304, None, headers)
    if not file.is_packed:
        return Reply(200, file.data, headers, file.type)
    headers["Vary"] = "Accept-Encoding"
    if "gzip" not in (call.header("accept-encoding") or ""):
        return Reply(200, gzip.decompress(file.data), headers, file.type)
    return Reply(200, file.data, {**headers, "Content-Encoding": "gzip"}, file.type)


def names() -> list[str]:
    """Of all files, as they are asked for."""
    return sorted(path.name.removesuffix(PACKED) for path in FOLDER.iterdir())


def _read(name: str) -> File:
    check_name(name, names(), "", "file")  # so no path leads out of the folder
    kind = TYPES[Path(name).suffix]
    packed = FOLDER / f"{name}{PACKED}"
    return File(kind, packed.read_bytes(), True) if packed.exists() else File(kind, (FOLDER / name).read_bytes(), False)
