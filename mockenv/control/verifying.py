"""How many requests match, as exactly as that can be known, and whether that is what was wished; reads the journal only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from mockenv.control.matching import PLAIN, could_match, differences, sort_differences
from mockenv.kernel.worlds.journal import Entry, Journal

NEAREST = 3


class Count(NamedTuple):
    """At least `low` match, and at most `high`: those that fell out of the ring, or were too long for it, may have."""

    low: int
    high: int


def count(journal: Journal, match: Mapping[str, Any]) -> Count:
    """By the tally where that is enough; else by the ring, and by the tally how many of those that fell out could match."""
    tallied = journal.tally.count(lambda sort: not sort_differences(sort, match))
    if match.keys() <= PLAIN:
        return Count(tallied, tallied + journal.tally.others)
    kept = [entry for entry in journal if not entry.is_stray]
    low = sum(not differences(entry, match) for entry in kept)
    unreadable = sum(could_match(entry, match) for entry in kept)
    return Count(low, low + unreadable + missing(journal, match))


def missing(journal: Journal, match: Mapping[str, Any]) -> int:
    """How many of the requests that fell out could match."""
    if not journal.dropped:
        return 0
    plain = {name: value for name, value in match.items() if name in PLAIN}
    tallied = journal.tally.count(lambda sort: not sort_differences(sort, plain))
    kept = sum(not entry.is_stray and not sort_differences(entry.sort, plain) for entry in journal)
    return min(journal.dropped, tallied - kept + journal.tally.others)


def judge(found: Count, wish: Mapping[str, int]) -> bool | None:
    """Whether the count is as wished; None where what is not known could make it either."""
    least, most = wish.get("exactly", wish.get("at_least", 0)), wish.get("exactly", wish.get("at_most", math.inf))
    if found.low >= least and found.high <= most:
        return True
    return False if found.high < least or found.low > most else None


def explain_doubt(found: Count, journal: Journal) -> str:
    """Why there is no yes and no no, and what to do about it."""
    return (
        f"between {found.low} and {found.high} requests match: {journal.dropped} have fallen out of the journal, or their bodies were"
        " too long for it. Match by provider, operation, method and status only, which are counted for ever; or verify earlier, or"
        " start the server with a larger --journal-size."
    )


def nearest(journal: Journal, match: Mapping[str, Any], *, too_many: bool) -> list[dict[str, Any]]:
    """Where too few match, those that nearly do; where too many do, they themselves."""
    ranked = sorted(((differences(entry, match), entry) for entry in journal if not entry.is_stray), key=_rank)
    wanted = [pair for pair in ranked if bool(pair[0]) != too_many]
    return [
        {"number": entry.number, "method": entry.method, "path": entry.path, "status": entry.status, "differs": differs}
        for differs, entry in wanted[:NEAREST]
    ]


def _rank(pair: tuple[list[str], Entry]) -> tuple[int, int]:
    """Nearest first, of the equally near the newest."""
    return len(pair[0]), -pair[1].number
