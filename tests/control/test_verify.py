"""What the journal can still say when requests have fallen out of it: yes, no, or that nobody can tell."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockenv.client import Mockenv, MockenvError, Sandbox, Undecided
from mockenv.control.verifying import Count, count, judge
from mockenv.kernel.worlds.journal import MAX_BODY, Entry, Journal
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.control.conftest import ENVIRONMENTS, SITES, Maker

KEPT = 5


@pytest.fixture(scope="module")
def small() -> Iterator[Mockenv]:
    """A server that remembers five requests of a sandbox."""
    running = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning", journal_size=KEPT)).start()
    yield Mockenv(running.url)
    running.stop()


@pytest.fixture
def forgetful(small: Mockenv) -> Iterator[Sandbox]:
    """One create that has fallen out, under lists that have pushed it out."""
    with small.sandbox(clock="manual") as sandbox:
        make = Maker(sandbox)
        make("a")
        for _ in range(KEPT + 3):
            make.http("GET", SITES)
        yield sandbox


def test_plain_questions_have_exact_answers_for_ever(forgetful: Sandbox) -> None:
    create = {"provider": "vector", "operation": "createEnvironment", "method": "post", "status": 201}
    for match in (create, {"operation": "createEnvironment"}, {"status": "201"}, {"method": "POST", "status": "2xx"}):
        assert forgetful.verify(match, exactly=1)
        none = forgetful.verify(match, exactly=0)
        assert (none.ok, none.count, none.dropped, none.reason) == (False, 1, 4, None)
    assert forgetful.verify({"operation": "listSites"}, exactly=KEPT + 3)
    assert forgetful.verify({}, exactly=KEPT + 4)


def test_where_what_fell_out_could_change_the_answer_nobody_can_tell(forgetful: Sandbox) -> None:
    match = {"operation": "createEnvironment", "body": {"name": "a"}}
    told = forgetful.verify(match, exactly=0)
    assert (told.ok, told.count, told.dropped) == (None, 0, 4)
    assert "between 0 and 1 requests match" in str(told.reason)
    with pytest.raises(Undecided, match="--journal-size"):
        bool(told)
    with pytest.raises(MockenvError, match="cannot be told"):
        assert not forgetful.verify(match, at_least=1)


def test_what_is_true_whatever_fell_out_is_told(forgetful: Sandbox) -> None:
    assert forgetful.verify({"path": SITES}, at_least=KEPT)
    assert not forgetful.verify({"path": SITES}, at_most=KEPT - 1)
    assert forgetful.verify({"path": SITES, "operation": "listSites"}, at_most=KEPT + 3)
    assert forgetful.verify({"operation": "getSite", "body": {"a": 1}}, exactly=0)


def test_a_journal_of_no_size_still_answers_plain_questions() -> None:
    running = ThreadedServer(Settings(port=0, log_level="warning", journal_size=0)).start()
    try:
        sandbox = Mockenv(running.url).get()
        Maker(sandbox)("a")
        told = sandbox.verify({"operation": "createEnvironment"}, exactly=0)
        assert (told.ok, told.count) == (False, 1)
        assert sandbox.verify({"path": ENVIRONMENTS}, exactly=0).ok is None
        assert (sandbox.journal(), sandbox.journal().missing) == ([], 1)
    finally:
        running.stop()


def test_lists_of_evidence_say_what_they_lack(forgetful: Sandbox) -> None:
    def lacks(**query: Any) -> tuple[int, int]:
        found = forgetful.journal(**query)
        return found.dropped, found.missing

    assert lacks() == (4, 4)
    assert lacks(operation="createEnvironment") == (4, 1)
    assert lacks(operation="getSite") == (4, 0)
    assert lacks(limit=KEPT) == (4, 0)
    assert (lacks(since=3), lacks(since=4)) == ((4, 4), (4, 0))
    assert lacks(since="2026-01-24T10:30:00Z") == (4, 4)
    assert forgetful.har()["log"]["comment"] == "Not whole: 4 older requests fell out of the journal."
    assert "comment" not in forgetful.har(limit=1)["log"]


def test_what_was_cleared_was_meant_to_go(forgetful: Sandbox) -> None:
    forgetful.clear_journal()
    assert forgetful.verify({"operation": "createEnvironment"}, exactly=0)
    assert (forgetful.journal().dropped, forgetful.verify({"path": SITES}, exactly=0).ok) == (0, True)


def test_a_body_too_long_for_the_journal_could_be_the_one(mockenv: Sandbox, make: Maker) -> None:
    make.http("POST", ENVIRONMENTS, {"name": "long", "padding": "x" * MAX_BODY})
    match = {"operation": "createEnvironment", "body": {"name": "long"}}
    assert mockenv.verify(match, exactly=1).ok is None
    assert mockenv.verify({**match, "path": "*/sites/1/*"}, exactly=0)


def test_secrets_are_compared_as_they_came_and_told_to_nobody(mockenv: Sandbox, make: Maker) -> None:
    make.http("POST", f"{SITES}/12345/db/export", {"format": "s3cret"})
    make("a", api_key="s3cret")
    token = mockenv.tokens["vector"]["owner"]
    assert mockenv.verify({"headers": {"Authorization": f"Bearer {token}"}}, exactly=2)
    assert mockenv.verify({"headers": {"Authorization": "Bearer other"}}, exactly=0)
    assert mockenv.verify({"body": {"api_key": "s3cret"}}, exactly=1)
    wrong = mockenv.verify({"operation": "createEnvironment", "body": {"api_key": "s3cret2"}}, exactly=1)
    assert wrong.nearest[0]["differs"] == ["body.api_key is '[redacted]', not '[redacted]'"]
    assert token not in json.dumps(mockenv.verify({"headers": {"authorization": "x"}}, at_least=1).nearest)


def test_a_member_that_is_null_is_not_one_that_is_missing(mockenv: Sandbox, make: Maker) -> None:
    make("a")
    assert mockenv.verify({"body": {"name": "a"}}, exactly=1)
    assert mockenv.verify({"operation": "createEnvironment", "body": {"tags": None}}, exactly=0)


SORTS = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([200, 404]), st.sampled_from(["/x", "/y"]))


@given(st.lists(SORTS, max_size=30), st.integers(0, 8), SORTS, st.sets(st.sampled_from(["operation", "status", "path"])))
def test_the_true_count_is_always_between_what_is_told(
    asked: list[tuple[str, int, str]], size: int, about: tuple[str, int, str], by: set[str]
) -> None:
    journal = Journal(size)
    for operation, status, path in asked:
        journal.record(Entry(0, 0, "p", operation, "GET", path, "", {}, b"", status, (), b"", 0.0))
    wanted = dict(zip(("operation", "status", "path"), about, strict=True))
    match = {name: value for name, value in wanted.items() if name in by}
    true = sum(all(dict(zip(wanted, one, strict=True))[name] == match[name] for name in match) for one in asked)
    found = count(journal, match)
    assert found.low <= true <= found.high
    if "path" not in by or len(asked) <= size:
        assert found.low == found.high


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_a_yes_or_a_no_holds_for_every_count_that_could_be(low: int, more: int, least: int, span: int, exact: bool) -> None:
    wish = {"exactly": least} if exact else {"at_least": least, "at_most": least + span}
    most = wish.get("at_most", least)
    answers = {least <= true <= most for true in range(low, low + more + 1)}
    told = judge(Count(low, low + more), wish)
    assert told == (answers.pop() if len(answers) == 1 else None)
    assert math.isfinite(low)
