"""What a world needs of a provider: its tables, its options, its tokens, its part of a starting world; knows no provider."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mockenv.kernel.catalogue.lifecycle import Lifecycle
from mockenv.kernel.events.publisher import Publisher
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.store.base import Kind

if TYPE_CHECKING:
    from marshmallow import Schema


class Option(NamedTuple):
    """A switch of a provider: its default, what it may be (as text; empty: anything), and why it exists.

    `check` is for what no list of choices can say: called with the text, where it stands and its key; raises BadInput.
    """

    default: str
    choices: tuple[str, ...]
    why: str
    check: Callable[[str, str, str], object] | None = None


class Inhabitant(Protocol):
    """What the kernel needs of a provider: its tables, its tokens, its part of a starting world."""

    @property
    def name(self) -> str: ...
    @property
    def kinds(self) -> Sequence[Kind]: ...
    @property
    def lifecycles(self) -> Sequence[Lifecycle]: ...
    @property
    def options(self) -> Mapping[str, Option]: ...
    @property
    def events(self) -> Sequence[str]: ...
    @property
    def lists(self) -> Mapping[str, Collection[str]]: ...
    @property
    def cors(self) -> str | None: ...
    @property
    def publisher(self) -> Publisher | None: ...
    @property
    def prefixes(self) -> Sequence[str]: ...

    def documented(self) -> Mapping[str, frozenset[int]]:
        """operationId → the statuses that the document has for it."""

    def parameters(self) -> Mapping[str, frozenset[str]]:
        """operationId → the parameters of its path and its query."""

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        """Role → token, in the service's own format."""

    def world(self) -> type[Schema] | None:
        """What its section of a fixture looks like; None where `populate` checks that itself."""

    def world_sources(self) -> Sequence[Path]:
        """The files that say so; another text of them may say otherwise. None where nothing does."""

    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        """Put this provider's part of a fixture. Raises BadInput that begins with `where`."""
