"""What a fixture makes of an empty world, provider by provider; a world like one before has it put when somebody looks for it.

A fixture makes as many things in every world, whatever their chance: that is its shape, which the first world tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mockenv.kernel.unit.work import COUNTER, Work
from mockenv.kernel.worlds.kinds import CLOCK
from mockenv.store.base import Document

OWN = "kernel/"
Numbers = Mapping[str, int]
"""Kind → how many."""


class Shape(NamedTuple):
    """What may wait: nothing of it is on its way, so no time has an effect on it."""

    numbers: Mapping[str, Numbers]
    """By provider."""
    counters: Mapping[str, Document]

    @property
    def furniture(self) -> Numbers:
        """All of it, whoever's."""
        return {kind: number for numbers in self.numbers.values() for kind, number in numbers.items()}


def shape_of(work: Work, providers: Iterable[str]) -> Shape | None:
    """Of a world that holds a fixture and a clock; None where anything in it has begun, or happened."""
    furniture, counters = counted(work), {id: work.get(COUNTER, id) or {} for id in work.ids(COUNTER)}
    begun = [name for name in (*work.kinds(), *counters) if name.startswith(OWN) and name not in (CLOCK, COUNTER)]
    if begun:
        return None
    return Shape({one: {kind: n for kind, n in furniture.items() if kind.startswith(f"{one}/")} for one in providers}, counters)


def counted(work: Work) -> Numbers:
    """What there is of the providers' kinds."""
    return {kind: work.number(kind) for kind in work.kinds() if not kind.startswith(OWN)}


def furniture_of(meta: Mapping[str, Any]) -> Numbers:
    """What is kept of that; an earlier mockenv kept the names."""
    told = meta.get("furniture", {})
    return told if isinstance(told, Mapping) else Counter("/".join(name.split("/", 2)[:2]) for name in told)
