"""What a provider supplies to have its events delivered; delivers nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import Instant, Microseconds
from mockenv.store.base import Document


class Publisher(Protocol):
    """One service's webhooks: who is told of what, in which words, signed how."""

    @property
    def kind(self) -> str:
        """The kind of its subscriptions: documents with at least `url` and `enabled`."""

    @property
    def waits(self) -> Sequence[Microseconds]:
        """The waits before the second, third … attempt, each from the attempt before; then it gives up."""

    @property
    def timeout(self) -> float:
        """Real seconds that a receiver may take."""

    def wants(self, subscription: Document, event: Document) -> bool:
        """Whether this subscription is to be told of this event."""

    def identify(self, work: Work, ordinal: int) -> str:
        """The delivery's id, the same on every attempt, so that receivers can tell a repetition."""

    def body(self, subscription: Document, event: Document) -> bytes:
        """The bytes to send: made once, signed and logged as they are."""

    def headers(self, subscription: Document, delivery: Document, now: Instant) -> Mapping[str, str]:
        """Headers of one attempt, signature included: fresh on each, with the secret of the moment."""


class Publishers(tuple[Publisher, ...]):
    """All of a server's, as a part of each sandbox."""

    __slots__ = ()

    def of(self, kind: str) -> Publisher:
        """The one whose subscriptions are of this kind."""
        return next(one for one in self if one.kind == kind)
