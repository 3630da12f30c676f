"""One sort of thing as it is kept: made, found, shown, changed, removed; answers no requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from mockenv.anyservice.dotted import get, node_at, put
from mockenv.anyservice.inference.bodies import IDENTITIES
from mockenv.anyservice.making.texts import Making, alike
from mockenv.anyservice.model import Resource, Webhooks
from mockenv.anyservice.ordering import Members
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.serving.composing import Composer, Wire
from mockenv.anyservice.serving.hooks import address
from mockenv.anyservice.words import flat, kebab
from mockenv.kernel.unit.work import Work
from mockenv.store.base import Document, Index, Kind

UPDATED = frozenset(
    {"updatedat", "updated", "modifiedat", "modified", "lastmodified", "lastupdated", "lastupdatedat", "updatetime"}
)
BORN = frozenset({"name", "slug", "displayname", "region", "regionid"})
"""What a client may say and the service decides where it does not."""
RESULTS = ("response", "result")
LIKE = "like:"
DONE = "done"
LARGEST = 2**53
TRIES = 32
"""Where an example leaves so little room that this many keys are taken, one is made that is not like it."""
ENDS = ("", "id", "uuid", "uid", "ref", "identifier", "guid")


class Stock:
    """All things of one sort. A document of it: its key, what it belongs to, its status, and what clients see (`wire`)."""

    def __init__(
        self, service: str, name: str, resource: Resource, composer: Composer, asked: Callable[[], View], filters: Iterable[str]
    ) -> None:
        """`asked`: what a client says when it makes one. Schemas are looked at when the first is made or shown."""
        self.name, self.resource, self._composer = name, resource, composer
        self.kind = f"{service}/{name}"
        self._ask = asked
        self._filters = tuple(dict.fromkeys(filters))
        self.is_composite = resource.key.make in ("given", "slug") and bool(resource.within)
        self.is_renamed = resource.key.make in ("given", "slug") and not resource.single
        """Whether its key may change, or be another's elsewhere: then it is found by that, not by its id."""
        self.may_be_renamed = resource.key.make == "given" and flat(resource.key.member) not in IDENTITIES
        self._is_inner = "." in resource.status
        self._key_names = [flat(f"{name}-{end}") for end in ENDS]
        self._names: dict[str, str] = {}
        self.parameters: set[str] = set()
        """What paths call its key, as flat names."""
        self._recipe: list[tuple[str, Callable[[Making, str], Any], bool]] | None = None
        self.hooks: Webhooks | None = None
        """Where its things are subscriptions: how they say so."""

    @cached_property
    def view(self) -> View:
        node = self._composer.views.pointers.find(self.resource.schema) if self.resource.schema else None
        return self._composer.views.of(node) if node else View("")

    @cached_property
    def updated(self) -> list[str]:
        return [member for member in self.view.members if flat(member) in UPDATED]

    @cached_property
    def is_truth(self) -> bool:
        """Whether its status is told as true or false: done, or not yet."""
        status = node_at(self._composer.views, self.view, self.resource.status)
        return status is not None and self._composer.views.of(status).type == "boolean"

    @cached_property
    def meant(self) -> Members:
        """Its members, by the words that a query has for them."""
        return Members(self.name, self.resource, self.view, self._composer.views)

    @cached_property
    def _asked_view(self) -> View:
        return self._ask()

    @cached_property
    def _asked(self) -> dict[str, str]:
        """What a client may say; what is only read is described there, too, where one schema serves both ways."""
        views, members = self._composer.views, self._asked_view.members
        return {flat(name): name for name, node in members.items() if views.of(node).facts.get("readOnly") is not True}

    @cached_property
    def _loose(self) -> set[str]:
        """Members that name another thing, and are not there where none is known."""
        return {member for member in self.resource.refers if member not in self.view.required}

    # As the store has it

    def declared(self) -> Kind:
        indexes: dict[str, Index] = {"within": lambda one: tuple(one["within"])}
        if self.is_renamed:
            indexes["key"] = lambda one: one["key"]
        if self.resource.key.also:
            indexes["also"] = lambda one: tuple(dict.fromkeys(str(one["wire"].get(name)) for name in self.resource.key.also))
        for name in (*self._filters, *self.resource.unique):
            indexes[f"by {name}"] = self._index(name)
        return Kind(self.kind, indexes)

    def _index(self, name: str) -> Index:
        if name == self.resource.status:
            return lambda one: plain(one.get("status"))
        return lambda one: plain(get(one["wire"], name))

    def shown(self, document: Document) -> Wire:
        """What clients see of it."""
        wire: Wire = document["wire"]
        if self.resource.status and document.get("status") is not None:
            shown = document["status"] == DONE if self.is_truth else document["status"]
            if self._is_inner:
                put(wire, self.resource.status, shown)
            else:
                wire[self.resource.status] = shown
        return wire

    def value(self, document: Document, member: str) -> Any:
        """What a client sees in a member."""
        return get(self.shown(document), member)

    # Finding

    def find(self, work: Work, key: str, within: Sequence[str]) -> tuple[str, Document] | None:
        """By its key, or by whatever else a path may name it by; only where it belongs to all of `within`."""
        ids = [self.id_of(key, within)] if not self.is_renamed else [*work.ids(self.kind, key=key)]
        if self.resource.key.also:
            ids += work.ids(self.kind, also=key)
        for id in ids:
            document = work.get(self.kind, id)
            if document is not None and _belongs(document, within):
                return id, document
        return None

    def id_of(self, key: str, within: Sequence[str]) -> str:
        """What it is called in the store. A key that a client chose is one only among those that belong to the same."""
        if self.resource.single or self.is_composite:
            return ":".join([*(one.partition("/")[2] for one in within), *([] if self.resource.single else [key])]) or "-"
        return key

    # Making

    def make(
        self, work: Work, body: Mapping[str, Any], within: Sequence[str], known: Mapping[str, Any], key: str | None = None
    ) -> tuple[str, Document]:
        """A new one, not stored yet. `key` is what the path says."""
        ordinal = work.next_ordinal(self.kind)
        making = Making(work.draw(self.kind, ordinal), work.now, dict(known))
        is_made = key is None
        key = self._key(work, body, making, ordinal, within) if key is None else key
        member = self.resource.key.member
        if member:
            making.known[flat(member)] = self._typed(key)
        if self.resource.status and self.resource.begins:
            making.known[flat(self.resource.status)] = self.resource.begins
        wire = self._wire(body, making)
        wire = self._sorted(wire)
        if member or not self.view.is_object:
            put(wire, member or "id", self._typed(key))
        wire = self._composer.allowed(self.view, wire, making, "")
        key = self._as_shown(key, wire) if is_made else key
        document: Document = {"key": key, "within": list(within), "ordinal": ordinal, "followers": [], "wire": wire}
        if self.resource.status:
            document["status"] = DONE if self.is_truth else self.resource.begins or get(wire, self.resource.status)
        id = self.id_of(key, within)
        if self.hooks:
            address(self.hooks, document, id)
        return id, document

    def making(self, work: Work, document: Document, known: Mapping[str, Any] | None = None) -> Making:
        """The source of what else a thing shows."""
        return Making(work.draw(self.kind, document["ordinal"]), work.now, dict(known or {}))

    def _wire(self, body: Mapping[str, Any], making: Making) -> Wire:
        wire: Wire = {}
        for name, make, is_clients in self._known_recipe():
            if name in body or (name in self._loose and flat(name) not in making.known):
                continue
            if not is_clients:
                wire[name] = make(making, name)
            elif (value := self._unsaid(name)) is not _NOTHING:
                wire[name] = value
        return self.overlaid(wire, body)

    def _sorted(self, wire: Wire) -> Wire:
        """In the order of the schema, as a service shows it."""
        return {name: wire[name] for name in self.view.members if name in wire} | wire

    def _known_recipe(self) -> list[tuple[str, Callable[[Making, str], Any], bool]]:
        if self._recipe is None:
            members = self._composer.maker.members(self.view)
            self._recipe = [(name, make, self._is_clients(name)) for name, make in members if not self._comes_last(name)]
        return self._recipe

    def _comes_last(self, name: str) -> bool:
        """Whether it is what came of an operation, which is there once that is through."""
        return self.resource.follows and flat(name) in RESULTS and name not in self.view.required

    def _is_clients(self, name: str) -> bool:
        """Whether it is the client's to say, and not there where it does not."""
        return flat(name) in self._asked and name not in self.view.required and flat(name) not in BORN

    def _unsaid(self, name: str) -> Any:
        asked = self._composer.views.of(self._asked_view.members[self._asked[flat(name)]])
        mine = self._composer.views.of(self.view.members[name])
        for facts in (asked.facts, mine.facts):
            if facts.get("default") is not None:
                return facts["default"]
        if mine.is_nullable:
            return None
        return [] if mine.type == "array" and not mine.facts.get("minItems") else _NOTHING

    def overlaid(self, wire: Wire, body: Mapping[str, Any]) -> Wire:
        """The thing with what a client says over it; what is the service's own, and what it has no place for, is left."""
        for name, value in body.items():
            member = name if name in self.view.members else self._alike(name)
            if member is None:
                if not self.view.members:
                    wire[name] = value
                continue
            inner = self._composer.views.of(self.view.members[member])
            if inner.facts.get("readOnly") is True or inner.facts.get("writeOnly") is True:
                continue
            value = _whole(value)  # noqa: PLW2901  # as it is kept
            wire[member] = _merged(wire.get(member), value) if isinstance(value, dict) and inner.members else value
        return wire

    def _alike(self, name: str) -> str | None:
        return next((member for member in self.view.members if flat(member) == flat(name)), None)

    def _key(self, work: Work, body: Mapping[str, Any], making: Making, ordinal: int, within: Sequence[str]) -> str:
        key = self.resource.key
        told = self._given(body) if key.make == "given" else None
        if isinstance(told, str | int) and not isinstance(told, bool) and str(told):
            return str(told)
        how = key.make
        if how == "given":
            inner = self._key_view
            how = "integer" if inner.type == "integer" else "uuid" if inner.facts.get("format") == "uuid" else "slug"
        if how == "slug":
            return self._slug(work, body, making, within)
        if how == "integer":
            return str(ordinal)
        if how == "hex":
            return making.draw.hex("key", 20)
        if how.startswith(LIKE):
            tries = (alike(how.removeprefix(LIKE), making.draw, f"key/{at}") for at in range(TRIES))
            free = next((one for one in tries if work.get(self.kind, self.id_of(one, within)) is None), None)
            return free or making.draw.uuid("key")
        return making.draw.uuid("key")

    def _slug(self, work: Work, body: Mapping[str, Any], making: Making, within: Sequence[str]) -> str:
        name = next(
            (value for member, value in body.items() if flat(member) in ("name", "title", "label") and isinstance(value, str)), ""
        )
        word = kebab(name) if name else f"{self.name}-{making.draw.hex('key', 6)}"
        while work.get(self.kind, self.id_of(word, within)) is not None:
            word = f"{word}-{making.draw.hex(word, 4)}"
        return word

    def _given(self, body: Mapping[str, Any]) -> Any:
        """The key that a client has chosen, however it writes its name."""
        member = self.resource.key.member
        if get(body, member) is not None:
            return get(body, member)
        names = (self._asked[one] for one in (flat(member), *sorted(self.parameters)) if one in self._asked)
        return next((body[name] for name in names if name in body), None)

    @cached_property
    def _key_view(self) -> View:
        return self._composer.views.of(node_at(self._composer.views, self.view, self.resource.key.member))

    def _as_shown(self, key: str, wire: Wire) -> str:
        """The key as the schema has it: one that it does not allow was made anew."""
        shown = get(wire, self.resource.key.member)
        return str(shown) if isinstance(shown, str | int) and not isinstance(shown, bool) and str(shown) else key

    def _typed(self, key: str) -> Any:
        view = self._key_view
        return int(key) if view.type == "integer" and key.isascii() and key.isdigit() and len(key) < 19 else key

    # Changing

    def renamed(self, document: Document, body: Mapping[str, Any]) -> None:
        """What a client has named it may be named anew; paths lead to it by its new name from then on."""
        told = get(body, self.resource.key.member)
        if self.may_be_renamed and isinstance(told, str | int) and not isinstance(told, bool) and str(told):
            document["key"] = str(told)

    def changed(self, work: Work, document: Document, body: Mapping[str, Any], *, whole: bool = False) -> None:
        """Put what a client says into it; `whole`: what it leaves out of what is its own goes, too."""
        wire = self.shown(document)
        if whole:
            gone = [one for one in wire if self._is_clients(one) and one not in body and one not in self.view.required]
            for name in gone:
                value = self._unsaid(name)
                wire.pop(name) if value is _NOTHING else wire.update({name: value})
        making = self.making(work, document)
        wire = self.touched(making, self.overlaid(wire, body))
        for name in [one for one, value in body.items() if value is None and one in wire and one in self.view.members]:
            if not self._composer.views.of(self.view.members[name]).is_nullable:
                del wire[name]
        document["wire"] = self._composer.allowed(self.view, wire, making, "")
        if self.resource.status and not self.is_truth:
            document["status"] = get(document["wire"], self.resource.status)
        if self.hooks:
            address(self.hooks, document, document["id"])

    def touched(self, making: Making, wire: Wire) -> Wire:
        """When it was changed last is now."""
        for name in self.updated:
            if name in wire:
                wire[name] = self._composer.maker.make(self.view.members[name], making, name, name)
        return wire

    def known(self, document: Document, id: str) -> dict[str, Any]:
        """What others know of it by name: `project_id`, `project`, `projectId` …"""
        member = self.resource.key.member
        value = get(document["wire"], member) if member else None
        value = document["key"] if value is None else value
        names = self._names
        found = {
            names.get(name) or self._known_as(name): inner
            for name, inner in document["wire"].items()
            if isinstance(inner, str | int) and name != member
        }
        found |= dict.fromkeys(self._key_names, value)
        found |= dict.fromkeys(self.parameters, value)
        return found

    def _known_as(self, name: str) -> str:
        known = self._names[name] = flat(f"{self.name}-{name}")
        return known


_NOTHING = object()


def plain(value: Any) -> str | None:
    """A member's value as a filter compares it: an object by what it is known by."""
    if isinstance(value, dict):
        value = next((value[name] for name in ("slug", "id", "name") if name in value), None)
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None or isinstance(value, list) else str(value)


def _whole(value: Any) -> Any:
    """Numbers as they can be given back: 5.0 is a whole one, and none is beyond what JSON parsers agree on."""
    if isinstance(value, float) and value.is_integer():
        return max(-LARGEST, min(LARGEST, int(value)))
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value


def _belongs(document: Document, within: Sequence[str]) -> bool:
    mine = document["within"]
    sorts = {one.partition("/")[0] for one in mine}
    return all(one in mine or one.partition("/")[0] not in sorts for one in within)


def _merged(before: Any, value: Mapping[str, Any]) -> Any:
    return {**before, **value} if isinstance(before, dict) else dict(value)
