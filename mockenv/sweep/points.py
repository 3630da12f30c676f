"""At which points of a clean run something can fail, and the rule that makes it fail there; runs nothing.

The n-th request of an operation is a fault's `after: n - 1, times: 1`, and so are the n-th step and the n-th delivery: a point needs
nothing that a scenario cannot say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from mockenv.client import Json, Sandbox
from mockenv.errors import BadInput, CannotStart, nearest
from mockenv.kernel.worlds.journal import STAGES

LOST_CHANGE, REFUSED_CHANGE, STEP, LOST_EVENT, DOUBLE_EVENT, REFUSED_LOOK, LOST_LOOK = SORTS = (
    "lost-change",
    "refused-change",
    "step",
    "lost-event",
    "double-event",
    "refused-look",
    "lost-look",
)
"""The most valuable first: behind a lost answer to a change hide orphans and double payments; a refusal is what clients expect
soonest; steps and webhooks fail rarely, and late; a look that fails has changed nothing."""
LOOKS = ("GET", "HEAD", "OPTIONS")
REACHED = STAGES[STAGES.index("fault_before") :]
"""Where a request was answered that rules have counted."""
PAGE = 1_000


@dataclass(frozen=True)
class Point:
    """A place for one failure. Its id is the same in every run that goes the same way."""

    id: str
    """`vector/createEnvironment/1/after`: what, the how manieth, and where or how it fails."""
    sort: str
    ordinal: int
    text: str
    """What happens there, in a sentence without a full stop."""
    rule: Json = field(hash=False)
    """The fault that makes it happen."""

    @property
    def value(self) -> tuple[bool, int, int]:
        """The lower, the sooner: the first of its kind before all repetitions, since those go through the same code as a rule."""
        return self.ordinal > 1, SORTS.index(self.sort), self.ordinal


def points_of(sandbox: Sandbox) -> list[Point]:
    """The points of what has happened in a world, in the order of their value. Raises CannotStart where part of it is forgotten."""
    journal = sandbox.journal()
    if journal.dropped:
        raise CannotStart(
            f"{journal.dropped} requests of the clean run fell out of the journal: serve with a larger --journal-size"
        )
    catalogue = sandbox.server.call("GET", "catalogue")["providers"]
    known = {name: {one["operation"]: one["path"] for one in told["operations"]} for name, told in catalogue.items()}
    found = [*_requests(journal, known), *_steps_and_deliveries(sandbox)]
    return sorted(found, key=lambda point: point.value)  # a stable order: by the run's own course where the value is the same


def is_chosen(point: Point, patterns: Sequence[str]) -> bool:
    """Whether its id is like one of `patterns`, `*` for anything; where there are none, it is."""
    return not patterns or any(fnmatchcase(point.id, one) for one in patterns)


def check_patterns(patterns: Sequence[str], points: Collection[Point], key: str) -> None:
    """Raises BadInput for one that no point is like."""
    for pattern in patterns:
        if not any(is_chosen(point, [pattern]) for point in points):
            near = nearest(pattern, (point.id for point in points))
            raise BadInput("", key, f"no point is like {pattern!r}" + (f"; did you mean {near!r}?" if near else ""))


def _requests(journal: Iterable[Json], operations: Mapping[str, Mapping[str, str | None]]) -> Iterator[Point]:
    seen: Counter[tuple[str, str]] = Counter()
    for entry in journal:
        own = operations[entry["provider"]]
        if entry["stage"] not in REACHED or _is_unreadable(entry, own):
            continue
        name, place = _place(entry, own)
        looks, at = _only_looks(entry), {"provider": entry["provider"], **place}
        yield _request(name, "before", seen, REFUSED_LOOK if looks else REFUSED_CHANGE, at, {"status": 503})
        if entry["stage"] == STAGES[-1]:
            changed = not looks and entry["status"] < 400
            yield _request(name, "after", seen, LOST_CHANGE if changed else LOST_LOOK, at, {"reset": True})


def _request(name: str, phase: str, seen: Counter[tuple[str, str]], sort: str, place: Json, effect: Json) -> Point:
    number = _next(seen, (name, phase))
    short = name.partition("/")[2]
    texts = {
        "before": f"the {nth(number)} {short} is refused with 503, and nothing is done",
        "after": f"the {nth(number)} {short} is carried out, and its answer is lost",
    }
    return Point(f"{name}/{number}/{phase}", sort, number, texts[phase], _rule({**place, "phase": phase}, effect, number))


def _place(entry: Json, operations: Mapping[str, str | None]) -> tuple[str, Json]:
    """What a request is called, and how a rule finds it: by its operation, or where it has none by method and path."""
    name = (entry["operation"] or "").partition(",")[0]
    if name in operations:
        return f"{entry['provider']}/{name}", {"operation": name}
    return f"{entry['provider']}/{entry['method']} {entry['path']}", {"method": entry["method"], "path": entry["path"]}


def _is_unreadable(entry: Json, operations: Mapping[str, str | None]) -> bool:
    """GraphQL in which no field could be read, so that only its path has a name: it is refused, and no rule can tell it from others."""
    return _query_of(entry) is not None and operations.get(entry["operation"]) is not None


def _only_looks(entry: Json) -> bool:
    query = _query_of(entry)
    return not query.lstrip().startswith("mutation") if query else entry["method"] in LOOKS


def _query_of(entry: Json) -> str | None:
    """What is asked in GraphQL."""
    body = entry["request"]["body"]
    query = body.get("query") if isinstance(body, dict) else None
    return query if isinstance(query, str) else None


def _steps_and_deliveries(sandbox: Sandbox) -> Iterator[Point]:
    services = {one["id"]: one["subscription"].partition("/")[0] for one in sandbox.deliveries()}
    seen: Counter[tuple[str, str]] = Counter()
    for fired in _fired(sandbox):
        if fired["kind"] == "step" and fired["outcome"] in ("done", "failed"):
            yield _step(fired, seen)
        elif fired["kind"] == "delivery" and fired["outcome"].startswith("attempt"):
            service = services.get(fired["resource"].rpartition("/")[2])
            yield from _delivery(fired["step"], {"provider": service} if service else {}, seen)


def _fired(sandbox: Sandbox) -> Iterator[Json]:
    after = 0
    while found := sandbox.fired(after, limit=PAGE):
        if found.missing:
            raise CannotStart(f"{found.missing} steps of the clean run are no longer kept: sweep a shorter run")
        yield from found
        after = found[-1]["number"]


def _step(fired: Json, seen: Counter[tuple[str, str]]) -> Point:
    provider, kind, _ = fired["resource"].split("/", 2)
    name = f"{provider}/{kind}/{fired['step']}"
    number = _next(seen, (name, "fail"))
    rule = _rule({"provider": provider, "resource": kind, "step": fired["step"]}, {"fail": "it failed in a sweep"}, number)
    return Point(f"{name}/{number}/fail", STEP, number, f"the {nth(number)} {fired['step']} of {a(kind)} fails", rule)


def _delivery(event: str, place: Json, seen: Counter[tuple[str, str]]) -> Iterator[Point]:
    number = _next(seen, (event, "delivery"))
    ways = (("drop", LOST_EVENT, "is lost", {"drop": True}), ("twice", DOUBLE_EVENT, "comes twice", {"duplicate": 2}))
    for way, sort, what, effect in ways:
        text = f"the {nth(number)} delivery of {event} {what}"
        yield Point(f"{event}/{number}/{way}", sort, number, text, _rule({**place, "event": event}, effect, number))


def _rule(place: Json, effect: Json, number: int) -> Json:
    return {**place, "effect": effect, **({"after": number - 1} if number > 1 else {}), "times": 1}


def _next(seen: Counter[tuple[str, str]], key: tuple[str, str]) -> int:
    seen[key] += 1
    return seen[key]


def a(noun: str) -> str:
    """With its article."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def nth(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th …"""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def as_point(told: Mapping[str, Any]) -> Point:
    """From `dataclasses.asdict`, through JSON."""
    return Point(**told)
