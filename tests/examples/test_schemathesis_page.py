"""The commands of docs/schemathesis.md, as they stand there: what the page says passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockenv.cli.schemathesis import GRAPHQL
from mockenv.providers import discover
from tests.processes import environment, served

PAGE = (Path(__file__).parents[2] / "docs" / "schemathesis.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
QUICK = "--max-examples 1 --phases examples,fuzzing"
"""The page's runs take minutes; all phases are tests/contract's affair."""


def test_the_first_block_finds_nothing(tmp_path: Path) -> None:
    block = re.sub(r"^pip install .*\n", "", BLOCKS[0]).strip()
    assert block == "mockenv contract vector"
    environ = environment({"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"})
    done = subprocess.run(
        ["sh", "-ec", f"{block} {QUICK}"], env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout


def test_every_document_there_is_can_be_asked_for() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE.partition("## By hand")[0])) | {"vector"}
    assert {*(one.name for one in discover()), "control", GRAPHQL} <= named


def test_the_second_block_prints_the_line_that_the_page_shows() -> None:
    flags = BLOCKS[1].removeprefix("mockenv serve").split()
    with served(*flags) as server:
        assert server.process.stderr is not None
        lines = [server.process.stderr.readline() for _ in range(5)]
    shown = next(line for line in PAGE.splitlines() if line.strip().startswith("schemathesis run"))
    form = re.escape(shown.strip()).replace("6368", r"\d+").replace("…", r"\w+")
    assert any(re.fullmatch(form, line.strip()) for line in lines), lines


@pytest.mark.parametrize("finding", ["ST202", "ST401"])
def test_the_sorts_of_findings_that_are_spoken_of_are_schemathesis_own(finding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "explain", finding], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
