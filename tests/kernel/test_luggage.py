"""What a world has in memory alone comes out of its packing as it went in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from mockenv.kernel.worlds.journal import Entry
from mockenv.kernel.worlds.luggage import pack, unpack
from tests.kernel.conftest import House


@contextmanager
def lived_in() -> Iterator[House]:
    """A world where something has happened, odd bytes and all."""
    house = House(journal_size=4)
    sandbox = house.sandbox()
    house.make(name="first")
    house("GET", "nothing/ü%00%ff?x=ü&y=%s", headers={"X-Odd": "ÿ"})
    house("POST", "sites/12345/environments", None, data=bytes(range(256)), content_type="application/json")
    house("GET", "sites/12345", headers={"X-Mockenv-Fault": "status=503"})
    house("GET", "sites/12345")
    house("POST", f"/_mockenv/sandboxes/{sandbox.name}/clock/advance", {"by": "1m"})
    yield house
    house.server.close()


def told(entries: Iterator[Entry]) -> list[dict[str, Any]]:
    return [{**asdict(entry), "came": 0} for entry in entries]


def test_a_journal_and_what_streams_tell_of_are_the_same_and_go_on_with_the_same_numbers() -> None:
    with lived_in() as here, lived_in() as there:
        mine, theirs = here.server.sandboxes.get("a"), there.sandbox()
        packed = pack(mine)
        assert packed is not None
        unpack(theirs, packed)
        assert told(iter(theirs.journal)) == told(iter(mine.journal))
        assert len(theirs.journal) == 4
        assert (theirs.journal.last, theirs.journal.dropped) == (mine.journal.last, mine.journal.dropped) == (5, 1)
        assert theirs.journal.tally.counts == mine.journal.tally.counts
        assert theirs.world == mine.world
        assert mine.fired.last > 0
        for one, other in ((mine.changes, theirs.changes), (mine.fired, theirs.fired)):
            assert (one.after(0), one.last) == (other.after(0), other.last)
        there("GET", "sites/12345")
        assert [entry.number for entry in theirs.journal] == [3, 4, 5, 6]


def test_the_moments_of_another_machines_stopwatch_are_told_by_the_clock() -> None:
    with lived_in() as here, lived_in() as there:
        mine, theirs = here.server.sandboxes.get("a"), there.sandbox()
        there.wall.go_on(100)
        unpack(theirs, pack(mine) or b"")
        assert {entry.came for entry in theirs.journal} == {entry.came - 100 for entry in mine.journal} == {-100.0}
