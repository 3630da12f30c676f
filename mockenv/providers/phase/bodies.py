"""Request bodies as the service reads them: JSON and both sorts of forms, in the REST framework's order and words."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from mockenv.contract.jsonbody import BadJSON, parse_json
from mockenv.provider import Call
from mockenv.providers.phase.errors import plain_refusal, refusal
from mockenv.providers.phase.jsontext import read_json

JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
NOT_AN_OBJECT = "Request body must be a JSON object."


def read(call: Call) -> Any:
    """The body as JSON, or a form as an object of its last values. An empty one is `{}`, whatever its type."""
    if not call.raw:
        return {}
    if _matches(call.media_type, JSON):
        return read_json(call)
    if call.media_type == FORM:
        return dict(parse_qsl(call.raw.decode("utf-8", "replace"), keep_blank_values=True))
    if call.media_type == MULTIPART:
        return _multipart(call)
    raise refusal(415, f'Unsupported media type "{call.header("content-type") or ""}" in request.')


def read_object(call: Call) -> dict[str, Any]:
    """The same, and anything but an object is refused. The real service fails on those (500) but for apps."""
    body = read(call)
    if not isinstance(body, dict):
        raise refusal(400, NOT_AN_OBJECT)
    return body


def read_secrets(call: Call) -> dict[str, Any]:
    """A body with secrets in it. There the content type is not looked at, and the words are others."""
    if not call.raw:
        raise plain_refusal(400, "Request body is required.")
    try:
        body = parse_json(call.raw)
    except BadJSON:
        raise plain_refusal(400, "Request body must be valid JSON.") from None
    if not isinstance(body, dict):
        raise plain_refusal(400, NOT_AN_OBJECT)
    return body


def text(body: Mapping[str, Any], name: str, longest: int) -> str:
    """A required text, without markup, control characters and space around it."""
    value = optional_text(body.get(name), name, longest)
    if not value:
        raise refusal(400, f"Missing required field: {name}")
    return value


def optional_text(value: Any, name: str, longest: int) -> str | None:
    """The same, where nothing and blanks mean none."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise refusal(400, f"'{name}' must be a string.")
    from mockenv.providers.phase.markup import cleaned  # a parser of HTML, for the first text of all

    text = cleaned(value)
    if len(text) > longest:
        raise refusal(400, f"'{name}' cannot exceed {longest} characters.")
    return text or None


def _matches(media_type: str, wanted: str) -> bool:
    return media_type in (wanted, "*/*", f"{wanted.partition('/')[0]}/*")


def _multipart(call: Call) -> dict[str, Any]:
    from werkzeug.formparser import FormDataParser  # only those who send such bodies pay for it
    from werkzeug.http import parse_options_header

    _, options = parse_options_header(call.header("content-type"))
    if not options.get("boundary"):
        raise refusal(400, "Multipart form parse error - Invalid boundary in multipart: None")
    parser = FormDataParser(stream_factory=lambda *_, **__: io.BytesIO(), silent=False)  # nothing on disk
    try:
        _, fields, files = parser.parse(io.BytesIO(call.raw), MULTIPART, len(call.raw), options)
    except ValueError as error:
        raise refusal(400, f"Multipart form parse error - {error}") from None
    last: dict[str, Any] = {name: values[-1] for name, values in fields.lists()}
    return last | {name: {"file": values[-1].filename} for name, values in files.lists()}
