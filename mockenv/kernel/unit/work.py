"""The unit of work: documents and chance, kept whole or not at all; what else there is to do is done over it, by the rooms above."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from mockenv.kernel.unit.lag import Change, Remembering
from mockenv.kernel.unit.seen import Noting, Seen
from mockenv.kernel.unit.world import World
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import LATEST, Instant
from mockenv.store.base import Document, IndexValue, Stored, Transaction

COUNTER = "kernel/counter"


class Work:
    """One unit of work. `now` is its time: a request's, or the due time of the entry that runs."""

    def __init__(
        self,
        sandbox: World,
        transaction: Transaction,
        now: Instant,
        checkpoint: Callable[[], None],
        changes: list[Change],
    ) -> None:
        self.sandbox, self.now = sandbox, now
        self.part = sandbox.part
        """What of a sort the sandbox is furnished with, by the rooms above."""
        self.actor: str | None = None
        """Who asks for what is done here, in the provider's own word; None where nobody does: it is time that does it."""
        self.is_silent = False
        """Whether nobody is told of what happens here: no event, no delivery."""
        self.checkpoint, self._changes = checkpoint, changes
        """Keep what was done so far, whatever comes: what follows is a unit of work of its own."""
        self._seen: Seen | None = None
        self._use(transaction)

    def go_on_at(self, now: Instant) -> None:
        """What follows, behind a checkpoint, is of that moment, and nobody's."""
        self.now, self.actor, self.is_silent = now, None, False
        if self.sandbox.history.lags:
            self._use(self._plain)  # what is remembered is dated

    def undo(self) -> None:
        """Forget what was done since the beginning or the last checkpoint, and go on."""
        self._tx.undo()
        self._changes.clear()

    @contextmanager
    def watched(self) -> Iterator[Seen]:
        """Within, what is read, written and asked of time is noted."""
        self._seen = Seen()
        self._use(self._plain)
        try:
            yield self._seen
        finally:
            self._seen = None
            self._use(self._plain)

    def has_come(self, moment: Instant) -> bool:
        """Whether a moment is here or past. What begins or ends with time and stands on no agenda (a key that runs out, a window
        that opens) is asked here and nowhere else: so it is known until when an answer holds."""
        if moment > self.now and self._seen is not None:
            self._seen.holds_until(moment)
        return moment <= self.now

    # Dates that leave

    def as_told(self, moment: Instant) -> Instant:
        """A moment in a header or a signature, for those who have a clock of their own (`Clock.dates`)."""
        return _spelled(moment + self.sandbox.shift(self.now))

    def as_shown(self, moment: Instant) -> Instant:
        """The same in a body: when something ends there."""
        return _spelled(moment + self.sandbox.steady_shift())

    def as_meant(self, moment: Instant) -> Instant:
        """A moment that came in from there, in the sandbox's time."""
        return moment - self.sandbox.steady_shift()

    def _use(self, transaction: Transaction) -> None:
        self._plain = transaction
        if self._seen is not None:
            transaction = Noting(transaction, self._seen)
        if self.sandbox.history.lags:
            transaction = Remembering(transaction, self.now, self._changes)
        self._tx = transaction
        # Bound once: these are most of what a unit of work does. None of its own methods, or each unit would be a circle,
        # and only the garbage collector would free it and all that it has read: that made for pauses.
        self.get = transaction.get
        self.put = transaction.put
        self.has = transaction.has

    def delete(self, kind: str, id: str) -> bool:
        """Whether it was there."""
        return self._tx.delete(kind, id)

    def restore(self, kind: str, id: str, document: Document | None) -> None:
        """Have a document be what it was, or not be; not a change that anybody hears of."""
        if document is None:
            self._plain.delete(kind, id)
        else:
            self._plain.put(kind, id, document)

    # Documents

    def ids(self, kind: str, **where: IndexValue) -> Sequence[str]:
        return self._tx.ids(kind, **where)

    def find(self, kind: str, **where: IndexValue) -> list[Document]:
        """The documents found under all index values, in order of creation: as long as the answer is."""
        return [document for id in self._tx.ids(kind, **where) if (document := self.get(kind, id)) is not None]

    def count(self, kind: str, **where: IndexValue) -> int:
        return self._tx.count(kind, **where)

    def page(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Document], int]:
        """A slice of what matches, and how many match."""
        return self._tx.page(kind, where, offset, limit, newest_first=newest_first)

    def page_as_stored(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Stored], int]:
        """The same for a reply that shows documents as they are: they need not be read."""
        return self._tx.page_as_stored(kind, where, offset, limit, newest_first=newest_first)

    def kinds(self) -> Sequence[str]:
        return self._tx.kinds()

    # What came with the fixture

    def number(self, kind: str) -> int:
        """How many documents of a kind there ever were."""
        return self._tx.number(kind)

    def made(self, kind: str) -> Sequence[str]:
        """Ids of what came later than the fixture. What goes and comes back with its name is another thing, and somebody's."""
        return self._tx.ids_after(kind, self.sandbox.furniture.get(kind, 0))

    def reserve(self, numbers: Mapping[str, int]) -> None:
        """These numbers of each kind are the fixture's, whatever is left of it."""
        for kind, number in numbers.items():
            self._tx.reserve(kind, number)

    def fill(self, numbers: Mapping[str, int], put: Callable[[Work], None]) -> None:
        """Have `put` put so many documents of these kinds, now or when somebody looks for one: as of now, by the same chance."""
        world, now = self.sandbox, self.now
        self._tx.fill(numbers, lambda transaction: put(Work(world, transaction, now, lambda: None, [])))

    # Chance and settings

    def draw(self, kind: str, ordinal: int | str) -> Draw:
        """The source of all random values of one thing."""
        return Draw(self.sandbox.meta["seed"], kind, ordinal)

    def next_ordinal(self, kind: str, first: int = 1) -> int:
        """1, 2, 3 … per kind (or from `first`); a refused unit of work gives its number back."""
        counter = self.get(COUNTER, kind) or {"next": first}
        self.put(COUNTER, kind, {"next": counter["next"] + 1})
        return int(counter["next"])

    def forgotten(self, kind: str, number: str, after: int = 0) -> int:
        """How many of a kind that is numbered (in that member) and bounded are no longer kept, of those behind `after`."""
        made = int((self.get(COUNTER, kind) or {"next": 1})["next"]) - 1
        kept = sum(document[number] > after for document in self.find(kind)) if after else self.count(kind)
        return max(0, made - after - kept)

    def option(self, provider: str, name: str) -> Any:
        """A provider's option as this sandbox has it."""
        return self.sandbox.options[provider][name]


def _spelled(moment: Instant) -> Instant:
    return min(max(moment, 0), LATEST)
