"""A page that is written by hand, with a part that is drawn: what stands between two markers."""

from __future__ import annotations


def between(text: str, begin: str, end: str, drawn: str) -> str:
    """The text with the drawn part in it. Raises ValueError where a marker is missing."""
    first, last = text.index(begin), text.index(end)
    return f"{text[:first]}{begin}\n\n{drawn}\n\n{text[last:]}"
