"""`mockenv.testcontainers`: the real library, against an engine whose containers are processes of this checkout."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.exceptions import ContainerStartException

from mockenv.errors import BadInput, UnknownName
from mockenv.testcontainers import ContainerSettings, MockenvContainer
from tests.engine import Engine, engine
from tests.pages.blocks import blocks_of
from tests.processes import ROOT, environment


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)  # a second container, which removes what a killed test leaves
    monkeypatch.setattr(
        testcontainers_config, "connection_mode_override", ConnectionMode.docker_host
    )  # even where this runs in one
    with engine(tmp_path) as server:
        yield server


def environ(docker: Engine) -> dict[str, str]:
    return dict(variable.split("=", 1) for variable in docker.made[-1]["Env"])


def test_a_container_answers_as_the_services_do_and_is_driven_by_the_client(docker: Engine) -> None:
    with MockenvContainer(clock="manual") as container, container.mockenv.sandbox() as sandbox:
        asked = Request(
            f"{sandbox.url}/api/v1/vector/sites", headers={"Authorization": f"Bearer {sandbox.tokens['vector']['owner']}"}
        )
        with urlopen(asked) as reply:
            assert reply.status == 200
        assert sandbox.clock()["mode"] == "manual"
        assert sandbox.advance("90s").now.startswith("2026-01-24T10:31:30")
    assert not docker.containers


def test_files_of_the_test_are_copied_in_and_those_of_the_same_name_do_not_meet(docker: Engine, tmp_path: Path) -> None:
    fixture, scenario = tmp_path / "a" / "world.yaml", tmp_path / "b" / "world.yaml"
    for file, text in ((fixture, "vector:\n  sites: []\n"), (scenario, "clock: {mode: manual, now: 2030-01-01T00:00:00Z}\n")):
        file.parent.mkdir()
        file.write_text(text)
    with MockenvContainer(fixture=fixture, scenario=scenario) as container:
        assert container.mockenv.get("default").clock()["now"].startswith("2030-01-01")
    assert environ(docker)["MOCKENV_FIXTURE"] != environ(docker)["MOCKENV_SCENARIO"]


def test_what_is_told_reaches_the_server_as_its_variables(docker: Engine) -> None:
    told = ContainerSettings(
        auth="strict", admin_token="secret", option={"vector.generation": "2026-02"}, allow_host=["mock.internal"], contract=False
    )
    with MockenvContainer(**told) as container:
        with urlopen(Request(f"{container.url}/_mockenv/ready", headers={"Host": "mock.internal"})) as reply:
            assert reply.status == 200
        assert container.mockenv.get("default").clock()
    assert (
        environ(docker).items()
        >= {
            "MOCKENV_AUTH": "strict",
            "MOCKENV_ADMIN_TOKEN": "secret",
            "MOCKENV_OPTION": "vector.generation=2026-02",
            "MOCKENV_CONTRACT": "false",
        }.items()
    )
    assert docker.made[-1]["Image"] == "mockenv"
    assert docker.made[-1]["HostConfig"]["ExtraHosts"] == ["host.docker.internal:host-gateway"]


def test_the_test_of_the_page_passes_as_it_is_printed(docker: Engine, tmp_path: Path) -> None:
    block = next(
        block for block in blocks_of(ROOT / "docs" / "containers.md") if block.said.get("file") == "test_in_a_container.py"
    )
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "test_in_a_container.py").write_text(block.text)
    environ = environment({"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_CONNECTION_MODE": "docker_host"})
    command = [sys.executable, "-m", "pytest", "-q"]
    done = subprocess.run(command, cwd=tmp_path / "page", env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert docker.made
    assert not docker.containers


def test_what_does_not_start_says_why_in_one_line(docker: Engine) -> None:
    with pytest.raises(ContainerStartException, match=r"cdn-fials.*cdn-fails") as refused, MockenvContainer(scenario="cdn-fials"):
        pass
    assert "\n" not in str(refused.value)
    assert not docker.containers


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        ({"colck": "manual"}, UnknownName, "clock"),
        ({"clock": "manuel"}, UnknownName, "manual"),
        ({"speed": -1}, BadInput, "SPEED"),
        ({"fixture": Path("nowhere.yaml")}, FileNotFoundError, "nowhere.yaml"),
    ],
)
def test_what_is_told_wrongly_is_refused_before_anything_is_made(
    docker: Engine, told: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        MockenvContainer(**told)
    assert not docker.made
