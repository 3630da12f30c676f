"""One request and its reply, and both as plain values for a file; knows neither sockets nor services."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from mockenv.errors import BadInput, UnknownName

Form = Literal["body", "text", "base64"]
"""How a body is written: as YAML where it is JSON, as text where it is UTF-8, else in base64."""
FORMS: tuple[Form, ...] = ("body", "text", "base64")
Headers = tuple[tuple[str, str], ...]
Plain = dict[str, Any]


@dataclass(frozen=True)
class Body:
    """What stood in a message. `value` is JSON's own where `form` is `body`, else a text."""

    form: Form
    value: Any

    def content(self) -> bytes:
        if self.form == "base64":
            return b64decode(self.value)
        return orjson.dumps(self.value) if self.form == "body" else str(self.value).encode()


@dataclass(frozen=True)
class Asked:
    """A request. `path` is the service's own, without what stands before it at the upstream; `query` is encoded, without `?`."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: Body | None = None

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


@dataclass(frozen=True)
class Answered:
    """A reply. `is_cut`: its body went on behind what was kept."""

    status: int
    headers: Headers = ()
    body: Body | None = None
    is_cut: bool = False

    def header(self, name: str) -> str | None:
        return header(self.headers, name)

    @property
    def json(self) -> Any:
        """The body if it is JSON, else None."""
        return self.body.value if self.body and self.body.form == "body" else None


@dataclass(frozen=True)
class Exchange:
    """Both. `number` counts requests as they came; `operation` is the document's name for it, if it has one."""

    number: int
    asked: Asked
    answered: Answered
    operation: str | None = None
    at: str = ""
    seconds: float = 0.0


def header(headers: Headers, name: str) -> str | None:
    """All values of a header, joined as HTTP joins them; None where there is none."""
    found = [value for one, value in headers if one.lower() == name.lower()]
    return ", ".join(found) if found else None


def body_of(raw: bytes, content_type: str | None) -> Body | None:
    """A body as it is best read; None where there is none."""
    if not raw:
        return None
    media = (content_type or "").partition(";")[0].strip().lower()
    if media.endswith("json") or not media:
        try:
            return Body("body", orjson.loads(raw))
        except orjson.JSONDecodeError:
            pass
    try:
        return Body("text", raw.decode())
    except UnicodeDecodeError:
        return Body("base64", b64encode(raw).decode())


def to_plain(exchange: Exchange) -> Plain:
    """What stands in a file for it."""
    asked, answered = exchange.asked, exchange.answered
    return _given(
        number=exchange.number,
        operation=exchange.operation,
        at=exchange.at or None,
        seconds=round(exchange.seconds, 3) or None,
        request=_given(method=asked.method, path=asked.path, query=asked.query or None, headers=_mapping(asked.headers))
        | _body_to_plain(asked.body),
        reply=_given(status=answered.status, headers=_mapping(answered.headers), cut=answered.is_cut or None)
        | _body_to_plain(answered.body),
    )


MEMBERS = ("number", "operation", "at", "seconds", "request", "reply")
REQUEST_MEMBERS = ("method", "path", "query", "headers", *FORMS)
REPLY_MEMBERS = ("status", "headers", "cut", *FORMS)


def from_plain(plain: Any, where: str, key: str, number: int) -> Exchange:
    """The other way. Raises BadInput that names the place."""
    whole = _record(plain, MEMBERS, where, key)
    asked = _record(whole.get("request"), REQUEST_MEMBERS, where, f"{key}.request")
    answered = _record(whole.get("reply"), REPLY_MEMBERS, where, f"{key}.reply")
    status = _wanted(answered, "status", int, where, f"{key}.reply")
    path = _wanted(asked, "path", str, where, f"{key}.request")
    if not path.startswith("/"):
        raise BadInput(where, f"{key}.request.path", f"{path!r} does not begin with a slash")
    return Exchange(
        number=whole.get("number", number),
        operation=whole.get("operation"),
        at=str(whole.get("at") or ""),
        seconds=float(whole.get("seconds") or 0),
        asked=Asked(
            _wanted(asked, "method", str, where, f"{key}.request").upper(),
            path,
            str(asked.get("query") or ""),
            _headers(asked.get("headers"), where, f"{key}.request.headers"),
            _body(asked, where, f"{key}.request"),
        ),
        answered=Answered(
            status,
            _headers(answered.get("headers"), where, f"{key}.reply.headers"),
            _body(answered, where, f"{key}.reply"),
            is_cut=bool(answered.get("cut")),
        ),
    )


def renumbered(exchange: Exchange, number: int) -> Exchange:
    return replace(exchange, number=number)


def _given(**members: Any) -> Plain:
    return {name: value for name, value in members.items() if value is not None}


def _mapping(headers: Headers) -> Plain | None:
    """A name that comes several times has a list."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()} or None


def _headers(plain: Any, where: str, key: str) -> Headers:
    if not isinstance(plain or {}, Mapping):
        raise BadInput(where, key, "is not a mapping")
    several = ((str(name), value if isinstance(value, list) else [value]) for name, value in (plain or {}).items())
    return tuple((name, str(value)) for name, values in several for value in values)


def _body_to_plain(body: Body | None) -> Plain:
    return {body.form: body.value} if body else {}


def _body(plain: Mapping[str, Any], where: str, key: str) -> Body | None:
    found = [form for form in FORMS if form in plain]
    if len(found) > 1:
        raise BadInput(where, key, f"has {' and '.join(found)}: one is enough")
    body = Body(found[0], plain[found[0]]) if found else None
    if body and body.form != "body" and not isinstance(body.value, str):
        raise BadInput(where, f"{key}.{body.form}", "is not a text")
    try:
        if body:
            body.content()
    except (NotBase64, ValueError):
        raise BadInput(where, f"{key}.base64", "is not base64") from None
    return body


def _record(plain: Any, members: Iterable[str], where: str, key: str) -> Mapping[str, Any]:
    if not isinstance(plain, Mapping):
        raise BadInput(where, key, "is missing" if plain is None else "is not a mapping")
    for name in plain:
        if name not in members:
            raise UnknownName(where, f"{key}.{name}", name, members)
    return plain


def _wanted(plain: Mapping[str, Any], name: str, kind: type, where: str, key: str) -> Any:
    value = plain.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadInput(
            where, f"{key}.{name}", "is missing" if value is None else f"{value!r} is not {'a number' if kind is int else 'a text'}"
        )
    return value
