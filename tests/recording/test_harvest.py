"""What was seen becomes a starting world that a server starts from, and in which the same is seen again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from mockenv.bootstrap import make_services, validate_file
from mockenv.client import Mockenv, Sandbox
from mockenv.recording.file import dumped
from mockenv.recording.harvest import harvest
from mockenv.recording.services import Services
from mockenv.settings import Settings
from tests.anyservice.conftest import sites_by_metadata
from tests.processes import run
from tests.recording.conftest import Record, Recorded, Upstream, answer
from tests.recording.test_record import ask

APP = "72b9ddd5-8fce-49ab-89d9-c431d53a9552"


def world_of(recorded: Recorded, provider: str, *, at_start: bool = False) -> Any:
    services = Services(make_services(Settings()))
    [one] = [each for each in services.providers if each.name == provider]
    return harvest(one, recorded.exchanges(), services, at_start=at_start) or {}


def phase(recorded: Recorded, sandbox: Sandbox) -> None:
    """A client that lists, makes two, renames one and deletes the other."""
    headers, url = sandbox.headers("phase", "owner"), f"{recorded.url}/v1/environments/"
    ask("GET", f"{url}?app_id={APP}", headers=headers)
    one, two = (ask("POST", f"{url}?app_id={APP}", json={"name": name}, headers=headers).json()["id"] for name in ("one", "two"))
    ask("PUT", f"{url}{one}/", json={"name": "renamed"}, headers=headers)
    ask("DELETE", f"{url}{two}/", headers=headers)
    ask("GET", f"{recorded.url}/v1/apps/{APP}/", headers=headers)


def names(world: Any) -> list[str]:
    [app] = world["apps"]
    return [environment["name"] for environment in app["environments"]]


def test_the_end_is_how_it_all_stood_then(record: Record, mockenv: Sandbox) -> None:
    recorded = record(mockenv.url)
    phase(recorded, mockenv)
    assert names(world_of(recorded, "phase")) == ["Development", "Staging", "Production", "renamed"]


def test_the_start_is_what_was_there_before_anything_was_made(record: Record, mockenv: Sandbox) -> None:
    recorded = record(mockenv.url)
    phase(recorded, mockenv)
    assert names(world_of(recorded, "phase", at_start=True)) == ["Development", "Staging", "Production"]


def test_a_fixture_that_was_made_shows_the_same_again(
    record: Record, mockenv: Sandbox, mockenv_server: Mockenv, tmp_path: Path
) -> None:
    recorded = record(mockenv.url)
    phase(recorded, mockenv)
    there = ask("GET", f"{mockenv.url}/v1/environments/?app_id={APP}", headers=mockenv.headers("phase", "owner")).json()
    (tmp_path / "world.yaml").write_text(dumped({"phase": world_of(recorded, "phase")}))
    assert validate_file(tmp_path / "world.yaml") == "fixture"
    with mockenv_server.sandbox(fixture=yaml.safe_load((tmp_path / "world.yaml").read_text())) as again:
        assert ask("GET", f"{again.url}/v1/environments/?app_id={APP}", headers=again.headers("phase", "owner")).json() == there


def test_what_was_seen_of_vector_and_of_launchdarkly_is_a_good_fixture(record: Record, mockenv: Sandbox, tmp_path: Path) -> None:
    recorded = record(mockenv.url)
    vector, ld = mockenv.headers("vector"), mockenv.headers("launchdarkly")
    ask("GET", f"{recorded.url}/api/v1/vector/sites", headers=vector)
    made = ask(
        "POST", f"{recorded.url}/api/v1/vector/sites/12345/environments", json={"name": "qa", "php_version": "8.3"}, headers=vector
    )
    assert made.status_code == 201
    ask("GET", f"{recorded.url}/api/v2/projects", headers=ld)
    ask("GET", f"{recorded.url}/api/v2/projects/my-project/environments", headers=ld)
    ask("DELETE", f"{recorded.url}/api/v2/projects/my-project/environments/test", headers=ld)
    world = {name: world_of(recorded, name) for name in ("vector", "launchdarkly")}
    (tmp_path / "world.yaml").write_text(dumped(world))
    assert validate_file(tmp_path / "world.yaml") == "fixture"
    [environment] = world["vector"]["environments"]
    assert (environment["site_id"], environment["name"], environment["status"]) == (12345, "qa", "pending")
    projects = {one["key"]: one for one in world["launchdarkly"]["projects"]}
    assert [one["key"] for one in projects["my-project"]["environments"]] == ["production"]


def test_the_command_writes_it_and_says_how_much_there_is(mockenv: Sandbox, tmp_path: Path) -> None:
    path, fixture = tmp_path / "r.yaml", tmp_path / "world.yaml"
    curl = ["curl", "-s", "-H", f"Authorization: {mockenv.headers('vector')['Authorization']}"]
    line = f"{' '.join(repr(word) for word in curl)} $MOCKENV_RECORDER_URL/api/v1/vector/sites"
    flags = ("--upstream", mockenv.url, "--port", "0", "-o", str(path), "--fixture", str(fixture))
    said = run("record", *flags, "--", "sh", "-c", line)
    assert said.returncode == 0, said.stderr
    assert f"{fixture}: 1 sites; mockenv validate checks it" in said.stderr
    assert run("validate", str(fixture)).returncode == 0


def test_a_world_of_nothing_is_said_so(mockenv: Sandbox, tmp_path: Path) -> None:
    flags = ("--upstream", mockenv.url, "--port", "0", "-o", str(tmp_path / "r.yaml"), "--fixture", str(tmp_path / "w.yaml"))
    said = run("record", *flags, "--", "true")
    assert (said.returncode, (tmp_path / "w.yaml").exists()) == (1, False)
    assert said.stderr.splitlines()[-1].endswith("w.yaml: nothing was seen that a starting world could hold")


def test_what_is_told_apart_by_its_metadata_is_kept_whole(record: Record, upstream: Upstream, tmp_path: Path) -> None:
    seen = [{"metadata": {"name": name}, "status": {"phase": "Running"}} for name in ("shop", "blog")]
    recorded = record(upstream(lambda asked: answer(asked, 200, json.dumps(seen).encode(), Content_Type="application/json")))
    ask("GET", f"{recorded.url}/sites")
    path = tmp_path / "sites.yaml"
    path.write_text(yaml.safe_dump(sites_by_metadata()))
    services = Services(make_services(Settings(document=(str(path),))))
    world = harvest(services.providers[0], recorded.exchanges(), services, at_start=False)
    assert world == {"site": seen}
