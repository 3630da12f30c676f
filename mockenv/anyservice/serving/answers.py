"""What one operation answers: status, body, headers, from the thing that it was about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockenv.anyservice.dotted import get
from mockenv.anyservice.inference.bodies import schema_at
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.model import Operation
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.serving.composing import Composer, Wire
from mockenv.anyservice.serving.facts import Filler
from mockenv.anyservice.serving.pages import CURSORS, LINKS, NAMES
from mockenv.anyservice.words import POLLED, flat
from mockenv.contract.document import Document
from mockenv.contract.document import Operation as Documented
from mockenv.contract.validation import documented
from mockenv.provider import Reply

TEXT = "text/plain"
ACCEPTED = 202
PLACES = ("location", "contentlocation", *POLLED)


class Answers:
    """The replies of one operation, for each of its statuses."""

    def __init__(self, document: Document, operation: Documented, told: Operation, composer: Composer) -> None:
        self._operation, self._told, self._composer = operation, told, composer
        self._document = document
        self._known: dict[int, _Form] = {}

    def form(self, status: int) -> _Form:
        known = self._known.get(status)
        if known is None:
            known = self._known[status] = _Form(self._operation, status, self._told, self._composer)
        return known

    def of(
        self,
        status: int,
        wire: Wire,
        canonical: View,
        making: Making,
        extra: Mapping[str, Any],
        url: str = "",
        *,
        shows: bool = True,
        before: Sequence[tuple[Wire, Making]] = (),
    ) -> Reply:
        """The thing in its envelope, with what came along; without a place for it, whatever the schema asks for."""
        form = self.form(status)
        if form.node is None:
            return Reply(status, form.text(), self._headers(form, making, url, extra), form.media or TEXT)
        if shows and self._told.reply is not None and form.inner is not None:
            inner = self._composer.views.of(form.inner)
            if inner.type == "array" and inner.items is not None:
                things = [*before, (wire, making)]
                shown: Any = [self._composer.show(inner.items, one, canonical, its, "reply") for one, its in things]
            else:
                shown = self._composer.show(form.inner, wire, canonical, making, "reply")
            body = self._composer.envelope(form.node, self._told.reply, shown, making, "envelope")
        else:
            body = self._composer.maker.make(form.node, making, "reply")
        for dotted, value in extra.items():
            if flat(dotted) in POLLED:
                continue  # it is told in a header
            if dotted:
                _place(body, dotted, value)
            else:
                body = value
        if isinstance(body, dict) and (extra or not form.is_plain):
            body = self._composer.allowed(form.view, body, making, "reply")
        return Reply(status, body, self._headers(form, making, url, extra), form.media)

    def as_kept(self, form: _Form, body: Wire, making: Making, url: str) -> Reply:
        """A reply that has nothing in it but what is kept, which its schemas allow already."""
        return Reply(form.status, body, self._headers(form, making, url, {}), form.media)

    def list(self, status: int, items: Any, making: Making, facts: Mapping[str, Any], link: str) -> Reply:
        """A page of a list, or of a map, in its envelope."""
        form = self.form(status)
        if form.node is None:
            return Reply(status, form.text(), {}, form.media or TEXT)
        body: Any = items
        if self._told.reply is None:
            body = self._composer.maker.make(form.node, making, "reply")
        elif self._told.reply:
            making.known |= form.fill.spared
            body = self._composer.envelope(form.node, self._told.reply, [], making, "envelope")
            form.fill(body, facts)
            body = self._composer.allowed(form.view, body, making, "reply")
            _place(body, self._told.reply, items)  # each of them is what its schema allows
        headers = self._headers(form, making, "", {})
        for name in form.headers:
            if flat(name) == "link":
                headers[name] = link
            elif flat(name).removeprefix("x") in facts and facts[flat(name).removeprefix("x")] is not None:
                headers[name] = str(facts[flat(name).removeprefix("x")])
        return Reply(status, body, headers, form.media)

    def _headers(self, form: _Form, making: Making, url: str, extra: Mapping[str, Any]) -> dict[str, str]:
        headers: dict[str, str] = {}
        polled = next((str(value) for name, value in extra.items() if flat(name) in POLLED), "")
        for name, header in form.headers.items():
            if polled and (flat(name) in POLLED or (flat(name) in PLACES and form.status == ACCEPTED)):
                headers[name] = polled
            elif flat(name) in PLACES and url:
                headers[name] = url
            elif header.get("required") is True:
                headers[name] = str(self._composer.maker.make(form.header(name), making, name, name))
        return headers


class _Form:
    """What an operation answers with one status."""

    def __init__(self, operation: Documented, status: int, told: Operation, composer: Composer) -> None:
        key = documented(operation, status)
        self.status = status
        self._response = operation.responses[key] if key else {}
        self._pointer = f"{operation.pointer}/responses/{key}"
        self.node = schema_at(self._response, self._pointer)
        content = self._response.get("content") or {}
        self.media = next((media for media in content if self.node is None or media.endswith("json")), "")
        self.view = composer.views.of(self.node)
        self.inner = composer.at(self.node, told.reply) if self.node is not None and told.reply is not None else None
        self.is_plain = (
            told.reply is not None and len(self.view.members) == told.reply.count(".") + 1 if told.reply else told.reply == ""
        )
        self.headers: Mapping[str, Any] = self._response.get("headers") or {}
        self.has_places = any(flat(name) in PLACES for name in self.headers)
        self.makes_headers = any(one.get("required") is True for one in self.headers.values())
        self.only = self._only(composer, told)
        """The members of an envelope that has nothing else in it, and the schema of what is inside; None where there is more."""
        self.has_link = any(flat(name) == "link" for name in self.headers)
        self.fill = Filler(composer.views, self.node, NAMES, told.reply or "")
        self.tells_links = bool(self.fill.keys & LINKS) or any(flat(name).removeprefix("x") in LINKS for name in self.headers)
        """Whether a list says where its other pages are: addresses take longer than the page itself."""
        self.tells_cursor = bool(self.fill.keys & {*CURSORS}) or self.tells_links or self.has_link

    def _only(self, composer: Composer, told: Operation) -> tuple[tuple[str, ...], str] | None:
        if self.node is None or self.inner is None or told.reply is None or self.headers:
            return None
        view, place = self.view, tuple(told.reply.split(".")) if told.reply else ()
        for name in place:
            if len(view.members) != 1:
                return None
            view = composer.views.of(view.members[name])
        return (place, view.pointer) if view.members else None

    def text(self) -> bytes | None:
        """A body that is no JSON, where the document has one."""
        return b"" if self.media else None

    def header(self, name: str) -> Any:
        from mockenv.anyservice.reading.pointers import Node

        return Node(self._response, self._pointer).at("headers", name, "schema")


def _place(body: Any, dotted: str, value: Any) -> None:
    outer, _, last = dotted.rpartition(".")
    inner = get(body, outer)
    if isinstance(inner, dict):
        inner[last] = value
