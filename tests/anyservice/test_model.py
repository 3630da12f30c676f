"""Model files: what stands in one wins, what is wrong in one is told with its line, and a new document loses nothing of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner, Result

from mockenv.anyservice.inference.infer import infer
from mockenv.anyservice.learn import learn
from mockenv.anyservice.modelfile import laid_over, plain, schema
from mockenv.anyservice.reading.read import read
from mockenv.bootstrap import build, fixtures_folder
from mockenv.cli import main
from mockenv.client import Mockenv
from mockenv.errors import BadInput, CannotStart
from mockenv.kernel.worlds.places import lines_of
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.anyservice.conftest import KEY, SALTWELL
from tests.conftest import Browser

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *told: CliRunner().invoke(main, [str(one) for one in told], catch_exceptions=False)


@pytest.fixture
def learned(tmp_path: Path, run: Run) -> Path:
    """The model file of the shipped example, as it is learned."""
    path = tmp_path / "saltwell.mockenv.yaml"
    path.write_text(run("learn", SALTWELL).stdout.replace(yaml.safe_load(run("learn", SALTWELL).stdout)["document"], str(SALTWELL)))
    return path


def test_what_is_learned_is_a_file_that_says_the_same_as_the_document_alone(learned: Path) -> None:
    assert plain(learn(SALTWELL, learned).model) == plain(learn(SALTWELL).model)


def test_what_is_learned_is_good_by_the_schema_for_editors(learned: Path) -> None:
    told = yaml.safe_load(learned.read_text())
    assert [one.message for one in jsonschema_rs.validator_for(schema()).iter_errors(told)] == []
    assert schema() == json.loads((fixtures_folder() / "model.schema.json").read_text())


def test_the_table_for_people_says_what_each_operation_is_taken_for_and_how_sure_that_is(run: Run) -> None:
    told = run("learn", SALTWELL)
    lines = told.stderr.splitlines()
    assert lines[0].split() == ["METHOD", "PATH", "OPERATION", "DOES", "RESOURCE", "SURE", "WHY"]
    assert any("createBranch" in line and "create" in line and "97%" in line for line in lines)
    rows = json.loads(run("learn", SALTWELL, "--json").stdout)
    assert {row["operation"] for row in rows} == {*yaml.safe_load(told.stdout)["operations"]}


def test_ten_lines_of_model_change_what_they_speak_of_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(
        """
service: wells
resources:
  database:
    lifecycles:
      create: {steps: {queued: 5s, provisioning: 1m}, done: ready}
operations:
  createDatabase: {refuses: {taken: 422}}
refusals:
  "404": {code: "{code}", message: "no such thing: {message}"}
"""
    )
    settings = Settings(port=0, document=(str(SALTWELL),), model=(str(path),), check_replies="fail", log_level="error")
    running = ThreadedServer(settings).start()
    try:
        world = Mockenv(running.url).sandbox(clock="manual", fixture="empty")
        wells = Browser(world, KEY)
        made = wells("POST", "/v1/databases", {"database": {"name": "a"}}).json()["database"]
        world.advance("5s")
        assert wells("GET", f"/v1/databases/{made['id']}").json()["database"]["status"] == "provisioning"
        assert world.advance_until(f"wells/database/{made['id']}", "ready").now == "2026-01-24T10:31:05Z"
        assert wells("POST", "/v1/databases", {"database": {"name": "a"}}).status_code == 422
        missing = wells("GET", "/v1/databases/none").json()
        assert missing == {"code": "not_found", "message": "no such thing: Database 'none' was not found."}
    finally:
        running.stop()


def test_a_model_alone_names_its_document(learned: Path) -> None:
    running = ThreadedServer(Settings(port=0, model=(str(learned),), log_level="error")).start()
    try:
        world = Mockenv(running.url).sandbox(clock="manual", fixture="empty")
        assert len(Browser(world, KEY)("GET", "/v1/regions").json()["regions"]) == 3
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("resurces: {}", "'resurces' is not known; did you mean 'resources'?"),
        (
            "resources: {database: {statusses: []}}",
            "resources.database.statusses: 'statusses' is not known; did you mean 'statuses'?",
        ),
        ("resources: {database: {key: {member: idd}}}", "did you mean 'id'?"),
        ("resources: {database: {lifecycles: {create: {steps: {quued: 1s}}}}}", "did you mean 'queued'?"),
        ("resources: {database: {lifecycles: {create: {steps: {queued: soon}}}}}", "'soon' is not a duration"),
        ("operations: {createDatabse: {does: create}}", "did you mean 'createDatabase'?"),
        ("operations: {createDatabase: {does: make}}", "'make' is not known"),
        ("operations: {createDatabase: {resource: databse}}", "did you mean 'database'?"),
        ("operations: {listDatabases: {filters: {regin: region}}}", "did you mean 'region'?"),
        ("operations: {createDatabase: {status: high}}", "operations.createDatabase.status: 'high' is not a whole number"),
        ("operations: {createDatabase: {refuses: {gone: 404}}}", "'gone' is not known"),
        ("rate_limit: fast", "'fast' is not a rate"),
        ("webhooks: {resource: hook}", "'hook' is not known"),
        ("resources: [1]", "is not a mapping"),
    ],
)
def test_what_is_wrong_in_a_model_is_told_with_its_place_and_the_nearest_word(tmp_path: Path, told: str, problem: str) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(f"# a comment\n{told}\n")
    with pytest.raises(BadInput) as caught:
        learn(SALTWELL, path)
    [line] = lines_of(caught.value)
    assert line.startswith(f"{path}:2:")
    assert problem in line


def test_validate_checks_a_model_against_its_document(learned: Path, run: Run) -> None:
    assert run("validate", learned).stdout == f"{learned}: a good model\n"
    learned.write_text(learned.read_text().replace("done: ready", "done: reedy"))
    told = run("validate", learned)
    assert told.exit_code == 1
    assert "did you mean 'ready'?" in told.stdout


def test_a_server_with_a_bad_model_does_not_start_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text("resources: {databse: {status: state}, database: {status: stat}}\n")
    with pytest.raises(CannotStart, match="did you mean 'status'"):
        build(Settings(document=(str(SALTWELL),), model=(str(path),)))


def test_an_update_keeps_what_a_person_wrote_and_tells_what_changed(tmp_path: Path, learned: Path, run: Run) -> None:
    text = learned.read_text()
    text = text.replace("steps: {queued: 1s, provisioning: 1s", "# slow on Mondays\n        steps: {queued: 30s, provisioning: 1s")
    learned.write_text(text)
    document = yaml.safe_load(SALTWELL.read_text())
    del document["paths"]["/databases/{database_id}/resume"]
    document["paths"]["/databases/{database_id}/restart"] = {
        "post": {"operationId": "restartDatabase", "responses": {"204": {"description": ""}}}
    }
    document["paths"]["/regions"]["get"]["responses"]["203"] = document["paths"]["/regions"]["get"]["responses"].pop("200")
    newer = tmp_path / "saltwell.yaml"
    newer.write_text(yaml.safe_dump(document, sort_keys=False))
    told = run("learn", newer, "--update", learned).stdout.splitlines()
    assert {line for line in told if not line.startswith("document")} == {
        "resources.database is as you have written it",
        "operations.listRegions is another now",
        "operations.resumeDatabase is in the document no more, and was left out",
        "operations.restartDatabase is new",
    }
    after = learned.read_text()
    assert "# slow on Mondays\n        steps: {queued: 30s" in after
    found = yaml.safe_load(after)
    assert found["operations"]["restartDatabase"]["verb"] == "restart"
    assert found["operations"]["listRegions"]["status"] == 203
    assert "resumeDatabase" not in found["operations"]
    assert run("validate", learned).stdout == f"{learned}: a good model\n"


def test_an_update_to_the_same_document_changes_nothing(learned: Path, run: Run) -> None:
    before = learned.read_text()
    assert run("learn", SALTWELL, "--update", learned).exit_code == 0
    after = yaml.safe_load(learned.read_text())
    for text in (before, learned.read_text()):
        assert {**yaml.safe_load(text), "document": "", "learned": ""} == {**after, "document": "", "learned": ""}


def test_null_takes_away_what_was_inferred() -> None:
    inferred = infer(read(SALTWELL).document)
    found = laid_over(inferred, {"resources": {"database": {"lifecycles": {"delete": None}}}}, "model")
    assert set(inferred.resources["database"].lifecycles) - set(found.resources["database"].lifecycles) == {"delete"}


POOR = """
openapi: 3.0.3
info: {title: Poor, version: "1"}
paths:
  /sites:
    get: {operationId: list, responses: {"200": {description: "", content: {application/json: {schema: {type: string}}}}}}
    post: {operationId: make, responses: {"200": {description: ""}}}
  /sites/{id}:
    get: {operationId: read, responses: {"200": {description: "", content: {application/json: {schema: {type: string}}}}}}
  /stop:
    post: {operationId: stop, responses: {"200": {description: ""}}}
components:
  schemas:
    Site: {type: object, properties: {id: {type: string}, name: {type: string}, live: {type: boolean}}}
"""
BETTER = """
document: poor.yaml
operations:
  list: {answers: {type: array, items: {$ref: "#/components/schemas/Site"}}}
  make: {takes: {$ref: "#/components/schemas/Site"}, answers: {$ref: "#/components/schemas/Site"}}
  read: {answers: {$ref: "#/components/schemas/Site"}}
  stop:
    takes: {type: object, required: [site], properties: {site: {type: string}, live: {type: boolean}}}
    does: act
    resource: site
    path: {site: site}
    item: site
"""


def test_a_model_says_what_the_document_has_wrong_about_bodies_and_where_a_key_stands(tmp_path: Path) -> None:
    (tmp_path / "poor.yaml").write_text(POOR)
    (tmp_path / "poor.mockenv.yaml").write_text(BETTER)
    settings = Settings(
        port=0,
        document=(str(tmp_path / "poor.yaml"),),
        model=(str(tmp_path / "poor.mockenv.yaml"),),
        check_replies="log",
        log_level="error",
    )
    running = ThreadedServer(settings).start()
    try:
        sites = Browser(Mockenv(running.url).sandbox(), KEY)
        made = sites("POST", "/sites", {"id": "a", "name": "shop"}).json()
        assert made["name"] == "shop"
        assert sites("GET", "/sites").json() == [made]
        assert sites("POST", "/stop", {"site": made["id"], "live": False}).status_code == 200
        assert sites("GET", f"/sites/{made['id']}").json()["live"] is False
        assert sites("POST", "/stop", {"site": "other"}).status_code == 404
        assert sites("POST", "/stop", {}).status_code == 422
    finally:
        running.stop()


def test_what_a_model_says_of_bodies_is_checked(tmp_path: Path) -> None:
    (tmp_path / "poor.yaml").write_text(POOR)
    model = tmp_path / "poor.mockenv.yaml"
    model.write_text(BETTER.replace('Site"}}}', 'Sight"}}}').replace("item: site", "item: sight"))
    with pytest.raises(BadInput) as told:
        learn(tmp_path / "poor.yaml", model)
    assert "operations.list.answers.$ref" in str(told.value)
    assert "#/components/schemas/Site" in str(told.value)
    assert "operations.stop.path" in str(told.value)
