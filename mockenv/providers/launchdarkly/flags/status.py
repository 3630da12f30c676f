"""Whether a flag is in use: asked for by SDKs lately, or serving one thing to everybody for long; reads, changes nothing."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND, SECOND, iso_micros
from mockenv.store.base import Document

WEEK = 7 * 24 * 60 * 60 * SECOND // MILLISECOND
"""A flag is new in its first week, and no longer active after one in which nobody asked for it."""


def status_of(work: Work, flag: Document, one: Document) -> Document:
    """`new`, `active`, `launched` or `inactive`, and when it was last asked for."""
    requested = one.get("requested")
    last = {"lastRequested": f"{iso_micros(requested * MILLISECOND)[:-4]}Z"} if requested else {}
    return {"name": _name(work, flag, one, requested), **last}


def _name(work: Work, flag: Document, one: Document, requested: int | None) -> str:
    if requested is None:
        return "inactive" if _is_a_week_ago(work, flag["creationDate"]) else "new"
    if _is_a_week_ago(work, requested):
        return "inactive"
    serves_one = not (one["rules"] or one["targets"] or one["contextTargets"]) and "variation" in one["fallthrough"]
    return "launched" if one["on"] and serves_one and _is_a_week_ago(work, one["lastModified"]) else "active"


def _is_a_week_ago(work: Work, milliseconds: int) -> bool:
    return work.has_come((milliseconds + WEEK) * MILLISECOND)
