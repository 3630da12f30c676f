"""Replies as the document has them: a thing in its envelope, shown by another schema than its own, never what is forbidden."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from mockenv.anyservice.dotted import node_at
from mockenv.anyservice.making.maker import Maker
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.serving.checking import is_ambiguous
from mockenv.contract.validation import Finding, Validators

log = logging.getLogger("mockenv.anyservice")

Wire = dict[str, Any]
ROUNDS = 6
NAMES = ("slug", "id", "name", "key", "value", "code")
"""Members that a plain value stands for, where the reply has an object for what the request had a text."""


class Composer:
    """Puts bodies together for the schemas of one document."""

    def __init__(self, maker: Maker, validators: Validators) -> None:
        self.maker, self.views, self._validators = maker, maker.views, validators

    def show(self, node: Node, wire: Wire, canonical: View, making: Making, purpose: str) -> Any:
        """A thing as this schema has it. `canonical` is its own, by which nothing changes."""
        view = self.views.of(node)
        if self.is_own(node, canonical):
            return wire
        if not view.is_object or not view.members:
            return self._plain(node, view, wire, making, purpose)
        shown = {
            name: wire[name] if name in wire else make(making, f"{purpose}.{name}")
            for name, make in self.maker.members(view)
            if name in wire or name in view.required or name not in canonical.members  # what it has not, it has not here either
        }
        shown |= {name: value for name, value in wire.items() if name in view.members and name not in shown}
        shown = {name: value for name, value in shown.items() if not self._is_hidden(view, name)}
        return self.allowed(view, shown, making, purpose)

    def is_own(self, node: Node, canonical: View) -> bool:
        """Whether this schema is a thing's own, so that it is shown as it is kept."""
        view = self.views.of(node)
        return view.pointer == canonical.pointer and (view.is_object or not view.types)

    def envelope(self, node: Node, dotted: str, inner: Any, making: Making, purpose: str) -> Any:
        """A body with `inner` at its place, and all around it that must be there."""
        view = self.views.of(node)
        if not dotted:
            return inner
        first, _, rest = dotted.partition(".")
        body: Wire = {}
        for name, make in self.maker.members(view):
            if name != first:
                body[name] = make(making, f"{purpose}.{name}")
        body[first] = (
            self.envelope(view.members[first], rest, inner, making, f"{purpose}.{first}") if first in view.members else inner
        )
        return body

    def at(self, node: Node, dotted: str) -> Node | None:
        """The schema at a place in a body."""
        return node_at(self.views, self.views.of(node), dotted) if dotted else node

    def allowed(self, view: View, wire: Wire, making: Making, purpose: str) -> Wire:
        """The same, with whatever the schema forbids made anew, or left out."""
        for _ in range(ROUNDS):
            findings = self._findings(view.pointer, wire)
            if not findings:
                return wire
            other = self._other_variant(view, wire, findings, making, purpose)
            if other is not None:
                return other
            before = repr(wire)
            for finding in findings:
                self._mend(view, wire, finding, making, purpose)
            if repr(wire) == before:
                break
        log.debug("%s: what was made for it is not quite what it allows: %s", view.pointer, findings[0].message)
        return wire

    def _other_variant(self, view: View, wire: Wire, findings: list[Finding], making: Making, purpose: str) -> Wire | None:
        """The thing as another of the several that its schema allows, where it is the choice itself that is wrong."""
        if all(finding.path for finding in findings):
            return None
        for variant in view.variants:
            inner = self.views.of(variant)
            made = {
                name: wire[name] if name in wire else make(making, f"{purpose}.{name}") for name, make in self.maker.members(inner)
            }
            made |= {name: value for name, value in wire.items() if name in inner.members and name not in made}
            if made and not self._findings(view.pointer, made):
                return made
        return None

    def is_allowed(self, pointer: str, value: Any) -> bool:
        return not self._findings(pointer, value)

    def _findings(self, pointer: str, value: Any) -> list[Finding]:
        if not pointer:
            return []
        return self._validators.schema(pointer, value)

    def _mend(self, view: View, wire: Wire, finding: Finding, making: Making, purpose: str) -> None:
        """Set right what a finding speaks of, as near to it as possible."""
        if not finding.path:
            return
        outer: Any = wire
        inner, trail = view, purpose
        for at, part in enumerate(finding.path):
            node = inner.members.get(str(part)) if isinstance(outer, dict) else inner.items
            is_last = at == len(finding.path) - 1
            below = self.views.of(node)
            value = outer.get(part) if isinstance(outer, dict) else None
            if is_last or (not below.members and below.type != "array") or not isinstance(value, dict | list):
                if not (node and is_ambiguous(finding) and not self._can_be_right(node, making, trail, str(part))):
                    self._replace(outer, part, node, inner, making, trail)
                return
            outer, inner, trail = value, below, f"{trail}.{part}"

    def _can_be_right(self, node: Node, making: Making, trail: str, name: str) -> bool:
        """Of several schemas that any value fits, none is the only one: then what a client has sent is as right as can be."""
        return self.is_allowed(self.views.of(node).pointer, self._made(node, making, f"{trail}.{name}", name))

    def _replace(self, outer: Any, part: Any, node: Node | None, view: View, making: Making, trail: str) -> None:
        if isinstance(outer, list):
            outer.clear()
            return
        value = outer.get(part)
        if node is None:
            outer.pop(part, None) if part not in view.required else outer.__setitem__(part, "")
            return
        inner = self.views.of(node)
        if value is None and part in outer and part not in view.required:
            del outer[part]
            return
        made = self._made(node, making, f"{trail}.{part}", str(part))
        if inner.is_object and isinstance(made, dict) and isinstance(value, str | int):
            self._stand_for(inner, made, value)
        if part not in view.required and made == value:
            outer.pop(part, None)
        else:
            outer[part] = made

    def _made(self, node: Node, making: Making, trail: str, name: str) -> Any:
        """A value that is allowed there: of several variants the first by which it is."""
        view = self.views.of(node)
        made = self.maker.make(node, making, trail, name)
        if view.variants and not self.is_allowed(view.pointer, made):
            others = (self.maker.make(one, making, trail, name) for one in view.variants)
            made = next((one for one in others if self.is_allowed(view.pointer, one)), made)
        return made

    def _stand_for(self, view: View, made: Wire, value: str | int) -> None:
        """`region: "ams"` in the request becomes `region: {"slug": "ams", …}` in the reply."""
        for name in NAMES:
            if name in view.members and self.is_allowed(self.views.of(view.members[name]).pointer, value):
                made[name] = value
                return

    def _plain(self, node: Node, view: View, wire: Mapping[str, Any], making: Making, purpose: str) -> Any:
        """A thing where the schema wants a plain value, or anything at all."""
        if view.is_object or not view.types:
            return dict(wire)
        for name in ("id", "name", "slug", "key"):
            if name in wire and self.is_allowed(view.pointer, wire[name]):
                return wire[name]
        return self.maker.make(node, making, purpose)

    def _is_hidden(self, view: View, name: str) -> bool:
        return name in view.members and self.views.of(view.members[name]).facts.get("writeOnly") is True
