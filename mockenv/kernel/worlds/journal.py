"""What came in and what went out of one sandbox: a bounded ring, and a tally that forgets nothing; redacts when read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from mockenv.kernel.values.instant import Instant
from mockenv.kernel.worlds.tally import Sort, Tally

MAX_ENTRIES = 1_000
MAX_BYTES = 8 << 20
MAX_BODY = 64 << 10
MAX_UNANSWERED = 32
"""Of so many requests whose answers were spoilt it is noticed when they come again."""
STAGES = ("identify", "preflight", "match", "authenticate", "refuse_unread", "fault_before", "settle", "behave")
"""A provider's request's way, in the words of the pipeline."""
OVERHEAD = 500
"""Roughly what an entry costs beside what the client sent and got."""


@dataclass(slots=True, eq=False)
class Entry:
    """One request and its reply. Bodies are kept as bytes, cut at `MAX_BODY`."""

    number: int
    at: Instant
    provider: str
    operation: str | None
    method: str
    path: str
    query: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    reply_headers: Sequence[tuple[str, str]]
    reply_body: bytes
    seconds: float
    came: float = 0.0
    """Real seconds since some moment, when it began: for what lies between two requests."""
    secret_paths: bool = False
    faults: tuple[str, ...] = ()
    connection: int = 0
    """The number of the connection that it came on; 0 where the server does not tell."""
    turn: int = 1
    """The how manieth it was on that connection."""
    is_spoilt: bool = False
    """Whether its client got no whole answer: a rule did that to its bytes."""
    resend_of: int | None = None
    """The number of the request before it which it repeats to the byte, and whose answer was spoilt."""
    is_request_cut: bool = False
    is_reply_cut: bool = False
    note: str | None = None
    """Why there was no answer, or another than its world's, where that is so."""
    stages: int = 0
    """How many of `STAGES` it passed, the one that answered included."""
    is_stray: bool = False
    """Whether it came to a world that is no more: here only to be seen, it counts for nothing."""

    @property
    def sort(self) -> Sort:
        return Sort(self.provider, self.operation, self.method, self.status)

    def asks_the_same(self, other: Entry) -> bool:
        return (
            (self.method, self.path, self.query, self.request_body) == (other.method, other.path, other.query, other.request_body)
        ) and self.request_headers == other.request_headers

    def size(self) -> int:
        texts = (self.path, self.query, *self.request_headers.values())
        return OVERHEAD + sum(map(len, texts)) + len(self.request_body) + len(self.reply_body)


class Journal:
    """The ring, and the tally of all that was ever in it. `dropped` counts what fell out; both begin anew with `clear`."""

    def __init__(self, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._entries: deque[Entry] = deque()
        self._sizes: deque[int] = deque()
        self._bytes = 0
        self._next = 1
        self._unanswered: deque[Entry] = deque(maxlen=MAX_UNANSWERED)
        self.dropped = 0
        self.tally = Tally()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    @property
    def last(self) -> int:
        """The number of the newest entry there ever was."""
        return self._next - 1

    def newest(self, most: int, after: int = 0) -> list[Entry]:
        """The newest so many, of those behind a number, oldest first."""
        found = islice(takewhile(lambda entry: entry.number > after, reversed(self._entries)), most)
        return list(found)[::-1]

    def record(self, entry: Entry) -> None:
        entry.number = self._next
        self._next += 1
        if self._unanswered or entry.is_spoilt:
            self._recognise(entry)
        if not entry.is_stray:
            self.tally.add((entry.provider, entry.operation, entry.method, entry.status))
        self._keep(entry)

    def _keep(self, entry: Entry) -> None:
        size = entry.size()
        self._entries.append(entry)
        self._sizes.append(size)
        self._bytes += size
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            self._bytes -= self._sizes.popleft()
            self.dropped += not self._entries.popleft().is_stray

    def _recognise(self, entry: Entry) -> None:
        """Who asks again for what was spoilt; a third time repeats the second."""
        before = next((one for one in self._unanswered if one.asks_the_same(entry)), None)
        if before:
            entry.resend_of = before.number
            self._unanswered.remove(before)
        if entry.is_spoilt:
            self._unanswered.append(entry)

    def resume(self, entries: Sequence[Entry], last: int, dropped: int, tally: Tally) -> None:
        """Be as another was, with these entries as they are, and the same numbers from here on."""
        self.clear()
        self._next, self.dropped, self.tally = last + 1, dropped, tally
        for entry in entries:
            self._keep(entry)
        repeated = {entry.resend_of for entry in entries}
        self._unanswered.extend(entry for entry in entries if entry.is_spoilt and entry.number not in repeated)

    def clear(self) -> None:
        self._entries.clear()
        self._unanswered.clear()
        self._sizes.clear()
        self._bytes = 0
        self.dropped = 0
        self.tally = Tally()
