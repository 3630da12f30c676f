"""Every block of every page runs as printed, in an empty project with the built wheel, or says why it is not run."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pages.blocks import PICTURES, ROOT, Block, blocks_of, pages
from tests.pages.project import Project
from tests.processes import served

RUN_ELSEWHERE = {"schemathesis.md": ROOT / "tests" / "examples" / "test_schemathesis_page.py"}
BLOCKS = {page: [block for block in blocks_of(page) if "not run" not in block.said] for page in pages()}
ANY_DATE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
SERVE = re.compile(r"^\s*mockenv serve(?P<flags>[^#\n]*)(#.*)?$", re.MULTILINE)
BY_KEY = {
    "jobs": ["--builtin-schema", "vendor.github-workflows"],
    "services": ["--builtin-schema", "vendor.compose-spec"],
    "runs": ["--builtin-schema", "vendor.github-actions"],
}
"""Which schema a YAML block is held to, by a member that only files of its kind have."""
SCENARIO = ["--schemafile", str(ROOT / "fixtures" / "scenario.schema.json")]


def with_blocks(*languages: str) -> list[Path]:
    chosen = [page for page in BLOCKS if page.name not in RUN_ELSEWHERE]
    return [page for page in chosen if any(block.language in languages for block in BLOCKS[page])]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def put_files(project: Project, page: Path) -> None:
    for block in BLOCKS[page]:
        if "file" in block.said:
            project.write(block.said["file"], block.text)


def keep_state(project: Project, name: str) -> None:
    """What a page that reads a state file takes for granted."""
    with served("--state", str(project.folder / name)) as server:
        server.end()


@pytest.mark.parametrize("page", with_blocks("python"), ids=name_of)
def test_the_python_of_a_page_is_one_file_that_runs(page: Path, project: Project) -> None:
    put_files(project, page)
    shown = [block for block in BLOCKS[page] if block.language == "python" and "file" not in block.said]
    for block in shown:
        if "with" in block.said:
            keep_state(project, block.said["with"])
    with served() as server:
        project = replace(project, url=server.url)
        whole = "\n\n".join(block.text for block in shown)
        script = str(project.write("test_page.py", whole))
        pytest_s = ["-m", "pytest", "-q"] if "def test_" in whole else []
        project.run([sys.executable, *pytest_s, script])


@pytest.mark.parametrize("page", with_blocks("sh"), ids=name_of)
def test_the_commands_of_a_page_run_one_after_the_other_and_answer_as_it_says(page: Path, project: Project) -> None:
    put_files(project, page)
    shown = BLOCKS[page]
    with served() as server:
        project = replace(project, url=server.url)
        for block, after in pairwise([*shown, Block(page, 0, "", "")]):
            if block.language != "sh":
                continue
            if "mockenv serve" in block.text and "--help" not in block.text:
                check_serves(block, project)
                continue
            said = project.run(["sh", "-ec", project.here(block.text)])
            if after.language == "json":
                answer = without_dates(json.loads(said.strip().splitlines()[-1]))
                assert answer == without_dates(json.loads(project.here(after.text))), after.where


def check_serves(block: Block, project: Project) -> None:
    """Each `mockenv serve` line is a server that starts with just those flags, and ends well."""
    found = list(SERVE.finditer(block.text))
    rest = SERVE.sub("", block.text).strip()
    assert found, block.where
    assert not rest, f"{block.where}: beside a server that runs on, nothing else is reached: {rest}"
    for one in found:
        words = [str(there) if (there := project.folder / word).exists() else word for word in shlex.split(one["flags"])]
        with served(*words) as server:
            assert server.end()[0] == 0, block.where


def without_dates(told: Any) -> Any:
    return json.loads(ANY_DATE.sub("<date>", json.dumps(told)))


def is_a_config(block: Block) -> bool:
    """The server that is started with it reads it."""
    return any(f"--config {block.said.get('file')}" in one.text for one in BLOCKS[block.page])


YAML = [one for page in BLOCKS for one in BLOCKS[page] if one.language in ("yaml", "yml") and not is_a_config(one)]


@pytest.mark.parametrize("block", YAML, ids=lambda one: one.where)
def test_yaml_of_a_page_is_what_its_schema_says(block: Block, project: Project) -> None:
    told = yaml.load(block.text, yaml.BaseLoader)
    schema = next((BY_KEY[key] for key in BY_KEY if key in told), SCENARIO)
    written = project.write(block.said.get("file", "block.yaml"), block.text)
    project.run([str(Path(sys.executable).parent / "check-jsonschema"), *schema, str(written)])


@pytest.mark.parametrize("page", with_blocks("json"), ids=name_of)
def test_json_of_a_page_can_be_read(page: Path) -> None:
    for block in BLOCKS[page]:
        if block.language == "json":
            assert json.loads(block.text), block.where


def test_every_block_is_run_or_says_why_not() -> None:
    run = {"python", "sh", "yaml", "json"}
    silent = [
        block.where
        for page, blocks in BLOCKS.items()
        for block in blocks
        if block.language not in run | PICTURES and "file" not in block.said and page.name not in RUN_ELSEWHERE
    ]
    assert not silent, f"these blocks are not run, and do not say why: {silent}"
    assert all(path.exists() for path in RUN_ELSEWHERE.values())


def test_a_file_that_a_page_shows_is_used_on_it() -> None:
    for page, blocks in BLOCKS.items():
        for block in blocks:
            if name := block.said.get("file"):
                assert any(name in other.text for other in blocks if other is not block), f"{page.name}: nobody uses {name}"
