"""The Flask application: the same answers as a plain WSGI app, for any server; the only place that knows Flask."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Flask, Request, Response, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from mockenv.edge.dispatcher import Dispatcher
from mockenv.edge.exchange import MAX_BODY_BYTES, TOO_LARGE, Unread, request_to
from mockenv.edge.exchange import Request as PlainRequest
from mockenv.edge.forwarding import Outside

Environ = dict[str, Any]


class PlainResponse(Response):
    """A response that gets no content type of its own: a 204 has none."""

    default_mimetype = None


class App(Flask):
    """Flask without its routing: the documents' own maps decide what a path is."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        super().__init__("mockenv", static_folder=None)
        self._dispatcher = dispatcher

    def create_url_adapter(self, request: Request | None) -> None:
        return None

    def dispatch_request(self, *context: Any) -> Response:
        rendered = self._dispatcher.answer_now(read_request(request.environ, self._dispatcher.outside))
        return PlainResponse(rendered.body, rendered.status, rendered.headers)


def read_request(environ: Environ, outside: Outside) -> PlainRequest:
    """The request as the dispatcher sees it, whatever server handed it over, and wherever it has put us."""
    body, unread = _read_body(environ)
    headers = _headers(environ)
    origin, below = outside.way(environ.get("REMOTE_ADDR"), environ["wsgi.url_scheme"]).base(
        headers, f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    )
    return request_to(
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        environ.get("QUERY_STRING", ""),
        headers,
        body,
        (origin, below + quote(environ.get("SCRIPT_NAME", "").encode("latin-1"))),
        unread,
    )


def _headers(environ: Environ) -> dict[str, str]:
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def _read_body(environ: Environ) -> tuple[bytes, Unread | None]:
    if environ.get("CONTENT_LENGTH") in (None, "", "0") and not environ.get("wsgi.input_terminated"):
        return b"", None
    try:
        body = get_input_stream(environ, max_content_length=MAX_BODY_BYTES).read()
    except RequestEntityTooLarge:
        return b"", TOO_LARGE
    return (b"", TOO_LARGE) if len(body) > MAX_BODY_BYTES else (body, None)
