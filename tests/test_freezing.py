"""The test's own clock at the sandbox's time: what the libraries of a client under test see when they look at the machine's."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from types import ModuleType
from typing import Literal

import pytest
from standardwebhooks import Webhook

from mockenv import freezing
from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.runtime.conftest import make_site, subscribe
from tests.runtime.receiver import Receiver, receiving

Library = Literal["time-machine", "freezegun"]
BOTH = pytest.mark.parametrize("library", ["time-machine", "freezegun"])
SITE = "/api/v1/vector/sites/12345"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@BOTH
def test_now_is_the_sandboxs_and_follows_whatever_moves_it(mockenv: Sandbox, library: Library) -> None:
    mockenv.snapshot("before")
    with mockenv.freeze(library):
        assert now() == "2026-01-24T10:30:00Z" == mockenv.clock()["now"]
        assert time.time() == 1_769_250_600
        mockenv.advance("90s")
        assert now() == "2026-01-24T10:31:30Z"
        mockenv.set_clock(now="2026-02-01T00:00:00Z")
        assert now() == "2026-02-01T00:00:00Z"
        make_site(Browser(mockenv, mockenv.headers("vector")))
        mockenv.advance_to_next()
        assert now() == "2026-02-01T00:00:01Z"
        mockenv.restore("before")
        assert now() == "2026-01-24T10:30:00Z"
    assert time.time() > 1_790_000_000


@BOTH
def test_what_a_client_moves_by_polling_is_followed_too(mockenv_server: Mockenv, library: Library) -> None:
    with mockenv_server.sandbox(clock={"mode": "auto", "now": "2026-01-24T10:30:00Z"}) as sandbox, sandbox.freeze(library):
        vector = Browser(sandbox, sandbox.headers("vector"))
        site = make_site(vector)
        vector("GET", f"/api/v1/vector/sites/{site}")
        for _ in range(200_000):  # the stream tells it after a tenth of a second, and nothing here sleeps
            if now() == "2026-01-24T10:30:01Z":
                break
        assert now() == "2026-01-24T10:30:01Z"


@BOTH
def test_a_verifier_in_the_test_takes_every_attempt_of_a_long_way(
    mockenv_server: Mockenv, receiver: Receiver, library: Library
) -> None:
    with mockenv_server.sandbox(clock="manual", options={"vector": {"signing": "standard"}}) as sandbox, sandbox.freeze(library):
        vector = Browser(sandbox, sandbox.headers("vector"))
        verifier = Webhook(subscribe(vector, receiver.url, "vector.site.pending")["secret"])
        verified: list[str] = []

        def refuse_after_verifying(request: object) -> int:
            verifier.verify(request.body, dict(request.headers))  # type: ignore[attr-defined]  # the receiver's own
            verified.append(now()[11:19])
            return 500

        receiver.answer = refuse_after_verifying
        make_site(vector)
        moved = sandbox.advance("2h")
        assert verified == ["10:30:00", "10:30:42", "10:33:12", "10:42:12", "11:12:12"]
        assert (moved.reached, moved.now, now()) == (True, "2026-01-24T12:30:00Z", "2026-01-24T12:30:00Z")


@pytest.mark.parametrize("aim", ["by", "next", "idle", "status"])
def test_an_advance_tells_the_same_frozen_or_not(mockenv_server: Mockenv, aim: str) -> None:
    def go(sandbox: Sandbox) -> object:
        site = make_site(Browser(sandbox, sandbox.headers("vector")))
        if aim == "status":
            return sandbox.advance_until(f"vector/site/{site}", "active"), sandbox.advance_until(
                f"vector/site/{site}", "failed", "3s"
            )
        return {"by": lambda: sandbox.advance("5s"), "next": sandbox.advance_to_next, "idle": sandbox.advance_until_idle}[aim]()

    with mockenv_server.sandbox(clock="manual", seed=1) as one, mockenv_server.sandbox(clock="manual", seed=1) as other:
        plain = go(one)
        with other.freeze():
            assert go(other) == plain


def test_dates_that_leave_are_the_sandboxs_meanwhile(mockenv: Sandbox) -> None:
    vector = Browser(mockenv, mockenv.headers("vector"))
    with mockenv.freeze():
        assert vector("GET", SITE).headers["Date"] == "Sat, 24 Jan 2026 10:30:00 GMT"
    assert mockenv.clock()["dates"] == "wall"
    with mockenv.freeze():
        mockenv.drop()


def test_a_clock_that_runs_and_a_library_that_is_not_there_are_refused(
    mockenv_server: Mockenv, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mockenv_server.sandbox(clock="real") as sandbox:
        with pytest.raises(ValueError, match="a real clock runs by itself"), sandbox.freeze():
            pass
        with pytest.raises(ValueError, match="time-machine, freezegun"):
            sandbox.freeze("freezgun")  # type: ignore[arg-type]  # that is what is tested
        monkeypatch.setattr(freezing, "find_spec", lambda name: None if name == "time_machine" else find_spec(name))
        assert sandbox.freeze()._library == "freezegun"
        with pytest.raises(ImportError, match="freeze\\(\\) wants time-machine, which is not installed"):
            sandbox.freeze("time-machine")


def test_freezegun_reads_nothing_of_testcontainers_whose_settings_ask_docker(
    mockenv: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Settings(ModuleType):
        asked = 0

        def __dir__(self) -> list[str]:
            return ["docker_socket"]

        @property
        def docker_socket(self) -> str:
            Settings.asked += 1
            return "found by a connection"

    for name in ("testcontainers.of_this_test", "elsewhere.of_this_test"):
        monkeypatch.setitem(sys.modules, name, Settings(name))
    with mockenv.freeze("freezegun"):
        assert Settings.asked == 1  # of the other, which shows that freezegun does that still
