"""A schema as one flat thing: references followed, `allOf` merged, the first of several variants chosen; validates nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockenv.anyservice.reading.pointers import Node, Pointers, unescape
from mockenv.anyservice.reading.schemas import SHOWN

DEEPEST = 24
"""So many schemas within each other are merged; what is deeper goes in circles."""
FACTS = (
    *("enum", "const", "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties"),
    *("default", "example", "examples", "description", "title", "readOnly", "writeOnly", "contentEncoding"),
)


@dataclass
class View:
    """What a schema says."""

    pointer: str
    name: str | None = None
    """What the document calls it, where it is one of its named schemas."""
    names: tuple[str, ...] = ()
    """That, and the names of all it is made of."""
    types: tuple[str, ...] = ()
    is_nullable: bool = False
    members: dict[str, Node] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    items: Node | None = None
    values: Node | None = None
    """What every member is that has no place of its own."""
    is_closed: bool = False
    """Whether it has no members but those."""
    facts: dict[str, Any] = field(default_factory=dict)
    variants: tuple[Node, ...] = ()
    """All it may be, where that is several things: the first is merged into this."""

    @property
    def type(self) -> str:
        """The first of its types; empty where anything goes."""
        return self.types[0] if self.types else ""

    @property
    def is_object(self) -> bool:
        return self.type == "object" or bool(self.members)


class Views:
    """All schemas of a document, each looked at once."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.pointers = Pointers(content)
        self._known: dict[str, View] = {}

    def of(self, node: Node | None) -> View:
        """The view of a schema; of None one of anything."""
        if node is None:
            return View("")
        known = self._known.get(node.pointer)
        if known is None:
            known = self._known[node.pointer] = self._look(node, 0)
        return known

    def _look(self, node: Node, depth: int) -> View:
        meant = self.meant(node)
        view = View(meant.pointer, name_of(meant.pointer))
        if isinstance(meant.value, Mapping) and depth < DEEPEST:
            self._take(view, meant, depth)
            if isinstance(node.value, Mapping) and meant.pointer != node.pointer:
                view.facts |= {name: node.value[name] for name in FACTS if name in node.value and name != "title"}
        view.names = tuple(dict.fromkeys(name for name in (view.name, *view.names) if name))
        return view

    def meant(self, node: Node) -> Node:
        """The schema itself: through references, and through an `allOf` of one that only wraps a description around it."""
        node = self.pointers.follow(node)
        schema = node.value
        if (
            isinstance(schema, Mapping)
            and len(schema.get("allOf") or ()) == 1
            and not schema.keys() & {"properties", "oneOf", "anyOf"}
        ):
            return self.meant(node.at("allOf", 0))
        return node

    def _take(self, view: View, node: Node, depth: int) -> None:
        schema = node.value
        view.facts |= {name: schema[name] for name in FACTS if name in schema}
        types = schema.get("type")
        told = types if isinstance(types, list) else [types] if types else []
        view.is_nullable |= "null" in told
        view.types = tuple(one for one in told if one != "null") or view.types
        for name in schema.get("properties") or {}:
            view.members.setdefault(name, node.at("properties", name))
        view.required |= set(schema.get("required") or ()) if isinstance(schema.get("required"), list) else set()
        view.required |= set(schema.get(SHOWN) or ())
        if "items" in schema:
            view.items = node.at("items")
        extra = schema.get("additionalProperties")
        view.is_closed |= extra is False
        view.values = node.at("additionalProperties") if isinstance(extra, Mapping) else view.values
        for at in range(len(schema.get("allOf") or ())):
            self._merge(view, self._look(node.at("allOf", at), depth + 1))
        for word in ("oneOf", "anyOf"):
            self._choose(view, node, word, depth)
        if not view.types:
            view.types = ("object",) if view.members or view.values else ("array",) if view.items else ()

    @staticmethod
    def _merge(view: View, other: View) -> None:
        view.facts = {**other.facts, **view.facts}
        view.names = (*view.names, *other.names)
        view.types = view.types or other.types
        for name, member in other.members.items():
            view.members.setdefault(name, member)
        view.required |= other.required
        view.items, view.values = view.items or other.items, view.values or other.values
        view.is_closed |= other.is_closed
        view.variants = view.variants or other.variants

    def _choose(self, view: View, node: Node, word: str, depth: int) -> None:
        choices = [node.at(word, at) for at in range(len(node.value.get(word) or ()))]
        possible = [one for one in choices if not self._is_null(one)]
        view.is_nullable |= len(possible) < len(choices)
        if not possible:
            return
        chosen = self._look(possible[0], depth + 1)
        named = node.value.get("discriminator")
        self._merge(view, chosen)
        if len(possible) > 1:
            view.variants = view.variants or tuple(possible)
        if isinstance(named, Mapping) and isinstance(named.get("propertyName"), str):
            self._discriminate(view, named, self.pointers.follow(possible[0]).pointer)

    def _is_null(self, node: Node) -> bool:
        schema = self.pointers.follow(node).value
        return isinstance(schema, Mapping) and (schema.get("type") == "null" or schema.get("enum") == [None])

    @staticmethod
    def _discriminate(view: View, named: Mapping[str, Any], pointer: str) -> None:
        """The member that tells the variants apart has the value that stands for the chosen one."""
        mapping = named.get("mapping") or {}
        told = next((key for key, target in mapping.items() if f"#{pointer}" == target or target == name_of(pointer)), None)
        value = told or name_of(pointer)
        member = view.members.get(named["propertyName"])
        if value and (member is None or not {"enum", "const"} & (member.value.keys() if isinstance(member.value, dict) else set())):
            view.members[named["propertyName"]] = Node({"type": "string", "enum": [value]}, f"{pointer}/{named['propertyName']}~")


def name_of(pointer: str) -> str | None:
    """The name of a schema that has one: the last word of where it stands among the document's named ones."""
    parts = pointer.split("/")
    if len(parts) == 4 and parts[1] == "components":
        return unescape(parts[3])
    if parts[1:2] == ["x-files"] and len(parts) >= 3:
        return unescape(parts[-1]).rpartition("/")[2].removesuffix(".yml").removesuffix(".yaml").removesuffix(".json")
    return None
