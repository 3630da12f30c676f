"""What a run has left of its world, and how that differs from what the clean one left; asks a sandbox, judges no client.

Two runs never leave the same bytes: moments, numbers and generated values differ. Which members those are is not guessed: the clean run
is made twice, the second time with another seed on another day, and what differs between these two is not the client's doing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockenv.client import Json, Sandbox

Leaves = Mapping[str, Any]
"""A document's members by their dotted paths, down to what is neither list nor mapping."""
COUNTERS = re.compile(r"version|ordinal|revision", re.IGNORECASE)
"""Members that count changes: an update that is sent twice and changes nothing the second time is no other data."""
SHORTEST = 4
"""Letters or digits of an id that is recognised within a text."""
MADE = "<made>"


@dataclass(frozen=True)
class World:
    """`resources` holds `{"name", "kind", "label", "document"}`: what came with the fixture, and `held`, what was made since."""

    resources: Sequence[Json]
    held: Sequence[str] = ()

    def dump(self) -> Json:
        return {"resources": list(self.resources), "held": list(self.held)}


@dataclass(frozen=True)
class Difference:
    """`more` is what was left that the clean run did not leave; `other` is what is missing or not as it was there."""

    more: Sequence[str] = ()
    other: Sequence[str] = ()


@dataclass(frozen=True)
class Yardstick:
    """What worlds are held against. `volatile` are the members of each kind that differ from one clean run to the next."""

    clean: World
    volatile: Mapping[str, Collection[str]] = field(default_factory=dict)
    only_status: bool = False
    """Where the second clean run could not be made: then only statuses can be compared."""

    def compare(self, world: World) -> Difference:
        more, other = [], []
        kinds = sorted({one["kind"] for one in (*self.clean.resources, *world.resources)})
        for kind in kinds:
            there, here = (self._as_comparable(one, kind) for one in (self.clean, world))
            missing, extra = _beyond(there, here), _beyond(here, there)
            surplus = len(here) - len(there)
            more += [f"{kind} {label}" for label, _ in extra[len(extra) - surplus :]] if surplus > 0 else []
            other += _describe(kind, missing, extra[: len(extra) - surplus] if surplus > 0 else extra)
        return Difference(more, other)

    def _as_comparable(self, world: World, kind: str) -> list[tuple[str, Leaves]]:
        ids = made_ids(world)
        found = [(one, dict(leaves(one["document"], ids))) for one in world.resources if one["kind"] == kind]
        return [(_plain(str(one["label"] or ""), ids) or "without a name", self._kept(kind, told)) for one, told in found]

    def _kept(self, kind: str, told: Leaves) -> Leaves:
        if self.only_status:
            return {path: value for path, value in told.items() if path == "status"}
        volatile = self.volatile.get(kind, ())
        return {path: value for path, value in told.items() if path not in volatile and not COUNTERS.search(path)}


def look(sandbox: Sandbox, furniture: Collection[str]) -> World:
    """How a world stands, whose resources had these names at its beginning. It is dropped."""
    there = sandbox.resources()
    held = sandbox.drop()
    counts = {*furniture, *held}
    return World([_line(one) for one in there if one["name"] in counts], held)


def _line(resource: Json) -> Json:
    line = {"name": resource["name"], "kind": f"{resource['provider']}/{resource['kind']}", "label": resource["label"]}
    return {**line, "document": resource["document"]}


def measure(clean: World, again: World) -> Yardstick | None:
    """What two clean runs have in common; None where they left different numbers of things, and so nothing can be told of others."""
    counts = [Counter(one["kind"] for one in world.resources) for world in (clean, again)]
    if counts[0] != counts[1]:
        return None
    volatile: dict[str, set[str]] = {}
    for kind in counts[0]:
        pairs = zip(_leaves_of(clean, kind), _leaves_of(again, kind), strict=True)
        volatile[kind] = {path for one, other in pairs for path in {*one, *other} if one.get(path) != other.get(path)}
    return Yardstick(clean, volatile)


def made_ids(world: World) -> list[str]:
    """Of what was made: they follow from what was made before, so another way to the same end has others. The longest first."""
    return sorted({name.split("/", 2)[2] for name in world.held}, key=len, reverse=True)


def leaves(value: Any, ids: Sequence[str], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every member with its path; ids of what was made are taken out, wherever they are."""
    inner: Any = None
    if isinstance(value, dict) and value:
        inner = value.items()
    elif isinstance(value, list) and value:
        inner = enumerate(value)
    if inner is None:
        yield path, _plain(value, ids) if isinstance(value, str) else MADE if _is_number(value) and str(value) in ids else value
        return
    for name, member in inner:
        yield from leaves(member, ids, f"{path}.{_plain(str(name), ids)}".lstrip("."))


def _leaves_of(world: World, kind: str) -> list[Leaves]:
    ids = made_ids(world)
    return [dict(leaves(one["document"], ids)) for one in world.resources if one["kind"] == kind]


def _plain(text: str, ids: Sequence[str]) -> str:
    for id in ids:
        text = MADE if text == id else text.replace(id, MADE) if len(id) >= SHORTEST else text
    return text


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _beyond(some: Sequence[tuple[str, Leaves]], others: Sequence[tuple[str, Leaves]]) -> list[tuple[str, Leaves]]:
    """Those of `some` that have no equal among `others`, each of which equals one only."""
    rest = [told for _, told in others]
    found = []
    for label, told in some:
        if told in rest:
            rest.remove(told)
        else:
            found.append((label, told))
    return found


def _describe(kind: str, missing: Sequence[tuple[str, Leaves]], extra: Sequence[tuple[str, Leaves]]) -> list[str]:
    """The first member that differs says enough; what has no counterpart is gone."""
    told = []
    for at, (label, there) in enumerate(missing):
        if at >= len(extra):
            told.append(f"no {kind} {label}")
            continue
        here = extra[at][1]
        path = next(path for path in sorted({*there, *here}) if there.get(path) != here.get(path))
        told.append(f"{kind} {label}: {path} is {here.get(path)!r}, not {there.get(path)!r}")
    return told
