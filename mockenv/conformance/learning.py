"""What would remove drifts: an option of mockenv's, or a change of a service's model; a record, found elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proposal:
    """`change` is what to say to `mockenv serve`, or to write into a model; it removes so many `of` all drifts."""

    change: str
    removes: int
    of: int
