"""From what was played on both sides to what drifts: operation by operation, and what could not be compared. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mockenv.conformance.comparing import MADE, PREFIX, Comparison, Side
from mockenv.conformance.drift import Drift
from mockenv.conformance.playing import Played
from mockenv.conformance.suite import RUN, Step, Suite
from mockenv.provider import Provider
from mockenv.recording.exchange import Answered, Exchange
from mockenv.recording.redacting import PLACEHOLDER

BASE = "address"


@dataclass(frozen=True)
class Point:
    """What was compared: a step of a suite, or an exchange of a recording. `source` is the page that says how it should be."""

    name: str
    operation: str | None
    source: str = ""


@dataclass(frozen=True)
class Outcome:
    """All that came of it. `skipped` is what was not compared, and why; `left` what could not be taken away; `requests` the service's."""

    provider: str
    upstream: str
    points: Sequence[Point]
    drifts: Sequence[Drift]
    skipped: Mapping[str, str] = field(default_factory=dict)
    left: Sequence[str] = ()
    exchanges: Mapping[str, Exchange] = field(default_factory=dict)


def conform(suite: Suite, provider: Provider, theirs: Played, ours: Played) -> Outcome:
    """`theirs` is the real service's run, `ours` mockenv's."""
    points = [Point(step.name, step.operation or None, step.source) for step in suite.steps]
    skipped = {step.name: why for step in suite.steps if (why := theirs.skipped.get(step.name) or ours.skipped.get(step.name))}
    drifts = [one for step in suite.steps if step.name not in skipped for one in _of_step(step, suite, provider, theirs, ours)]
    return Outcome(suite.provider, theirs.target.base, points, drifts, skipped, theirs.left, theirs.exchanges)


def _of_step(step: Step, suite: Suite, provider: Provider, theirs: Played, ours: Played) -> list[Drift]:
    there, here = theirs.exchanges[step.name].answered, ours.exchanges[step.name].answered
    sides = Side(there, _names(suite, theirs)), Side(here, _names(suite, ours))
    found = list(Comparison(step.name, *sides, step.loose, step.compare).drifts())
    return [*found, *departures(step.name, step.operation, there, provider, found)]


def departures(point: str, operation: str | None, there: Answered, provider: Provider, found: Sequence[Drift]) -> Iterator[Drift]:
    """Where the service's own reply is not what mockenv's document says, though mockenv's looked the same so far."""
    described = provider.document.operations.get(operation or "")
    if described is None or there.is_cut or any(one.kind in ("status", "error") for one in found):
        return
    media = (there.header("content-type") or "").partition(";")[0].strip().lower()
    known = {one.where.rpartition("/")[2] for one in found} - {""}
    for problem in provider.validators.reply(described, there.status, media if there.body else "", there.json):
        if not PLACEHOLDER.search(problem) and not any(name in problem for name in known):
            yield Drift(point, "enum" if " is not one of " in problem else "document", "", problem, "")


def _names(suite: Suite, played: Played) -> Mapping[str, str]:
    """What values of one side stand for; the run's own letters are the same on both."""
    names = {played.target.base: BASE}
    if path := urlsplit(played.target.base).path:
        names[path] = PREFIX
    for name, value in played.variables.items():
        if name != RUN and value:
            names[value] = name if name in suite.needs else f"{MADE}{name}"
    return names
