"""Durations, instants, chance, tokens, limits and the journal's ring: small things that must be exact."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockenv.errors import BadInput
from mockenv.kernel.time.clock import MANUAL_START
from mockenv.kernel.unit.limiter import Limit, parse_rate, take
from mockenv.kernel.values import fakes
from mockenv.kernel.values.chance import Draw, make_faker
from mockenv.kernel.values.delay import parse_delay
from mockenv.kernel.values.instant import (
    LATEST,
    SECOND,
    format_duration,
    http_date,
    iso_micros,
    iso_seconds,
    iso_short,
    later,
    parse_duration,
    parse_instant,
)
from mockenv.kernel.values.tokens import is_ours, issue_hex, issue_uuid
from mockenv.kernel.worlds.journal import OVERHEAD, Entry, Journal
from mockenv.kernel.worlds.showing import REDACTED, redact, show
from mockenv.kernel.worlds.tally import MOST_SORTS, Sort, Tally
from tests.kernel.conftest import House

instants = st.integers(0, LATEST)


# Durations and instants


@given(instants)
def test_a_duration_reads_back_as_it_was_written(span: int) -> None:
    assert parse_duration(format_duration(span)) == span


@given(instants)
def test_an_instant_reads_back_as_it_was_written(instant: int) -> None:
    assert parse_instant(iso_micros(instant)) == parse_instant(iso_short(instant)) == instant
    assert parse_instant(iso_seconds(instant)) == instant - instant % SECOND


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", 90 * SECOND), ("1h30m", 5400 * SECOND), ("250ms", 250_000), ("1.5h", 5400 * SECOND), ("0s", 0), ("7us", 7),
        (90, 90 * SECOND), (0.25, 250_000), ("90", 90 * SECOND), ("0.000001", 1), ("2d", 172_800 * SECOND), (0, 0),
        ("285000d1us", 285_000 * 86_400 * SECOND + 1),
    ],
)  # fmt: skip
def test_durations_are_what_they_say(text: object, span: int) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "s", "-1s", "1 s", "1h 30m", "s1", "1x", "1e3", "٣s", -1, -0.1, True, None, [], {}, float("inf"), float("nan"),
     10**30, "9" * 400 + "s", "9" * 400, "1." + "0" * 400 + "s", "1s" * 100, "9999999d", "999999999999"],
)  # fmt: skip
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(BadInput, match="is not a duration such as"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["now", "2026-01-24T10:30:00", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z", None, 5, ""])
def test_what_is_no_instant_is_refused(text: object) -> None:
    with pytest.raises(BadInput):
        parse_instant(text)


def test_a_time_zone_is_taken_into_account() -> None:
    assert parse_instant("2026-01-24T12:30:00+02:00") == MANUAL_START
    assert http_date(MANUAL_START // SECOND) == "Sat, 24 Jan 2026 10:30:00 GMT"
    assert later(LATEST, 1) == LATEST


# Delays


@given(st.integers(0, 99), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_range_keeps_its_bounds_and_a_distribution_its_median(seed: int, low: int, width: int) -> None:
    bounds = [format_duration(low), format_duration(low + width)]
    assert low <= parse_delay({"uniform": bounds}).sample(Draw(seed, "k", 1), "p") <= low + width
    samples = [parse_delay({"lognormal": {"median": 10, "sigma": 0.5}}).sample(Draw(seed, "k", n), "p") for n in range(101)]
    assert 7 * SECOND < sorted(samples)[50] < 14 * SECOND


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"uniform": ["3s", "1s"]}, "the first number is the smaller one"),
        ({"uniform": ["1s"]}, 'is {"uniform"'),
        ({"unifrom": ["1s", "2s"]}, "did you mean 'uniform'"),
        ({"lognormal": {"median": "1s"}}, 'is {"uniform"'),
        ({"lognormal": {"median": "1s", "sigma": 9}}, "is a number from 0 to 5"),
        ({"lognormal": {"median": "1s", "sigma": True}}, "is a number from 0 to 5"),
        ({}, "wants one of"),
        ({"uniform": ["1s", "2s"], "lognormal": {}}, "wants one of"),
        (["1s", "2s"], "is not a duration"),
    ],
)
def test_what_is_no_delay_is_refused(told: Any, text: str) -> None:
    with pytest.raises(BadInput, match=re.escape(text)):
        parse_delay(told)


# Chance


@given(st.integers(0, 3), st.sampled_from(["a", "b"]), st.integers(0, 3), st.sampled_from(["p", "q"]))
def test_a_value_follows_from_seed_kind_ordinal_and_purpose_alone(seed: int, kind: str, ordinal: int, purpose: str) -> None:
    one, two = Draw(seed, kind, ordinal), Draw(seed, kind, ordinal)
    two.bytes("something else")
    two.fake("noise", lambda fake: fake.name())
    asks: tuple[Callable[[Draw], Any], ...] = (
        lambda draw: draw.bytes(purpose),
        lambda draw: draw.uuid(purpose),
        lambda draw: draw.ulid(purpose, 1_769_250_600_000),
        lambda draw: draw.fraction(purpose),
        lambda draw: draw.fake(purpose, lambda fake: fake.password(length=24)),
    )
    for ask in asks:
        assert ask(one) == ask(two)
    assert 0 <= one.fraction(purpose) < 1


@given(st.integers(0, 2**64 - 1))
def test_a_password_and_two_nouns_are_what_faker_makes_of_the_same_seed(seed: int) -> None:
    fake: Any = make_faker()
    fake.seed_instance(seed)
    assert fakes.password(Random(seed)) == fake.password(length=24, special_chars=False)
    fake.seed_instance(seed)
    assert list(fakes.two_nouns(Random(seed))) == fake.random_sample(fake.get_words_list(part_of_speech="noun"), 2)


def test_every_part_of_the_key_makes_a_difference() -> None:
    drawn = [Draw(seed, kind, id).bytes(why) for seed in range(5) for kind in ("a", "ab") for id in (1, 11) for why in ("x", "1x")]
    assert len(set(drawn)) == len(drawn)


def test_identifiers_have_their_forms() -> None:
    for ordinal in range(64):
        draw = Draw(1, "k", ordinal)
        assert draw.uuid("x") == str(UUID(bytes=draw.bytes("x", 16), version=4))
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", draw.uuid("x"))
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", draw.ulid("x", 1))
    assert draw.ulid("x", 1) < draw.ulid("y", 2) < draw.ulid("x", 1 << 40)
    assert [len(draw.hex("x", length)) for length in (1, 7, 40, 64)] == [1, 7, 40, 64]


# Tokens


@given(st.integers(), st.text(max_size=5), st.integers(13, 64))
def test_our_tokens_are_recognised_and_others_are_not(seed: int, name: str, digits: int) -> None:
    draw = Draw(seed, "token/x", name)
    for token in (issue_hex(draw, "owner", "vp_live_", digits), issue_uuid(draw, "owner", "api-")):
        assert is_ours(token)
        assert not is_ours(token[:-1] + ("0" if token[-1] != "0" else "1"))
        assert not is_ours(token[1:])
    assert not is_ours("YOUR_API_TOKEN")
    assert not is_ours("")


# The journal


def entry(body: bytes = b"", **more: Any) -> Entry:
    given = {
        "number": 0, "at": 0, "provider": "vector", "operation": None, "method": "GET", "path": "", "query": "",
        "request_headers": {}, "request_body": body, "status": 200, "reply_headers": (), "reply_body": b"",
        "seconds": 0.0,
    }  # fmt: skip
    return Entry(**{**given, **more})


@given(st.lists(st.integers(0, 3000), max_size=40), st.integers(1, 12), st.integers(1, 9000))
def test_the_journal_keeps_the_newest_within_both_bounds(sizes: list[int], count: int, size: int) -> None:
    journal = Journal(count, size)
    for length in sizes:
        journal.record(entry(b"x" * length))
    kept = list(journal)
    assert len(kept) <= count
    assert sum(one.size() for one in kept) <= size
    assert [one.number for one in kept] == list(range(len(sizes) - len(kept) + 1, len(sizes) + 1))
    assert journal.dropped == len(sizes) - len(kept)
    if len(kept) < min(count, len(sizes)):  # what fell out last would not have fitted
        assert sum(one.size() for one in kept) + OVERHEAD + sizes[-len(kept) - 1] > size
    journal.clear()
    journal.record(entry(b""))
    assert [one.number for one in journal] == ([len(sizes) + 1] if size >= OVERHEAD else [])


def test_long_headers_and_paths_count_towards_the_bound() -> None:
    assert entry(path="/" * 1000, request_headers={"x": "y" * 2000}).size() >= 3000


def test_a_journal_of_no_size_keeps_nothing_and_counts_all() -> None:
    journal = Journal(0)
    journal.record(entry())
    assert (len(journal), journal.dropped, journal.tally.count(lambda sort: sort.status == 200)) == (0, 1, 1)


def test_a_tally_has_an_end_and_knows_what_it_could_not_sort() -> None:
    tally = Tally()
    for number in range(MOST_SORTS + 7):
        tally.add(Sort("vector", None, f"M{number}", 405))
    tally.add(Sort("vector", None, "M0", 405))
    assert (len(tally.counts), tally.others, tally.count(lambda sort: sort.method == "M0")) == (MOST_SORTS, 7, 2)


def test_a_body_that_was_cut_is_not_said_to_be_no_json() -> None:
    assert show(entry(b'{"a":', is_request_cut=True))["request"]["body"] == "[longer than the 5 bytes that were kept]"


def test_secrets_are_taken_out_when_the_journal_is_read() -> None:
    body = b'{"name":"x","db_password":"p","deep":[{"apiKey":"k","secret":null}],"tokens":{"owner":"t"},"token":"t"}'
    shown = show(entry(body, request_headers={"authorization": "Bearer t", "accept": "*/*"}))
    assert shown["request"]["headers"] == {"authorization": REDACTED, "accept": "*/*"}
    assert shown["request"]["body"] == {
        "name": "x",
        "db_password": REDACTED,
        "deep": [{"apiKey": REDACTED, "secret": None}],
        "tokens": {"owner": "t"},
        "token": REDACTED,
    }
    assert redact("text") == "text"
    assert show(entry(b"\xff"))["request"]["body"] == "[1 bytes that are not JSON]"
    assert show(entry(b"{}", secret_paths=True))["request"]["body"] == REDACTED


# Limits


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 5), st.integers(1, 10), st.lists(st.integers(0, 6), max_size=40))
def test_no_window_ever_holds_more_than_its_count(house: House, count: int, window: int, pauses: list[int]) -> None:
    sandbox = house.sandbox()
    limit, now = Limit("k", count, window * SECOND), MANUAL_START
    allowed: list[int] = []
    for pause in pauses:
        now += pause * SECOND
        with sandbox.unit(now=now) as work:
            verdict = take(work, [limit])[0]
        recent = [at for at in allowed if at > now - limit.window]
        assert verdict.allowed == (len(recent) < count)
        assert verdict.remaining == max(0, count - len(recent) - 1)
        if verdict.allowed:
            allowed.append(now)
        else:
            assert verdict.free_at == recent[0] + limit.window


def test_a_refusal_by_one_limit_uses_up_none(house: House) -> None:
    tight, wide = Limit("tight", 1, SECOND), Limit("wide", 3, SECOND)
    sandbox = house.sandbox()
    for _ in range(9):
        with sandbox.unit() as work:
            take(work, [tight, wide])
    with sandbox.unit() as work:
        assert take(work, [wide])[0].remaining == 1
    assert parse_rate("100/minute") == (100, 60 * SECOND)
    with pytest.raises(BadInput):
        parse_rate("100 per minute")
