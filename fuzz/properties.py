"""What no document describes, by hypothesis: each property says how a stranger's text looks and what must hold of the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from fuzz import bodies, files, graphql_texts, heads, patches
from fuzz.outcome import Outcome
from fuzz.server import Served


@dataclass(frozen=True)
class Property:
    """`check` takes the server and one drawn value, and fails where something does not hold."""

    values: SearchStrategy[Any]
    check: Callable[[Served, Any], None]
    times: int = 10
    """So many values for each of a document's examples: these are quick."""


PROPERTIES = {
    "graphql-texts": Property(graphql_texts.REQUESTS, graphql_texts.check),
    "patches": Property(patches.PATCHES, patches.check),
    "bodies": Property(bodies.CALLS, bodies.check),
    "heads": Property(heads.HEADS, heads.check),
    "files": Property(files.FILES, files.check, times=4),
}


def run(one: Property, server: Served, examples: int, seed: int) -> Outcome:
    """Draw values until one does not hold, which is then made as small as can be."""
    outcome = Outcome()

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples * one.times,
        phases=(Phase.generate, Phase.shrink),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(one.values)
    def holds(value: Any) -> None:
        outcome.cases += 1
        one.check(server, value)

    try:
        holds()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the finding
        outcome.problems.append("\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]))
        outcome.found = 1
    return outcome
