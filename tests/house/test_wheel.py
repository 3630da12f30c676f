"""What is installed is what was tested: the wheel holds the documents and the fixtures, and serves from them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from mockenv.bootstrap import fixtures_folder, openapi_folder
from tests.processes import PATIENCE, ROOT, environment

CODE = """
import mockenv, sys
from mockenv.bootstrap import build, fixtures_folder, openapi_folder
from mockenv.settings import Settings
inside = mockenv.__file__.rsplit("/", 1)[0]
assert str(openapi_folder()).startswith(inside) and str(fixtures_folder()).startswith(inside), openapi_folder()
for fixture in ("docs", "empty"):
    build(Settings(fixture=fixture)).close()
server = build(Settings(scenario="contract"))
assert all(document.content for document in server.dispatcher._own._plane.shelf.documents.values())
assert "yaml" not in sys.modules, "what the wheel brings in JSON was read as YAML"
print(inside)
"""
LATER = """
assert "marshmallow" not in sys.modules, "sections of a fixture were checked again that had been found good before"
"""


def test_the_wheel_holds_every_document_and_fixture_and_the_typing_marker(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    for folder in (openapi_folder(), fixtures_folder()):
        for path in folder.rglob("*.*"):
            assert f"mockenv/{path.relative_to(folder.parent)}" in names
    assert "mockenv/py.typed" in names
    assert {f"mockenv/docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= names
    assert not [name for name in names if name.startswith("mockenv/docs/") and name.endswith(".py")]
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/")) or "__pycache__" in name]


def test_the_wheel_serves_from_what_it_holds(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    environ = environment({"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")})
    for code in (CODE, CODE + LATER):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=environ, timeout=PATIENCE
        )
        assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "mockenv")), done.stderr


def test_the_images_build_is_handed_all_that_the_wheel_is_built_from(wheel: Path, tmp_path: Path) -> None:
    stage = (ROOT / "Dockerfile").read_text().partition("\nFROM ")[2].partition("\nFROM ")[0]
    handed = [name for line in re.findall(r"^COPY (.+) \S+$", stage, re.MULTILINE) for name in line.split()]
    allowed = (ROOT / ".dockerignore").read_text()
    for name in handed:
        assert f"!{name}\n" in allowed, f".dockerignore keeps {name} out"
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(tmp_path)]
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    names = [set(ZipFile(path).namelist()) for path in (wheel, *(tmp_path / "dist").glob("*.whl"))]
    assert names[0] == names[1]
