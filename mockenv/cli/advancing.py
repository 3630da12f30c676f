"""How `mockenv advance` goes and what it tells: in one call or moment by moment, in lines or in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import click

from mockenv.cli.output import table
from mockenv.client import Advanced, Fired, Sandbox
from mockenv.kernel.values.instant import SECOND, later, parse_duration, parse_instant

LINES = 50
"""More are counted instead of listed."""


@dataclass(frozen=True)
class Aim:
    """How far: a span, the next moment, idle, or a resource's status."""

    by: str | None
    until: str | None
    limit: str

    @classmethod
    def of(cls, by: str | None, until: str | None, limit: str | None) -> Self:
        """From the command line. Raises UsageError."""
        if (by is None) == (until is None):
            raise click.UsageError("say how far (90s) or --until what, one of the two")
        if limit is not None and until is None:
            raise click.UsageError("--max goes with --until")
        if until not in (None, "next", "idle") and "=" not in str(until):
            raise click.UsageError("--until wants next, idle or RESOURCE=STATUS")
        return cls(by, until, limit or "24h")

    def reach(self, sandbox: Sandbox) -> Advanced:
        """There, in one call."""
        if self.by is not None:
            return sandbox.advance(self.by)
        if self.until == "next":
            return sandbox.advance_to_next(self.limit)
        if self.until == "idle":
            return sandbox.advance_until_idle(self.limit)
        resource, _, status = str(self.until).partition("=")
        return sandbox.advance_until(resource, status, self.limit)


def follow(sandbox: Sandbox, aim: Aim, tell: Callable[[str], None]) -> Advanced:
    """Moment by moment, each told as it comes. Raises UsageError where there is but one."""
    if aim.by is not None or aim.until == "next":
        raise click.UsageError("--follow goes with --until idle or --until RESOURCE=STATUS")
    last = later(parse_instant(sandbox.clock()["now"]), parse_duration(aim.limit, "--max"))
    fired: list[Fired] = []
    while not (moved := Aim(None, aim.until, "0s").reach(sandbox)).reached:
        moved = sandbox.advance_to_next((last - parse_instant(moved.now)) / SECOND)
        for one in moved.fired:
            tell(f"{one['at']}  {one['resource']}  {one['detail']}")
        fired += moved.fired
        if not moved.reached:
            break
    tell(_ending(moved))
    return Advanced(moved.now, moved.reached, fired)


def told(moved: Advanced, summary: bool | None) -> list[str]:
    """Lines for people: a line each, or counts where they are many."""
    in_short = len(moved.fired) > LINES if summary is None else summary
    columns = ("count", "kind", "resource", "detail") if in_short else ("at", "resource", "detail")
    rows = _counts(moved.fired) if in_short else moved.fired
    return [*table([dict(one) for one in rows], columns, "nothing was due"), _ending(moved)]


def where_it_is(sandbox: Sandbox) -> str:
    """What is shown meanwhile."""
    clock = sandbox.clock()
    return f"{sandbox.name} is at {clock['now']}, next {clock['next'] or 'nothing'} …"


def _counts(fired: list[Fired]) -> list[dict[str, object]]:
    """By kind of resource and outcome, in the order in which they first came."""
    found = Counter((one["kind"], one["resource"].rpartition("/")[0], one["detail"]) for one in fired)
    return [
        {"count": count, "kind": kind, "resource": resource, "detail": detail} for (kind, resource, detail), count in found.items()
    ]


def _ending(moved: Advanced) -> str:
    return f"now {moved.now}" + ("" if moved.reached else ", which is not as far as was asked")
