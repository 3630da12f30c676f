"""How February spells what is in everything: moments, and words beside the same as people read them."""

from __future__ import annotations

from mockenv.kernel.values.instant import Instant, iso_seconds, parse_instant
from mockenv.store.base import Document


def moment(text: str | None) -> str | None:
    return None if text is None else seconds(parse_instant(text))


def seconds(at: Instant) -> str:
    return iso_seconds(at).replace("Z", "+00:00")


def moments(stored: Document, *names: str) -> Document:
    return {name: moment(stored[name]) for name in names}


def labelled(name: str, stored: Document) -> Document:
    """A word, and the same as people read it."""
    return {name: stored[name], f"{name}_label": str(stored[name]).replace("_", " ").title()}
