"""JSON pointers in one document: following references, telling where something stands; knows no schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

LONGEST_CHAIN = 32


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a document, and where it stands."""

    value: Any
    pointer: str

    def at(self, *parts: str | int) -> Node:
        """What stands below; an empty object where nothing does."""
        value: Any = self.value
        for part in parts:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                value = {}
        return Node(value, self.pointer + "".join(f"/{escape(str(part))}" for part in parts))


def escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    return unquote(part).replace("~1", "/").replace("~0", "~")


class Pointers:
    """One document, to be walked."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    @cached_property
    def root(self) -> Node:
        return Node(self.content, "")

    def find(self, pointer: str) -> Node | None:
        """What a pointer leads to, if it is there."""
        value: Any = self.content
        for part in map(unescape, pointer.split("/")[1:]):
            if isinstance(value, Mapping) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return Node(value, pointer)

    def leads_nowhere(self, reference: str) -> bool:
        """Whether a reference is to something that is not in the document."""
        return not reference.startswith("#") or self.find(reference[1:]) is None

    def follow(self, node: Node) -> Node:
        """Through references to what is meant; what leads nowhere is anything."""
        for _ in range(LONGEST_CHAIN):
            reference = node.value.get("$ref") if isinstance(node.value, Mapping) else None
            if not isinstance(reference, str):
                return node
            found = self.find(reference[1:]) if reference.startswith("#") else None
            if found is None:
                break
            node = found
        return Node({}, node.pointer)
