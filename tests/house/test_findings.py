"""The scripts in findings/ keep their form; they themselves run outside the suite, since they install what they show."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

FINDINGS = Path(__file__).parents[2] / "findings"
SCRIPTS = sorted(FINDINGS.glob("*.sh"))


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.stem)
def script(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_the_readme_names_every_script_and_no_other() -> None:
    assert re.findall(r"\]\(([\w.-]+\.sh)\)", (FINDINGS / "README.md").read_text()) == [path.name for path in SCRIPTS]


def test_a_script_says_first_which_version_does_what_and_what_was_seen(script: Path) -> None:
    head = script.read_text().partition("\nset -eu\n")[0]
    assert all(line.startswith("#") for line in head.splitlines())
    assert re.search(r"\d+\.\d+\.\d+", head)
    assert "\n# Seen" in head


def test_a_script_works_in_a_folder_that_is_gone_when_it_ends(script: Path) -> None:
    text = script.read_text()
    assert "work=$(mktemp -d)\n" in text
    assert all('rm -rf "$work"' in trap for trap in re.findall(r"^trap .* EXIT$", text, re.MULTILINE))


def test_a_script_pins_what_it_installs_and_leaves_mockenv_out(script: Path) -> None:
    text = script.read_text()
    installs = re.findall(r"(?:pip install|npm install)(.*)$", text, re.MULTILINE)
    packages = [word.strip("'") for line in installs for word in line.split() if not word.startswith("-") and word != "."]
    assert packages
    assert not [name for name in packages if not re.search(r"(==|.@)\d", name)]
    assert "mockenv" not in text


def test_a_script_is_good_shell(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
