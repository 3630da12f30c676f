"""What the body of a request or a reply carries: one thing, a list of things, in which envelope; knows no paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import ABOUT_LISTS, KEYS, LISTS, WRAPS, flat, parts, singular
from mockenv.contract.document import JSON, Document, Operation

DEEPEST = 3
IDENTITIES = frozenset({"id", "uuid", "uid", "guid", "identifier"})
NOT_MODIFIED = 304
EMBEDDED = "_embedded"


@dataclass(frozen=True)
class Carried:
    """A thing in a body: its schema, and the members that lead there."""

    node: Node
    view: View
    place: tuple[str, ...] = ()
    is_list: bool = False
    is_sure: bool = True

    @property
    def dotted(self) -> str:
        return ".".join(self.place)


def is_json(media: str) -> bool:
    return media == JSON or media.endswith(("+json", "/json"))


def success_of(document: Document, operation: Operation, *, preferred: tuple[int, ...] = ()) -> tuple[int, Node | None]:
    """The status that means all is well, and the schema of its body."""
    numbers = [int(status) for status in operation.responses if status.isdigit()]
    told = [one for one in numbers if 200 <= one < 300] or [one for one in numbers if 300 <= one < 400 and one != NOT_MODIFIED]
    status = next((one for one in preferred if one in told), min(told, default=0))
    key = str(status) if status else next((one for one in ("2XX", "default") if one in operation.responses), "")
    return status or 200, schema_at(operation.responses.get(key), f"{operation.pointer}/responses/{key}")


def schema_at(holder: Mapping[str, Any] | None, pointer: str) -> Node | None:
    """The schema of the JSON in a reply or a body, if it has any."""
    for media, content in ((holder or {}).get("content") or {}).items():
        if is_json(media) and isinstance(content, Mapping) and "schema" in content:
            return Node(holder, pointer).at("content", media, "schema")
    return None


def body_of(document: Document, operation: Operation) -> Node | None:
    """The schema of a request's body; of a form where there is no JSON."""
    node = document.resolve({"$ref": f"#{operation.pointer}"}).get("requestBody")
    pointer = f"{operation.pointer}/requestBody"
    found = schema_at(node, pointer)
    if found is None and node:
        media = next(iter(node["content"]))
        return Node(node, pointer).at("content", media, "schema") if "schema" in node["content"][media] else None
    return found


class Bodies:
    """Looks into bodies."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def thing(self, root: Node | None, word: str) -> Carried | None:
        """The one thing in a body: by the name of its sort, or by being all there is."""
        if root is None:
            return None
        return self._thing(root, word, (), 0)

    def _thing(self, root: Node, word: str, place: tuple[str, ...], depth: int) -> Carried | None:
        view = self._views.of(root)
        if not view.is_object:
            return Carried(root, view, place, is_sure=False) if view.type != "array" else None
        bare = Carried(root, view, place)
        inner = dict(self._objects(view))
        if depth >= DEEPEST or not inner:
            return bare
        if {flat(name) for name in view.members} & IDENTITIES:
            return bare
        for name, one in inner.items():
            if flat(name) in (flat(word), flat(singular(word))) and self._is_substantial(one):
                return Carried(one, self._views.of(one), (*place, name))
        for name, one in inner.items():
            if name in WRAPS and (len(view.members) == 1 or not self._has_key(view)):
                return self._thing(one, word, (*place, name), depth + 1)
        if len(view.members) == 1 and depth == 0:
            [(name, one)] = inner.items()
            return Carried(one, self._views.of(one), (*place, name)) if self._has_key(self._views.of(one)) else bare
        alike = [name for name, one in inner.items() if flat(singular(word)) in map(flat, self._views.of(one).names)]
        if len(alike) == 1:
            return Carried(inner[alike[0]], self._views.of(inner[alike[0]]), (*place, alike[0]))
        return bare

    def named(self, root: Node | None, name: str | None) -> Carried | None:
        """The one member that has this schema, of a body that is no thing itself."""
        view = self._views.of(root)
        if name is None or view.name == name or self._is_identified(view):
            return None
        found = [one for one in self._objects(view) if self._views.of(one[1]).name == name]
        return Carried(found[0][1], self._views.of(found[0][1]), (found[0][0],)) if len(found) == 1 else None

    def several(self, root: Node | None, word: str) -> Carried | None:
        """The list in a body, if it is there to carry one."""
        return None if root is None else self._several(root, word, (), 0)

    def _several(self, root: Node, word: str, place: tuple[str, ...], depth: int) -> Carried | None:
        view = self._views.of(root)
        if view.type == "array" and view.items is not None:
            return Carried(view.items, self._views.of(view.items), place, is_list=True)
        if not view.is_object or depth >= DEEPEST:
            return None
        if self._is_map(view):
            return Carried(view.values, self._views.of(view.values), place, is_list=True)  # type: ignore[arg-type]  # a map has them
        lists = {name: one for name, node in view.members.items() if self._holds_several(one := self._views.of(node))}
        name = self._the_list(view, lists, word)
        if name is not None:
            items = lists[name].items or lists[name].values
            assert items is not None  # or it were none of the lists
            return Carried(items, self._views.of(items), (*place, name), is_list=True)
        if self._is_identified(view):
            return None
        for name, node in view.members.items():
            if name in (*WRAPS, EMBEDDED) or (len(view.members) == 1 and depth == 0):
                found = self._several(node, word, (*place, name), depth + 1)
                if found:
                    return found
        return None

    def _holds_several(self, view: View) -> bool:
        return (view.type == "array" and view.items is not None) or self._is_map(view)

    def _is_map(self, view: View) -> bool:
        """Whether it is key → thing."""
        return view.values is not None and not view.members and bool(self._views.of(view.values).members)

    def _the_list(self, view: View, lists: Mapping[str, View], word: str) -> str | None:
        for name in lists:
            if flat(name) in (flat(word), flat(singular(word))) and not self._is_identified(view):
                return name
        if self._is_identified(view):
            return None
        for name in lists:
            if name in LISTS:
                return name
        things = [name for name, one in lists.items() if self._views.of(one.items or one.values).is_object]
        others = [name for name in view.members if name not in things[:1]]
        if things and all(set(parts(name)) & ABOUT_LISTS for name in others):
            return things[0]
        return next(iter(lists)) if len(view.members) == 1 and lists else None

    def _objects(self, view: View) -> Iterator[tuple[str, Node]]:
        for name, node in view.members.items():
            if self._views.of(node).is_object:
                yield name, node

    def _is_substantial(self, node: Node) -> bool:
        view = self._views.of(node)
        return len(view.members) > 1 or self._has_key(view)

    @staticmethod
    def _is_identified(view: View) -> bool:
        return bool({flat(name) for name in view.members} & IDENTITIES)

    @staticmethod
    def _has_key(view: View) -> bool:
        return any(flat(name) in KEYS or parts(name)[-1:] in (("id",), ("uuid",)) for name in view.members)
