"""`mockenv init` in an empty folder: what it writes runs as it is, and overwrites nothing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.pages.project import Project
from tests.processes import served

SCHEMAS = {
    "compose.mockenv.yaml": ["--builtin-schema", "vendor.compose-spec"],
    ".github/workflows/mockenv.yaml": ["--builtin-schema", "vendor.github-workflows"],
    "scenarios/database-fails.yaml": ["--schemafile", "scenarios/scenario.schema.json"],
}


def check_files(project: Project) -> None:
    for file, schema in SCHEMAS.items():
        project.run([str(Path(sys.executable).parent / "check-jsonschema"), *schema, file])
    assert "a good scenario" in project.run(["mockenv", "validate", "scenarios/database-fails.yaml"])


def test_the_python_project_passes_as_it_is(project: Project) -> None:
    project.run(["mockenv", "init", "--lang", "python"])
    assert "2 passed" in project.run([sys.executable, "-m", "pytest", "-q"])
    check_files(project)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_javascript_project_passes_as_it_is(project: Project) -> None:
    with served() as server:
        project.url = server.url
        project.run(["mockenv", "init", "--lang", "js"])
        assert "pass 2" in project.run(["node", "--test"])
        assert [one["name"] for one in server.mockenv.sandboxes()] == ["default"]
    check_files(project)


def test_nothing_that_is_there_is_written_over_unasked(project: Project) -> None:
    mine = project.write("compose.mockenv.yaml", "mine")
    with pytest.raises(AssertionError, match=r"compose\.mockenv\.yaml would be written over"):
        project.run(["mockenv", "init", "--lang", "python"])
    assert (mine.read_text(), [one.name for one in project.folder.iterdir()]) == ("mine", ["compose.mockenv.yaml"])
    project.run(["mockenv", "init", "--lang", "python", "--force"])
    assert mine.read_text() != "mine"
