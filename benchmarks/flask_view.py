"""The limit: the same four answers from a bare Flask view on mockenv's own edge. No state, no validation, no journal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, request
from flask.json.provider import JSONProvider

from benchmarks.work import CREATE, GET, LIST, UPDATE, Json
from mockenv.edge.connections import Connections
from mockenv.edge.exchange import Rendered, Request
from mockenv.edge.forwarding import Outside
from mockenv.edge.listening import listen
from mockenv.edge.server import run, serve
from mockenv.kernel.worlds.unmatched import Stranger

ENVIRONMENTS = "/api/v1/vector/sites/<int:site>/environments"
ENVIRONMENT = f"{ENVIRONMENTS}/<int:env>"


class FastJson(JSONProvider):
    """JSON as mockenv writes it, in place of the standard library's."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


class Inline:
    """A WSGI app, called in the event loop."""

    def __init__(self, app: Flask) -> None:
        self._app, self.connections, self.outside = app, Connections(), Outside()

    def answer(self, request: Request) -> Rendered:
        rendered, parts = Rendered(500), list[bytes]()

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            rendered.status, rendered.headers = int(status[:3]), headers
            return parts.append

        parts += self._app(_environ(request), start_response)
        rendered.body = b"".join(parts)
        return rendered

    def turned_away(self, stranger: Stranger) -> None: ...


def _environ(request: Request) -> dict[str, Any]:
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {
        **headers,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query_string,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }


def make_app(replies: dict[str, Json]) -> Flask:
    app = Flask(__name__, static_folder=None)

    @app.get(ENVIRONMENT)
    def show(site: int, env: int) -> Json:
        return replies[GET.name]

    @app.get(ENVIRONMENTS)
    def page(site: int) -> Json:
        return replies[LIST.name]

    @app.post(ENVIRONMENTS)
    def create(site: int) -> tuple[Json, int]:
        return with_sent(replies[CREATE.name]), 201

    @app.put(ENVIRONMENT)
    def update(site: int, env: int) -> Json:
        return with_sent(replies[UPDATE.name])

    return app


def with_sent(reply: Json) -> Json:
    return {**reply, "data": {**reply["data"], **request.get_json()}}


def main(replies: str, port: str, json_by: str) -> None:
    app = make_app(json.loads(Path(replies).read_text()))
    if json_by == "orjson":
        app.json = FastJson(app)
    listener = listen("127.0.0.1", int(port))
    run(lambda: serve(Inline(app), listener, lambda _: None))


if __name__ == "__main__":
    main(*sys.argv[1:])
