"""A suite stays within its budget, takes away what it made whatever happens, and says what it could not compare."""

from __future__ import annotations

import re

import pytest

from mockenv.conformance.playing import NotPlayable
from mockenv.errors import BadInput
from tests.conformance.conftest import Alter, Answer, Plant, Service, compared

APP = {"app": "72b9ddd5-8fce-49ab-89d9-c431d53a9552"}


def names_left(service: Service) -> list[str]:
    """What of a run's own is still there."""
    return [one["name"] for one in service.sandbox.resources() if "mockenv-conform" in str(one["document"])]


def made(service: Service) -> list[tuple[str, str]]:
    return [one for one in service.asked if one[0] == "POST"]


def answering(method: str, part: str, status: int) -> Alter:
    def alter(one: Answer) -> None:
        if one.method == method and part in one.path:
            one.status, one.body = status, {}

    return alter


def test_nothing_is_left_after_a_run(plant: Plant) -> None:
    service = plant()
    compared(service, "phase", APP)
    assert made(service)
    assert names_left(service) == []


def test_what_is_not_deleted_by_its_own_step_is_taken_away_all_the_same(plant: Plant) -> None:
    service = plant()
    outcome, _ = compared(service, "phase", APP, requests=6)
    assert made(service)
    assert names_left(service) == []
    assert len(service.asked) <= 6
    assert {why for why in outcome.skipped.values() if "budget" in why} == {"the budget of 6 requests is spent"}


def test_what_cannot_be_taken_away_is_told(plant: Plant) -> None:
    outcome, _ = compared(plant(answering("DELETE", "/v1/environments/", 403)), "phase", APP)
    assert [re.sub("[0-9a-f-]{36}", "…", one) for one in outcome.left] == ["DELETE /v1/environments/…/: 403"] * 2


def test_what_is_left_would_be_seen(plant: Plant) -> None:
    def alter(one: Answer) -> None:
        if one.method == "POST" and one.status == 201:
            one.body["id"] = "another"  # so that nobody knows what to delete

    service = plant(alter)
    compared(service, "phase", APP)
    assert len([one for one in names_left(service) if "/environment/" in one]) == 2


def test_only_what_changes_nothing_is_asked_where_that_is_wanted(plant: Plant) -> None:
    service = plant()
    outcome, _ = compared(service, "phase", APP, only_safe=True)
    assert {method for method, _ in service.asked} == {"GET"}
    assert outcome.skipped["create-environment"] == "only what changes nothing is asked"
    assert [one.text for one in outcome.drifts] == []


def test_a_step_that_lacks_what_another_did_not_tell_is_not_compared(plant: Plant) -> None:
    outcome, _ = compared(plant(answering("POST", "/v1/secrets/", 200)), "phase", APP)
    assert outcome.skipped["delete-secret"] == "wants secret, which the service has not told"


def test_a_busy_service_is_asked_again_and_then_not_compared(plant: Plant) -> None:
    service = plant(answering("GET", "/v1/apps/", 503))
    outcome, _ = compared(service, "phase", APP)
    assert outcome.skipped["get-app"] == "the service answered 503, again and again"
    assert sum("/v1/apps/" in path for _, path in service.asked) == 3


def test_a_refused_token_is_told_at_once(plant: Plant) -> None:
    service = plant(answering("GET", "/v1/", 401))
    with pytest.raises(NotPlayable, match=r"refuses the token that it was asked with \(401\)"):
        compared(service, "phase", APP)
    assert len(service.asked) == 1


def test_what_the_suite_needs_is_asked_for(plant: Plant) -> None:
    with pytest.raises(BadInput, match=r"--set app: is missing: the id of an app with server-side encryption"):
        compared(plant(), "phase", {})
    with pytest.raises(BadInput, match=r"'ap' is not known; did you mean 'app'\?"):
        compared(plant(), "phase", {"ap": "x"})


def test_an_option_that_removes_drifts_is_proposed(plant: Plant) -> None:
    service = plant(options={"phase": {"list_envelope": "data", "timestamps": "microseconds"}})
    outcome, proposals = compared(service, "phase", APP, learn=True)
    assert outcome.drifts
    assert [one.change for one in proposals] == ["--option phase.timestamps=microseconds", "--option phase.list_envelope=data"]
    assert sum(one.removes for one in proposals) == len(outcome.drifts)


def test_with_the_proposed_options_nothing_drifts(plant: Plant) -> None:
    service = plant(options={"phase": {"list_envelope": "data", "timestamps": "microseconds"}})
    told = ("phase.list_envelope=data", "phase.timestamps=microseconds")
    assert [one.text for one in compared(service, "phase", APP, options=told)[0].drifts] == []
