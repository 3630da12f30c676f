"""A service that came as a document has a suite, too: made of its model, and what drifts from it is told as a change of the model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mockenv.bootstrap import fixtures_folder, make_services
from mockenv.client import Mockenv
from mockenv.conformance.suites import suite_of
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.anyservice.conftest import sites_by_metadata
from tests.conformance.conftest import Answer, Plant, Service, compared
from tests.conformance.test_running import names_left

SALTWELL = str(fixtures_folder() / "services" / "saltwell.yaml")


@pytest.fixture(scope="module")
def saltwell() -> Iterator[Mockenv]:
    running = ThreadedServer(Settings(port=0, document=(SALTWELL,), auth="strict", log_level="error")).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


def drifts(service: Service, *models: str) -> list[str]:
    outcome, _ = compared(service, "saltwell", {}, documents=() if models else (SALTWELL,), models=models)
    assert dict(outcome.skipped) == {}
    return [f"{one.step}: {one.text}" for one in outcome.drifts]


def test_two_that_are_alike_do_not_drift_and_nothing_is_left(plant: Plant, saltwell: Mockenv) -> None:
    service = plant(server=saltwell, seed=9)
    assert drifts(service) == []
    assert {"POST", "DELETE"} <= {method for method, _ in service.asked}
    service.sandbox.advance_until_idle()
    assert names_left(service) == []


def test_a_member_that_the_service_has_and_the_document_has_not_is_found(plant: Plant, saltwell: Mockenv) -> None:
    def alter(one: Answer) -> None:
        if one.method == "POST" and one.path == "/v1/databases":
            one.body["database"]["plan"] = "free"

    assert drifts(plant(alter, server=saltwell)) == [
        'create-database: /database/plan: a member that mockenv lacks: the service has "free", mockenv nothing'
    ]


def changed(one: Answer) -> None:
    if one.method == "POST" and one.path == "/v1/databases":
        one.status = 202
    not_found(one)


def not_found(one: Answer) -> None:
    if one.method == "GET" and one.status == 404:
        one.status = 410


def test_what_would_remove_it_is_told_as_a_change_of_the_model(plant: Plant, saltwell: Mockenv) -> None:
    _, proposals = compared(plant(changed, server=saltwell), "saltwell", {}, documents=(SALTWELL,), learn=True)
    told = [one.change for one in proposals]
    assert "in the document, a response 202 of createDatabase" in told
    assert "in the model, operations.getDatabase.refuses.missing: 410" in told


def test_the_change_of_the_model_removes_it(plant: Plant, saltwell: Mockenv, tmp_path: Path) -> None:
    model = tmp_path / "saltwell.mockenv.yaml"
    gone = {name: {"refuses": {"missing": 410}} for name in ("getDatabase", "getBranch", "getOperation")}
    model.write_text(yaml.safe_dump({"document": SALTWELL, "service": "saltwell", "operations": gone}))
    assert drifts(plant(not_found, server=saltwell), str(model)) == []


def test_a_key_in_the_metadata_of_a_thing_is_made_kept_and_read(tmp_path: Path) -> None:
    path = tmp_path / "sites.yaml"
    path.write_text(yaml.safe_dump(sites_by_metadata()))
    service = make_services(Settings(document=(str(path),)))[0]
    steps = {one.name: one for one in suite_of(service).steps}
    made, read = steps["create-site"], steps["read-site"]
    assert made.body["metadata"]["name"] == "mockenv-conform-{run}"
    assert (made.keep, read.until and read.until.at) == ({"site": "/metadata/name"}, "/status/phase")
