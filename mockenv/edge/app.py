"""The Flask application: a plain WSGI app over the pipelines; the only place that knows Flask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask, Request, Response, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from mockenv.edge.exchange import Environ, Rendered
from mockenv.edge.exchange import Request as PlainRequest
from mockenv.edge.faulting import EDGE_ONLY
from mockenv.edge.parking import Line, Slot, answer_at_once
from mockenv.edge.pipeline import MAX_BODY_BYTES, Pipeline
from mockenv.edge.planeline import PlaneLine

SANDBOX_PREFIX = "/_sandbox/"
SLOT = "mockenv.slot"
OVERSIZED = "mockenv.oversized"


class PlainResponse(Response):
    """A response that gets no content type of its own: a 204 has none."""

    default_mimetype = None


class App(Flask):
    """Flask without its routing: the documents' own maps decide what a path is."""

    def __init__(self, serve: Callable[[Environ], Response]) -> None:
        super().__init__("mockenv", static_folder=None)
        self._serve = serve

    def create_url_adapter(self, request: Request | None) -> None:
        return None

    def dispatch_request(self, *context: Any) -> Response:
        return self._serve(request.environ)


def make_app(pipeline: Pipeline, own: PlaneLine) -> App:
    """`own` serves what no provider owns: the edge does not know the control plane."""

    def serve(environ: Environ) -> Response:
        rendered = answer(environ)
        return PlainResponse(rendered.body, rendered.status, rendered.headers)

    def answer(environ: Environ) -> Rendered:
        plain = read_request(environ)
        provider = pipeline.owner(plain.path)
        line: Line = pipeline if provider else own
        x = pipeline.run(provider, plain) if provider else own.run(plain)
        slot: Slot | None = environ.get(SLOT)
        if slot is not None and (x.reply is None or x.pause or x.wire):
            slot.park(x, line)
            return Rendered(200)  # never sent: the slot answers later
        if x.reply is None or x.pause:
            answer_at_once(x, line)
        if x.wire:
            x.reply = x.provider.error(x.call, 500, EDGE_ONLY)
        return line.finish(x)

    return App(serve)


def read_request(environ: Environ) -> PlainRequest:
    """The request as the pipelines see it, whatever server handed it over."""
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    base_url = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST') or environ['SERVER_NAME']}"
    sandbox = None
    if path.startswith(SANDBOX_PREFIX):
        sandbox, slash, rest = path[len(SANDBOX_PREFIX) :].partition("/")
        base_url += SANDBOX_PREFIX + quote(sandbox)
        path = slash + rest
    body, oversized = _read_body(environ)
    return PlainRequest(
        environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), _headers(environ), body, base_url, sandbox, oversized
    )


def _headers(environ: Environ) -> dict[str, str]:
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def _read_body(environ: Environ) -> tuple[bytes, bool]:
    if OVERSIZED in environ:
        return b"", True
    if environ.get("CONTENT_LENGTH") in (None, "", "0") and not environ.get("wsgi.input_terminated"):
        return b"", False
    try:
        body = get_input_stream(environ, max_content_length=MAX_BODY_BYTES).read()
    except RequestEntityTooLarge:
        return b"", True
    return body, len(body) > MAX_BODY_BYTES
