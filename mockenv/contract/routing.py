"""From a method and a path to an operation, by a tree of the document's paths; knows no server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mockenv.contract.document import Document, Operation


@dataclass(frozen=True)
class Match:
    """What was found: an operation, or no operation but the methods the path allows (none: no such path)."""

    operation: Operation | None
    params: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    path: str = ""
    """The path as the document spells it, whatever the method; empty where the document has none."""


NOTHING = Match(None)
PARAMETER = re.compile(r"\{([^{}]+)\}")
REMEMBERED = 1_024
LONGEST_REMEMBERED = 256


class _Place:
    """Where a path may have come to: what may stand between the next slashes, and what ends here, by method."""

    __slots__ = ("ends", "patterns", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Place] = {}
        self.patterns: dict[str, _Place] = {}
        """By regular expression, those first that leave less open."""
        self.ends: dict[str, Operation] = {}

    def after(self, part: str) -> _Place:
        """The place behind a part of a document's path."""
        if not PARAMETER.search(part):
            return self.words.setdefault(part, _Place())
        pattern = "".join("([^/]+)" if at % 2 else re.escape(piece) for at, piece in enumerate(PARAMETER.split(part)))
        place = self.patterns.setdefault(pattern, _Place())
        self.patterns = dict(sorted(self.patterns.items(), key=lambda one: _openness(one[0])))
        return place


class Routes:
    """The paths of one document. Slashes count as they are written: nothing is redirected."""

    def __init__(self, document: Document, *, head_as_get: bool) -> None:
        """`head_as_get`: whether the service answers HEAD wherever it answers GET, as most do."""
        self._operations = document.operations
        self._head_as_get = head_as_get
        self._tree: _Place | None = None
        self._remember = lru_cache(REMEMBERED)(self._search)  # clients poll: a sixth of a request was spent on finding it again

    def match(self, method: str, path: str) -> Match:
        """What is asked for. Endless paths are searched for each time, so that nobody fills the memory with them."""
        return self._remember(method, path) if len(path) <= LONGEST_REMEMBERED else self._search(method, path)

    def _search(self, method: str, path: str) -> Match:
        if not path or "//" in path:
            return NOTHING
        reached = list(_reached(self._root(), path.lstrip("/").split("/"), ()))
        found = self._first(reached, method)
        if found:
            operation, values = found
            return Match(operation, _named(operation, values), path=operation.path)
        allowed = self._allowed(reached)
        if not (allowed and (found := self._first(reached, allowed[0]))):
            return NOTHING
        operation, values = found  # some services look at a path's parameters before they say that the method is wrong
        return Match(None, _named(operation, values), allowed, operation.path)

    def _first(self, reached: Iterable[tuple[_Place, Sequence[str]]], method: str) -> tuple[Operation, Sequence[str]] | None:
        for place, values in reached:
            operation = place.ends.get(method) or (place.ends.get("GET") if method == "HEAD" and self._head_as_get else None)
            if operation:
                return operation, values
        return None

    def _allowed(self, reached: Iterable[tuple[_Place, Sequence[str]]]) -> tuple[str, ...]:
        methods = {method for place, _ in reached for method in place.ends}
        return tuple(sorted(methods | {"HEAD"} if self._head_as_get and "GET" in methods else methods))

    def _root(self) -> _Place:
        """Made when first asked: a start has no need of it, and of most documents nobody ever asks."""
        if self._tree is None:
            self._tree = self._planted()
        return self._tree

    def _planted(self) -> _Place:
        root = _Place()
        for operation in self._operations.values():
            place = root
            for part in operation.path.removeprefix("/").split("/"):
                place = place.after(part)
            place.ends.setdefault(operation.method, operation)
        return root


def _reached(place: _Place, parts: Sequence[str], values: tuple[str, ...]) -> Iterator[tuple[_Place, tuple[str, ...]]]:
    """Every place that a path leads to, with what stands for its parameters: words before patterns."""
    if not parts:
        yield place, values
        return
    part, *rest = parts
    if part in place.words:
        yield from _reached(place.words[part], rest, values)
    for pattern, following in place.patterns.items():
        if found := re.fullmatch(pattern, part):
            yield from _reached(following, rest, (*values, *found.groups()))


def _openness(pattern: str) -> tuple[int, int]:
    """More of what is written down first, then fewer parameters."""
    pieces = pattern.split("([^/]+)")
    return -sum(map(len, pieces)), len(pieces)


def _named(operation: Operation, values: Sequence[str]) -> Mapping[str, str]:
    return dict(zip(PARAMETER.findall(operation.path), values, strict=True))
