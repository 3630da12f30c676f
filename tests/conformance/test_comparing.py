"""What says something is compared by its value, what is another each time by its form; what is the same is never a drift."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockenv.conformance.comparing import MADE, Comparison, Side
from mockenv.recording.exchange import Answered, Body

SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=12) | st.uuids().map(str)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4), max_leaves=10
)


def drifts(theirs: Any, ours: Any, *, loose: tuple[str, ...] = (), names: tuple[dict[str, str], dict[str, str]] = ({}, {})) -> Any:
    there, here = (Side(Answered(200, (), Body("body", body)), known) for body, known in zip((theirs, ours), names, strict=True))
    return [(one.kind, one.where) for one in Comparison("step", there, here, loose).drifts()]


@given(JSON)
def test_what_is_the_same_does_not_drift(value: Any) -> None:
    assert drifts(value, value) == []
    assert drifts(value, value, loose=("/",)) == []


@given(st.dictionaries(st.text(min_size=1, max_size=6), JSON, min_size=1, max_size=4), st.data())
def test_a_member_that_one_side_lacks_is_found_on_that_side(value: dict[str, Any], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(sorted(value)))
    less = {name: member for name, member in value.items() if name != gone}
    assert [kind for kind, _ in drifts(value, less)] == ["missing"]
    assert [kind for kind, _ in drifts(less, value)] == ["extra"]


@pytest.mark.parametrize(
    ("theirs", "ours", "kinds"),
    [
        ({"id": "0c9e5e9c-6ad8-4ed1-8bd8-6a3a0e6c1d11"}, {"id": "5c0b7c3a-4d2f-4a1b-8c6d-9f8e7d6c5b4a"}, []),
        ({"id": 7}, {"id": 90_210}, []),
        ({"site_id": 7}, {"site_id": 90_210}, []),
        ({"count": 7}, {"count": 8}, ["value"]),
        ({"at": "2026-01-24T10:30:00Z"}, {"at": "2025-02-03T04:05:06Z"}, []),
        ({"at": "2026-01-24T10:30:00Z"}, {"at": "2026-01-24T10:30:00.5Z"}, ["format"]),
        ({"at": "2026-01-24T10:30:00Z"}, {"at": "2026-01-24T10:30:00+00:00"}, ["format"]),
        ({"at": 1_769_250_600_000}, {"at": 1_769_250_600_001}, []),
        ({"at": 1_769_250_600}, {"at": 1_769_250_600_000}, ["value"]),
        ({"password": "one"}, {"password": "another"}, []),
        ({"password": "one"}, {"password": None}, ["null"]),
        ({"password": "REDACTED_1"}, {"password": "another"}, []),
        ({"host": "a-b.example.com"}, {"host": "c-d.example.com"}, []),
        ({"message": "Made."}, {"message": "Created."}, ["value"]),
        ({"status": "ready"}, {"status": "active"}, ["value"]),
        ({"on": True}, {"on": False}, ["value"]),
        ({"on": True}, {"on": "true"}, ["type"]),
        ({"n": 1}, {"n": 1.5}, ["type"]),
        ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, ["value", "value"]),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}, ["items"]),
        ({"key": "sdk-0c9e5e9c-6ad8-4ed1-8bd8-6a3a0e6c1d11"}, {"key": "sdk-5c0b7c3a-4d2f-4a1b-8c6d-9f8e7d6c5b4a"}, []),
        ({"key": "sdk-0c9e5e9c-6ad8-4ed1-8bd8-6a3a0e6c1d11"}, {"key": "mob-5c0b7c3a-4d2f-4a1b-8c6d-9f8e7d6c5b4a"}, ["format"]),
        ([], {}, ["type"]),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 1}}}, ["missing", "extra"]),
    ],
)
def test_each_sort_of_difference(theirs: Any, ours: Any, kinds: list[str]) -> None:
    assert [kind for kind, _ in drifts(theirs, ours)] == kinds


def test_the_runs_own_ids_are_followed_through_texts_and_through_members() -> None:
    names = ({"one-1": f"{MADE}env"}, {"two-2": f"{MADE}env"})
    assert drifts({"link": "/envs/one-1/", "one-1": 1}, {"link": "/envs/two-2/", "two-2": 1}, names=names) == []
    assert drifts({"link": "/envs/one-1/"}, {"link": "/env/two-2/"}, names=names) == [("value", "/link")]


def test_the_runs_own_things_are_found_among_others_and_held_against_each_other() -> None:
    names = ({"t1": f"{MADE}one", "t2": f"{MADE}two"}, {"o1": f"{MADE}one", "o2": f"{MADE}two"})
    theirs = [{"id": "x", "size": "s"}, {"id": "t1", "size": "m"}, {"id": "t2", "size": "l"}]
    ours = [{"id": "o1", "size": "m"}, {"id": "o2", "size": "xl"}]
    assert drifts(theirs, ours, names=names) == [("value", "/two/size")]
    assert drifts(theirs, ours[::-1], names=names, loose=("/",)) == [("order", "/")]
    assert drifts(theirs, ours[:1], names=names, loose=("/",)) == [("items", "/")]


def test_of_what_was_there_before_only_the_shape_counts() -> None:
    theirs = [{"id": 1, "name": "a", "owner": None}, {"id": 2, "name": "b", "owner": "x", "more": 1}]
    assert drifts(theirs, [{"id": 9, "name": "z", "owner": None, "more": 5}], loose=("/",)) == []
    assert drifts(theirs, [{"id": "9", "name": "z", "owner": None}], loose=("/",)) == [("missing", "/*/more"), ("type", "/*/id")]


def test_other_statuses_are_told_with_the_refusals_words_and_nothing_else_is() -> None:
    there, here = (Side(Answered(status, (), Body("body", {"error": "Taken."}))) for status in (409, 201))
    [one] = Comparison("step", there, here).drifts()
    assert one.text == 'another status: the service has 409 {"error": "Taken."}, mockenv 201'


def test_headers_that_matter_are_compared_by_what_they_say() -> None:
    def headers(theirs: dict[str, str], ours: dict[str, str], *more: str) -> list[str]:
        there, here = (Side(Answered(204, tuple(one.items()))) for one in (theirs, ours))
        return [one.where for one in Comparison("step", there, here, (), more).drifts()]

    assert headers({"Allow": "GET, POST"}, {"allow": "POST, GET"}) == []
    assert headers({"Content-Type": "application/json; charset=utf-8"}, {"Content-Type": "application/json"}) == []
    assert headers({"Retry-After": "5"}, {"Retry-After": "60"}) == []
    assert headers({"Retry-After": "5"}, {}) == ["retry-after"]
    assert headers({"X-Own": "1", "Server": "a"}, {"Server": "b"}) == []
    assert headers({"X-Own": "a"}, {}, "X-Own") == ["x-own"]
