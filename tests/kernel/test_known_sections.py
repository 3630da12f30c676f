"""A fixture's sections that were found good once: they are not checked again, and nothing stale is ever taken for them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from mockenv import compiled
from mockenv.errors import BadInput
from mockenv.kernel.worlds.fixture import known_section, new_section
from mockenv.providers.vector import Service
from tests.processes import ROOT, environment

SITE = {"id": 1, "partner_customer_id": "x"}
START = "import sys; from mockenv.bootstrap import build; from mockenv.settings import Settings; build(Settings(fixture=sys.argv[1])).close()"


@pytest.fixture
def vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    from mockenv.bootstrap import document_of

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Service(document_of(Service))


def test_a_section_is_the_same_whether_it_was_known_or_not(vector: Service) -> None:
    section = {"sites": [SITE]}
    first, again = known_section(vector, section, "x"), known_section(vector, section, "x")
    assert first == again == new_section(vector, section, "x")


def test_what_was_found_bad_is_checked_and_told_again(vector: Service) -> None:
    for where in ("one.yaml", "two.yaml"):
        with pytest.raises(BadInput, match=rf"{where}: sites.0.id"):
            known_section(vector, {"sites": [{**SITE, "id": "1"}]}, where)


def test_another_schema_reads_anew(vector: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    section = {"sites": [SITE]}
    known_section(vector, section, "x")
    (tmp_path / "records.py").write_text("another")
    monkeypatch.setattr(vector, "_folder", tmp_path)
    (tmp_path / "model.py").write_text("another")
    monkeypatch.setattr(vector, "world", lambda: None)
    assert known_section(vector, section, "x") == section


@pytest.mark.parametrize("path", sorted((ROOT / "mockenv" / "providers").glob("*/records.py")), ids=lambda path: path.parent.name)
def test_what_a_schema_says_depends_on_nothing_of_ours_but_its_model(path: Path) -> None:
    model = f"mockenv.providers.{path.parent.name}.model"
    taken = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    assert {node.module for node in taken if str(node.module).startswith("mockenv")} <= {model}
    begins = {name.id for node in ast.parse(path.with_name("model.py").read_text()).body for name in _assigned(node)}
    used = {alias.name for node in taken if node.module == model for alias in node.names}
    assert used <= begins


def _assigned(node: ast.stmt) -> list[ast.Name]:
    """The names that a statement gives a value to."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target for target in targets if isinstance(target, ast.Name)]


def test_nobody_else_may_read_what_is_kept(tmp_path: Path) -> None:
    compiled.keep(tmp_path / "kept.json", b"{}")
    assert (tmp_path / "kept.json").stat().st_mode & 0o077 == 0


def test_a_second_start_imports_no_schemas(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    file.write_bytes(orjson.dumps({"vector": {"sites": [SITE]}}))
    environ = environment({"XDG_CACHE_HOME": str(tmp_path / "cache")})
    for code in (START, f"{START}; assert 'marshmallow' not in sys.modules"):
        subprocess.run([sys.executable, "-c", code, str(file)], check=True, cwd=ROOT, env=environ)
