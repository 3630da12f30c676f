"""The commands of docs/schemathesis.md, as they stand there, on a sandbox: what the page says passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockenv.client import Mockenv, Sandbox
from tests.contract.fuzzing import PINNED

PAGE = Path(__file__).parents[2] / "docs" / "schemathesis.md"
BLOCKS = [block for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) if "schemathesis run" in block]
QUICK = {
    "[generation]\n": "[generation]\nmax-examples = 1\n",
    "[phases.stateful]\n": "[phases]\ncoverage = { enabled = false }\n[phases.stateful]\nenabled = false\n",
}
"""The page's runs take minutes; links and coverage are tests/contract's affair."""


@pytest.fixture
def world(strict_server: Mockenv) -> Iterator[Sandbox]:
    with strict_server.sandbox(clock="auto", seed=1) as sandbox:
        yield sandbox


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: re.findall(r"6368/(\S+)", block)[0])
def test_a_command_of_the_page_passes(world: Sandbox, tmp_path: Path, block: str) -> None:
    config = "[generation]\n[phases.stateful]\n" if "--exclude-checks" in block else PINNED.read_text()
    for heading, quicker in QUICK.items():
        config = config.replace(heading, quicker)
    (tmp_path / "schemathesis.toml").write_text(config)
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "MOCKENV_URL": world.server.url,
    }
    script = block.replace("http://127.0.0.1:6368", world.url).replace("mockenv env", f"mockenv env --sandbox {world.name}")
    done = subprocess.run(
        ["sh", "-ec", script], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
