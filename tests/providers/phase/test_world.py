"""Phase's section of a fixture: what it may say, and what is refused with the place where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.providers.phase.conftest import ENVIRONMENTS, Phase, error

E = {"name": "e"}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"app": []}, r"phase: app: 'app' is not known; did you mean 'apps'"),
    ({"organisation": {"plan": "Gold"}}, r"phase: organisation\.plan"),
    ({"apps": [{}]}, r"phase: apps\.0\.name"),
    ({"apps": [{"name": "a", "environments": [{"name": "no good"}]}]}, r"phase: apps\.0\.environments\.0\.name"),
    ({"apps": [{"name": "a", "environments": [{**E, "access": ["admin"]}]}]}, r"phase: apps\.0\.environments\.0\.access"),
    ({"apps": [{"name": "a", "environments": [E, {"name": "E"}]}]}, r"phase: apps\.0\.environments\.1\.name: 'E' is there twice"),
    ({"apps": [{"name": "a", "id": "x"}, {"name": "b", "id": "x"}]}, r"phase: apps\.1\.id: x is there twice"),
    ({"apps": [{"name": "a", "created_at": "soon"}]}, r"phase: apps\.0\.created_at"),
    ({"apps": [{"name": "a", "environments": [{**E, "updated_at": "soon"}]}]}, r"phase: apps\.0\.environments\.0\.updated_at"),
]


@pytest.mark.parametrize(("section", "text"), BAD)
def test_a_bad_section_is_refused_and_the_place_is_named(mockenv_server: Mockenv, section: dict[str, Any], text: str) -> None:
    with pytest.raises(MockenvError, match=text):
        mockenv_server.sandbox(fixture={"phase": section})


@pytest.mark.mockenv(fixture={"phase": {"apps": [{"name": "a"}, {"name": "b", "environments": [{"name": "z", "index": 7}, E]}]}})
def test_an_app_without_environments_gets_the_default_ones_and_indexes_follow_the_order_unless_given(phase: Phase) -> None:
    newest, oldest = phase("GET", "/v1/apps/").json()["data"]
    listed = phase("GET", f"/v1/environments/?app_id={oldest['id']}").json()
    assert [(one["name"], one["envType"], one["index"]) for one in listed] == [
        ("Development", "dev", 0),
        ("Staging", "staging", 1),
        ("Production", "prod", 2),
    ]
    listed = phase("GET", f"/v1/environments/?app_id={newest['id']}").json()
    assert [(one["name"], one["envType"], one["index"]) for one in listed] == [("e", "custom", 1), ("z", "custom", 7)]
    assert phase.make("next", newest["id"])["index"] == 8


def test_a_fork_has_everything_and_its_own_tokens(phase: Phase, mockenv: Sandbox) -> None:
    phase.make("before")
    mockenv.snapshot("here")
    phase.make("after")
    fork = Phase(mockenv.fork("here", f"{mockenv.name}-fork"))
    try:
        assert fork.names() == ["Development", "Staging", "Production", "before"]
        assert fork.names(role="service_account") == fork.names()
        assert set(fork.sandbox.tokens["phase"].values()).isdisjoint(mockenv.tokens["phase"].values())
    finally:
        fork.sandbox.drop()


def test_sandboxes_share_nothing(mockenv_server: Mockenv, strict_server: Mockenv, phase: Phase) -> None:
    phase.make("mine")
    with strict_server.sandbox(clock="manual") as other, strict_server.sandbox(clock="manual") as third:
        assert "mine" not in Phase(other).names()
        words = f"Bearer {other.tokens['phase']['owner']}"
        assert error(Phase(third).bearing(words, "GET", ENVIRONMENTS)) == (401, "Token expired or deleted")
