"""A document in one piece: what its references bring in from other files is laid into it; knows no OpenAPI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from mockenv.anyservice.reading.remarks import Remarks
from mockenv.contract.document import read_content
from mockenv.errors import CannotStart

FILES = "x-files"
"""Where the other files lie in the document that is made of all of them, by their path from it."""
LITERAL = frozenset({"example", "enum", "const", "default", "value"})
"""What stands under these is a value, whatever it looks like."""

SUFFIXES = (".json", ".yaml", ".yml")

MAPS = ("properties", "patternProperties", "$defs", "definitions", "schemas", "dependentSchemas", "responses", "headers")
"""What stands under these are names of the document's own, whatever they are called."""

Json = dict[str, Any]


def read_whole(path: Path, remarks: Remarks) -> tuple[Json, list[Path]]:
    """The document, every reference in it local, and the files that it was read from. Raises CannotStart."""
    return _Bundle(path, remarks).read()


class _Bundle:
    def __init__(self, path: Path, remarks: Remarks) -> None:
        self._root, self._base, self._remarks = path, path.parent.resolve(), remarks
        self._keys: dict[Path, str] = {path.resolve(): ""}
        self._waiting: list[Path] = []

    def read(self) -> tuple[Json, list[Path]]:
        content = _mapping(self._root)
        self._localise(content, self._root.resolve())
        others: Json = {}
        while self._waiting:
            path = self._waiting.pop()
            inner = self._inner(path)
            self._localise(inner, path)
            others[self._keys[path]] = inner
        if others:
            content[FILES] = others
        return content, list(self._keys)

    def _inner(self, path: Path) -> Any:
        try:
            return read_content(path)
        except CannotStart as error:
            self._remarks.tell(self._keys[path], f"{str(error).partition(': ')[2]}; whatever refers to it is anything")
            return {}

    def _localise(self, content: Any, path: Path) -> None:
        for node in references(content):
            target, _, fragment = node["$ref"].partition("#")
            if target.startswith(("http://", "https://", "urn:")):
                continue  # nothing is fetched; whoever follows it is told
            other = (path.parent / unquote(target)).resolve() if target else path
            place = self._place(other)
            if place is not None:
                node["$ref"] = f"#{place}{_slashed(fragment)}"

    def _place(self, path: Path) -> str | None:
        if path not in self._keys:
            if path.suffix not in SUFFIXES or not path.is_file():
                return None
            self._keys[path] = Path(os.path.relpath(path, self._base)).as_posix()
            self._waiting.append(path)
        key = self._keys[path]
        return f"/{FILES}/{key.replace('~', '~0').replace('/', '~1')}" if key else ""


def references(content: Any) -> Iterator[Json]:
    """Every object with a `$ref` in it that is one, however deep."""
    waiting: list[tuple[Any, bool]] = [(content, False)]
    while waiting:
        node, is_map = waiting.pop()
        if isinstance(node, list):
            waiting.extend((value, False) for value in node if isinstance(value, dict | list))
        elif isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node
            waiting.extend(
                (value, not is_map and name in MAPS)
                for name, value in node.items()
                if isinstance(value, dict | list) and (is_map or name not in LITERAL)
            )


def _mapping(path: Path) -> Json:
    content = read_content(path)
    if not isinstance(content, dict):
        raise CannotStart(f"document {path}: is not an OpenAPI document (it is no mapping)")
    return content


def _slashed(fragment: str) -> str:
    return f"/{fragment.lstrip('/')}" if fragment.strip("/") else ""
