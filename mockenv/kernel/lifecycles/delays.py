"""How long steps take in one sandbox: its own word for it, else its profile, else the table's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.catalogue.lifecycle import Step
from mockenv.kernel.values.delay import Delay, parse_delay


class Delays:
    """`told` is what the sandbox was made with: provider → kind → step → delay, any of them short, and a `profile`."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self._known: dict[tuple[str, str], Delay] = {}

    def of(self, kind: str, step: Step) -> Delay:
        known = self._known.get((kind, step.name))
        if known is None:
            known = self._known[kind, step.name] = self._work_out(kind, step)
        return known

    def _work_out(self, kind: str, step: Step) -> Delay:
        provider, resource = kind.split("/", 1)
        told: Any = self._told
        for part in (provider, resource, step.name):
            if not isinstance(told, Mapping) or part not in told:
                break
            told = told[part]
            if not isinstance(told, Mapping) or told.keys() & {"uniform", "lognormal"}:
                return parse_delay(told)
        if self._told.get("profile") == "realistic" and step.realistic:
            return step.realistic
        return step.delay
