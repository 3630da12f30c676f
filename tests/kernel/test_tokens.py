"""Tokens that can be told from a stranger's, and that know the way home."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.tokens import home_of, home_tag, is_ours, issue_at, issue_hex, issue_uuid

DRAW = Draw(1, "token/vector", "default")


def test_every_sort_of_token_is_recognised_and_a_changed_one_is_not() -> None:
    for token in (issue_hex(DRAW, "a", "vp_live_", 40), issue_uuid(DRAW, "a", "api-"), issue_at("w", DRAW, "a", "vp_live_", 40)):
        assert is_ours(token)
        assert not is_ours("x" + token)
        assert not is_ours(token[:-1])


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_a_token_issued_by_a_sandbox_carries_its_tag_and_keeps_the_services_own_form(name: str) -> None:
    token = issue_at(name, DRAW, "a", "vp_live_", 40)
    assert home_of(token) == home_tag(name)
    assert len(token) == len("vp_live_") + 40


def test_a_role_token_and_a_strangers_have_no_tag() -> None:
    assert home_of(issue_hex(DRAW, "a", "vp_live_", 40)) is None
    assert home_of("YOUR_API_TOKEN") is None
    assert home_of("") is None
