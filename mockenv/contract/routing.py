"""From a method and a path to an operation, by Werkzeug's map built from a document; knows no Flask."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

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


class _MatchingRule(Rule):
    """Werkzeug also compiles a function per rule that builds its URLs: a tenth of a start, and nobody builds any here."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return lambda *_: ("", "")


class Routes:
    """The paths of one document. Slashes count as they are written: nothing is redirected."""

    def __init__(self, document: Document, *, head_as_get: bool) -> None:
        """`head_as_get`: whether the service answers HEAD wherever it answers GET, as most do."""
        self._operations = document.operations
        self._head_as_get = head_as_get
        self._remember = lru_cache(REMEMBERED)(self._search)  # clients poll: a sixth of a request was spent on finding it again

    def match(self, method: str, path: str) -> Match:
        """What is asked for. Endless paths are searched for each time, so that nobody fills the memory with them."""
        return self._remember(method, path) if len(path) <= LONGEST_REMEMBERED else self._search(method, path)

    def _search(self, method: str, path: str) -> Match:
        if "//" in path:  # Werkzeug overlooks doubled slashes at the end
            return NOTHING
        adapter = self._slashed if path.endswith("/") else self._leaves
        try:
            id, params = adapter.match(path, method)
        except MethodNotAllowed as error:
            return self._without_operation(adapter, path, error.valid_methods or ())
        except (NotFound, RequestRedirect):
            return NOTHING
        operation = self._operations[id]
        if operation.method == method or (method == "HEAD" and self._head_as_get):
            return Match(operation, self._named(operation, params), path=operation.path)
        return self._without_operation(adapter, path, adapter.allowed_methods(path))

    def _without_operation(self, adapter: MapAdapter, path: str, methods: Iterable[str]) -> Match:
        """The path is there, but not for this method: some services look at its parameters before they say so."""
        allowed = self._documented(methods)
        id, params = adapter.match(path, allowed[0])
        return Match(None, self._named(self._operations[id], params), allowed, self._operations[id].path)

    @staticmethod
    def _named(operation: Operation, params: Mapping[str, str]) -> Mapping[str, str]:
        """The parameters under the names that the document has for them, which need not be words."""
        return {name: params[f"p{at}"] for at, name in enumerate(PARAMETER.findall(operation.path))}

    def _documented(self, methods: Iterable[str]) -> tuple[str, ...]:
        """Werkzeug lets GET rules answer HEAD, too."""
        return tuple(method for method in sorted(methods) if method != "HEAD" or self._head_as_get)

    # Werkzeug either redirects a missing slash or overlooks it; the services do neither, hence a map for each sort.
    # Made when first asked: a start has no need of them, and of most documents nobody ever asks.

    @cached_property
    def _slashed(self) -> MapAdapter:
        return self._bind(one for one in self._operations.values() if one.path.endswith("/"))

    @cached_property
    def _leaves(self) -> MapAdapter:
        return self._bind(one for one in self._operations.values() if not one.path.endswith("/"))

    @staticmethod
    def _bind(operations: Iterable[Operation]) -> MapAdapter:
        rules = [_MatchingRule(_as_rule(one.path), endpoint=one.id, methods=[one.method]) for one in operations]
        return Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False).bind("localhost")


def _as_rule(path: str) -> str:
    """Parameters by their number: a document may call them what Werkzeug would not, or two of them the same."""
    count = itertools.count()
    return PARAMETER.sub(lambda _: f"<p{next(count)}>", path)
