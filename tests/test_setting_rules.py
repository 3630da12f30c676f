"""What settings may be: each rule takes what is meant, however it is written, and says what is wrong with the rest."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.errors import BadInput, UnknownName
from mockenv.settings import RULES, Settings, load_settings


def test_there_is_a_rule_for_every_setting() -> None:
    assert {*RULES} == {*Settings.__dataclass_fields__} - {"given"}


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("port", "8080", 8080),
        ("seed", "-3", -3),
        ("speed", "0.5", 0.5),
        ("speed", 2, 2.0),
        ("state_sync", "yes", True),
        ("state_sync", "OFF", False),
        ("state_sync", 1, True),
        ("clock", "auto", "auto"),
        ("allow_host", ["a", "b"], ("a", "b")),
    ],
)
def test_what_is_meant_is_taken_however_it_is_written(name: str, written: Any, meant: Any) -> None:
    assert getattr(load_settings({}, {}, {name: written}), name) == meant


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("port", "x", "Not a valid integer"),
        ("port", True, "Not a valid integer"),
        ("port", None, "Not a valid integer"),
        ("port", 70_000, "Must be greater than or equal to 0 and less than or equal to 65535"),
        ("journal_size", -1, "Must be greater than or equal to 0"),
        ("speed", 0, "Must be greater than 0 and less than or equal to 1000000"),
        ("speed", "nan", "Special numeric values"),
        ("speed", "fast", "Not a valid number"),
        ("state_sync", "perhaps", "Not a valid boolean"),
        ("state_sync", 2, "Not a valid boolean"),
        ("admin_token", "", "Shorter than minimum length 1"),
        ("host", 1, "Not a valid string"),
        ("clock", 1, "Not a valid string"),
        ("tls", ["a", "b", "c"], "Length must be between 1 and 2"),
        ("tls", [], "Length must be between 1 and 2"),
        ("allow_host", {"a": 1}, "Not a valid list"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name_with_the_reason(name: str, written: Any, why: str) -> None:
    with pytest.raises(BadInput, match=f"config: {name}: .*: {why}"):
        load_settings({}, {}, {name: written})


def test_a_word_that_is_none_of_a_few_is_told_the_nearest() -> None:
    with pytest.raises(UnknownName, match="--clock: 'auot' is not known; did you mean 'auto'"):
        load_settings({"clock": "auot"}, {})


def test_a_name_that_is_no_setting_is_told_the_nearest() -> None:
    with pytest.raises(UnknownName, match="config: prot: 'prot' is not known; did you mean 'port'"):
        load_settings({}, {}, {"prot": 1})
