"""All lifecycles, operations and events there are: what faults, holds and delays may speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockenv.errors import check_name
from mockenv.kernel.catalogue.lifecycle import Lifecycle, Step


class Catalogue:
    """One for a server; each sandbox has it as a part."""

    def __init__(
        self,
        lifecycles: tuple[Lifecycle, ...],
        operations: Mapping[str, Mapping[str, frozenset[int]]] | None = None,
        events: Mapping[str, Sequence[str]] | None = None,
        parameters: Mapping[str, frozenset[str]] | None = None,
        prefixes: Sequence[str] = ("/",),
    ) -> None:
        self.operations = operations or {}
        """provider → operationId → the statuses that its document has for it."""
        self.parameters = parameters or {}
        """operationId → the parameters of its path and its query."""
        self.prefixes = prefixes
        """What the providers' paths begin with."""
        self.events = events or {}
        """provider → the events that it emits."""
        self.lifecycles = {(lifecycle.kind, lifecycle.name): lifecycle for lifecycle in lifecycles}

    @property
    def steps(self) -> Mapping[str, Mapping[str, Mapping[str, Step]]]:
        """provider → kind → step name → step."""
        table: dict[str, dict[str, dict[str, Step]]] = {}
        for lifecycle in self.lifecycles.values():
            provider, kind = lifecycle.kind.split("/", 1)
            table.setdefault(provider, {}).setdefault(kind, {}).update({step.name: step for step in lifecycle.steps})
        return table

    def check_step(self, name: Any, where: str, key: str) -> None:
        """Raises UnknownName for what is no step of any lifecycle: `name` may be whatever a user has written."""
        names = [step.name for lifecycle in self.lifecycles.values() for step in lifecycle.steps]
        check_name(name, names, where, key)
