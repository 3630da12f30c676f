"""A recording is asked of mockenv again, and what mockenv answers otherwise is found; the ids and secrets of both need not be the same."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from mockenv.bootstrap import make_services
from mockenv.client import Sandbox
from mockenv.conformance.conforming import Outcome
from mockenv.conformance.learning import Proposal
from mockenv.conformance.ours import Ours
from mockenv.conformance.replaying import Replay
from mockenv.errors import BadInput
from mockenv.recording.file import read_recording
from mockenv.recording.services import Services
from mockenv.settings import Settings
from tests.conformance.conftest import Run
from tests.recording.conftest import Record, record

__all__ = ["record"]
PUBLISHED = Path(__file__).with_name("phase-published.yaml")


def replayed(path: Path, *, learn: bool = False) -> tuple[Outcome, list[Proposal]]:
    services = Services(make_services(Settings()))
    replay = Replay(read_recording(path), services, lambda provider, world: Ours(provider, (), (), (), world))
    outcome, proposals = asyncio.run(replay.run(learn=learn))
    return outcome, list(proposals)


@pytest.fixture
def altered(tmp_path: Path) -> Callable[[Callable[[list[dict[str, Any]]], object]], Path]:
    """The published answers, changed."""

    def make(change: Callable[[list[dict[str, Any]]], object]) -> Path:
        told = yaml.safe_load(PUBLISHED.read_text())
        exchanges = copy.deepcopy(told["exchanges"])
        change(exchanges)
        path = tmp_path / "altered.yaml"
        path.write_text(yaml.safe_dump({**told, "exchanges": exchanges}))
        return path

    return make


def test_phases_published_answers_are_mockenvs() -> None:
    outcome, _ = replayed(PUBLISHED)
    assert [f"{one.step}: {one.text}" for one in outcome.drifts] == []
    assert (len(outcome.points), dict(outcome.skipped)) == (15, {})


@pytest.mark.parametrize(
    ("at", "path", "value", "kind"),
    [
        (1, ("reply", "status"), 200, "status"),
        (1, ("reply", "body", "envType"), "prod", "value"),
        (1, ("reply", "body", "slug"), "x", "missing"),
        (2, ("reply", "body", "index"), "3", "type"),
        (3, ("reply", "body", "updatedAt"), "2025-02-04T11:00:00.000001Z", "format"),
        (4, ("reply", "body", "error"), "Taken.", "error"),
        (4, ("reply", "status"), 409, "status"),
        (12, ("reply", "headers", "WWW-Authenticate"), "Basic", "header"),
        (14, ("reply", "headers", "Allow"), "GET", "header"),
    ],
)
def test_what_is_planted_into_the_published_answers_is_found(
    altered: Any, at: int, path: tuple[str, ...], value: Any, kind: str
) -> None:
    def change(exchanges: list[dict[str, Any]]) -> None:
        place = exchanges[at]
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value

    outcome, _ = replayed(altered(change))
    found = {(one.step.partition("-")[0], one.kind) for one in outcome.drifts}
    assert (str(at + 1), kind) in found, [one.text for one in outcome.drifts]
    assert {step for step, _ in found} == {str(at + 1)}


def test_the_released_services_envelope_is_learnt_as_an_option(altered: Any) -> None:
    path = altered(lambda exchanges: exchanges[0]["reply"].update(body={"data": exchanges[0]["reply"]["body"]}))
    outcome, proposals = replayed(path, learn=True)
    assert {one.step for one in outcome.drifts} == {"1-listEnvironments"}
    assert [one.change for one in proposals] == ["--option phase.list_envelope=data"]


def test_what_was_recorded_of_mockenv_itself_does_not_drift(record: Record, mockenv: Sandbox) -> None:
    recorded = record(mockenv.url)
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(mockenv.headers("vector"))
        url = f"{recorded.url}/api/v1/vector/sites"
        session.get(url)
        site = session.post(url, json={"partner_customer_id": "c", "dev_php_version": "8.3"}).json()["data"]["id"]
        mockenv.advance("1m")
        session.get(f"{url}/{site}")
        made = session.post(f"{url}/{site}/environments", json={"name": "qa", "php_version": "8.3"}).json()["data"]["id"]
        session.get(f"{url}/{site}/environments/{made}")
        session.post(f"{url}/{site}/environments", json={"name": ""})
        session.delete(f"{url}/{site}/environments/{made + 1}")
    recorded.exchanges()
    outcome, _ = replayed(recorded.path)
    drifts = [one for one in outcome.drifts if not one.where.endswith(("/status", "/provisioning_step"))]  # another clock
    assert [f"{one.step}: {one.text}" for one in drifts] == []


def test_a_recording_that_is_none_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    for text, problem in (
        ("recording: 2\nexchanges: []\n", "recording: is not 1: this is no recording of mockenv's"),
        ("recording: 1\nexchange: []\n", "'exchange' is not known; did you mean 'exchanges'?"),
        ("recording: 1\nexchanges:\n- request: {method: GET}\n  reply: {status: 200}\n", "exchanges.0.request.path: is missing"),
        (
            "recording: 1\nexchanges:\n- request: {method: GET, path: /x}\n  reply: {stats: 200}\n",
            "'stats' is not known; did you mean 'status'?",
        ),
        ("recording: 1\nexchanges: []\n", "holds nothing that any service here knows"),
    ):
        path.write_text(text)
        with pytest.raises(BadInput) as said:
            replayed(path)
        assert problem in str(said.value)


def test_the_command_replays_a_file_and_asks_nobody(run: Run, tmp_path: Path) -> None:
    said = run("conform", "--upstream", str(PUBLISHED))
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[-1] == "no drifts in 15 of 15 compared"
    absent = run("conform", "--upstream", str(tmp_path / "no.yaml"))
    assert (absent.returncode, absent.stderr) == (
        2,
        f"mockenv: {tmp_path / 'no.yaml'}: cannot be read (No such file or directory)\n",
    )
