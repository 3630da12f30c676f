"""Whether a flag is in use: asked for by SDKs lately, or serving one thing to everybody for long; reads, changes nothing."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, iso_micros
from mockenv.providers.launchdarkly.flags.model import MILLISECOND
from mockenv.store.base import Document

WEEK = 7 * 24 * 60 * 60 * SECOND // MILLISECOND
"""A flag is new in its first week, and no longer active after one in which nobody asked for it."""


def status_of(work: Work, flag: Document, one: Document) -> Document:
    """`new`, `active`, `launched` or `inactive`, and when it was last asked for."""
    now, requested = work.now // MILLISECOND, one.get("requested")
    return {
        "name": _name(flag, one, now, requested),
        **({"lastRequested": f"{iso_micros(requested * MILLISECOND)[:-4]}Z"} if requested else {}),
    }


def _name(flag: Document, one: Document, now: int, requested: int | None) -> str:
    if requested is None:
        return "new" if now - flag["creationDate"] < WEEK else "inactive"
    if now - requested >= WEEK:
        return "inactive"
    serves_one = not (one["rules"] or one["targets"] or one["contextTargets"]) and "variation" in one["fallthrough"]
    return "launched" if one["on"] and serves_one and now - one["lastModified"] >= WEEK else "active"
