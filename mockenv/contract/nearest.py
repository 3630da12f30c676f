"""Which documented route a path that nobody has was probably meant for; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from mockenv.contract.document import Document

if TYPE_CHECKING:
    from difflib import SequenceMatcher

LONGEST = 200
CANDIDATES = 16
"""So many paths are compared letter by letter: that takes fifty times as long as word by word."""
CLOSE = 0.6
WITHOUT_BASE = 0.9
"""How like a path is of which only the beginning is missing."""


class Route(NamedTuple):
    """One operation of one service, and where it is."""

    provider: str
    operation: str
    method: str
    path: str


class NearestRoute:
    """Looks through all documents. What was found is remembered: whoever asks for a wrong path asks again."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._routes: dict[str, dict[str, Route]] = {}
        for document in documents:
            for one in document.operations.values():
                self._routes.setdefault(one.path, {})[one.method] = Route(document.name, one.id, one.method, one.path)
        self._words = [(_words(path), path) for path in self._routes]
        self._remember = lru_cache(256)(self._find)

    def __call__(self, method: str, path: str) -> dict[str, str] | None:
        found = self._remember(method, path[:LONGEST])
        return found._asdict() if found else None

    def _find(self, method: str, path: str) -> Route | None:
        asked = _words(path)
        ranked = sorted(self._words, key=lambda pair: -_shared(pair[0], asked))[:CANDIDATES]
        likely = [(_likeness(words, asked) + self._fits(one, method, path), one) for words, one in ranked]
        score, best = max(likely, default=(0.0, ""), key=lambda pair: pair[0])
        if score < CLOSE:
            return None
        methods = self._routes[best]
        return methods.get(method) or next(iter(methods.values()))

    def _fits(self, route: str, method: str, path: str) -> float:
        """What decides between two that are about as near."""
        return 0.05 * (method in self._routes[route]) + 0.01 * (route[-1] == path[-1:])


def _words(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _shared(route: Sequence[str], words: Sequence[str]) -> int:
    """How much is the same from the beginning and from the end: a base path is forgotten as often as a word is misspelt."""
    return _same(route, words) + _same(route[::-1], words[::-1]) - abs(len(route) - len(words))


def _same(route: Sequence[str], words: Sequence[str]) -> int:
    """A word is worth four parameters: those are like anything."""
    pairs = takewhile(lambda pair: pair[0] == pair[1] or pair[0][:1] == "{", zip(route, words, strict=False))
    return sum(4 if part == word else 1 for part, word in pairs)


def _likeness(route: Sequence[str], words: Sequence[str]) -> float:
    """From 0 to 1, parameters filled in with what stands there, counted from the end or from the beginning."""
    missing = len(route) - len(words)
    filled = _filled(route, words, missing)
    if missing > 0 and filled[missing:] == list(words) and any(part[:1] != "{" for part in route[missing:]):
        return WITHOUT_BASE
    if not any(_is_like(part, word) for part in route if part[:1] != "{" for word in words):
        return 0.0  # parameters are like anything: alone they say nothing
    return max(_ratio(one, words) for one in ([filled, _filled(route, words, 0)] if missing else [filled]))


def _filled(route: Sequence[str], words: Sequence[str], missing: int) -> list[str]:
    return [words[at - missing] if part[:1] == "{" and 0 <= at - missing < len(words) else part for at, part in enumerate(route)]


def _ratio(filled: Sequence[str], words: Sequence[str]) -> float:
    compared = _compared("/".join(filled), "/".join(words))
    return compared.ratio() if compared.quick_ratio() >= CLOSE else 0.0


def _is_like(part: str, word: str) -> bool:
    return _compared(part, word).ratio() >= CLOSE


def _compared(one: str, other: str) -> SequenceMatcher[str]:
    from difflib import SequenceMatcher  # only for who has lost the way

    return SequenceMatcher(None, one, other, autojunk=False)
