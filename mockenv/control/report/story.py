"""What a client did in one sandbox, as rules read it: requests with their bodies, and what waited between them; judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

import orjson

from mockenv.contract.document import Operation
from mockenv.contract.routing import Routes
from mockenv.kernel.values.instant import SECOND
from mockenv.kernel.worlds.journal import STAGES, Entry
from mockenv.provider import Provider
from mockenv.store.base import Document

NO_ANSWER = 0
BEHAVED = len(STAGES)
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(eq=False)
class Asked:
    """One request and its answer."""

    entry: Entry
    provider: Provider
    operation: Operation | None
    moves_time: bool = False
    """Whether the sandbox's clock is `auto`: then the request itself may have let time pass."""

    @property
    def number(self) -> int:
        return self.entry.number

    @property
    def status(self) -> int:
        return self.entry.status

    @property
    def line(self) -> str:
        return f"{self.entry.method} {self.entry.path}"

    @cached_property
    def body(self) -> Any:
        """The JSON that was sent; None where it was none."""
        return _json(self.entry.request_body)

    @cached_property
    def reply(self) -> Any:
        return _json(self.entry.reply_body)

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        return parse_qs(self.entry.query, keep_blank_values=True)

    @cached_property
    def reply_headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in self.entry.reply_headers}

    @cached_property
    def is_graphql(self) -> bool:
        return isinstance(self.body, dict) and isinstance(self.body.get("query"), str)

    @property
    def only_looks(self) -> bool:
        """Whether it changes nothing."""
        if self.is_graphql:
            return not self.body["query"].lstrip().startswith("mutation")
        return self.entry.method in SAFE

    @property
    def creates(self) -> bool:
        return self.entry.method == "POST" and not self.only_looks

    @property
    def got_no_answer(self) -> bool:
        return self.entry.is_spoilt or self.status == NO_ANSWER

    @property
    def failed(self) -> bool:
        """In a way that another attempt may mend."""
        return self.got_no_answer or self.status in (408, 425, 429) or self.status >= 500

    @property
    def was_carried_out(self) -> bool:
        """Whatever its client was told of it."""
        if self.entry.stages < BEHAVED:
            return False
        return 200 <= self.status < 300 or self.got_no_answer or (bool(self.entry.faults) and self.status >= 500)

    def asks_the_same(self, other: Asked) -> bool:
        one, two = self.entry, other.entry
        return (one.method, one.path, one.query, one.request_body) == (two.method, two.path, two.query, two.request_body)

    def looks_at_the_same(self, other: Asked) -> bool:
        return self.asks_the_same(other) and (self.status, self.entry.reply_body) == (other.status, other.entry.reply_body)


@dataclass
class Story:
    """All that is known. `requests` are in order; what fell out of the journal is counted only."""

    requests: Sequence[Asked]
    taken: Sequence[Document]
    """Deliveries that a rule had spoilt and that the receiver has accepted."""
    held: Sequence[str]
    """Resources that the client made and that are still there."""
    dropped: int = 0

    def attempts(self) -> Iterator[list[Asked]]:
        """Requests that were repeated because they failed, each with those that repeat it, in order."""
        open_: dict[tuple[str, str, str, bytes], list[Asked]] = {}
        for one in self.requests:
            key = (one.entry.method, one.entry.path, one.entry.query, one.entry.request_body)
            known = open_.get(key)
            if known and known[-1].failed:
                known.append(one)
                continue
            if known and len(known) > 1:
                yield known
            open_[key] = [one]
        yield from (known for known in open_.values() if len(known) > 1)

    def looks(self) -> Iterator[list[Asked]]:
        """Runs of one and the same look, with no change by the client between them."""
        run: dict[tuple[str, str, bytes], list[Asked]] = {}
        for one in self.requests:
            if not one.only_looks:
                yield from run.values()
                run = {}
            elif not one.failed:
                run.setdefault((one.entry.path, one.entry.query, one.entry.request_body), []).append(one)
        yield from run.values()

    def between(self, one: Asked, other: Asked) -> list[Asked]:
        return [asked for asked in self.requests if one.number < asked.number < other.number]


def waited(one: Asked, other: Asked) -> float:
    """Seconds between an answer and the next request: as the machine counts them, or the sandbox, whichever are more.

    A test that does not sleep has its client's pauses advance the sandbox's clock. On an `auto` clock that is no pause of the client's.
    """
    real = other.entry.came - (one.entry.came + one.entry.seconds)
    return max(real, 0.0 if other.moves_time else (other.entry.at - one.entry.at) / SECOND, 0.0)


def read(journal: Iterable[Entry], providers: Mapping[str, Provider], *, is_auto: bool = False) -> list[Asked]:
    """Requests of a journal, in order, but for those of a world that is no more."""
    routes = {name: Routes(one.document, head_as_get=one.head_as_get) for name, one in providers.items()}
    asked = []
    for entry in journal:
        if not entry.is_stray:
            provider = providers[entry.provider]
            match = routes[entry.provider].match(entry.method, provider.normalise(entry.path))
            asked.append(Asked(entry, provider, match.operation, is_auto))
    return asked


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw) if raw else None
    except orjson.JSONDecodeError:
        return None
