"""Puts the pages into the wheel, and what a first start would work out of YAML otherwise: `mockenv/compiled.py` looks for it there."""

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


class Brought(BuildHookInterface):
    """The pages; and one file for each document's content, each document's operations, each fixture and each scenario; and Faker's nouns."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a checkout changes; it has the user's cache
            return
        build_data["force_include"].update(_pages())
        self._folder = Path(mkdtemp())
        for name, made in _compiled():
            (self._folder / name).write_bytes(made)
            build_data["force_include"][str(self._folder / name)] = f"mockenv/compiled/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            rmtree(self._folder)


def _pages() -> Iterator[tuple[str, str]]:
    """Without what draws them."""
    for path in sorted(ROOT.glob("docs/**/*")):
        within = path.relative_to(ROOT / "docs")
        if path.is_file() and path.suffix not in (".py", ".pyc") and within.parts[0] != "tables":
            yield str(path), f"mockenv/docs/{within}"


def _compiled() -> Iterator[tuple[str, bytes]]:
    sys.path.insert(0, str(ROOT))
    from mockenv import compiled
    from mockenv.contract import document
    from mockenv.kernel.values import nouns
    from mockenv.kernel.worlds import library

    yield compiled.name_of(nouns.source(), Path(nouns.__file__)), nouns.compile_nouns()
    for path in sorted(ROOT.glob("openapi/*.yaml")):
        raw = path.read_bytes()
        yield compiled.name_of(raw, Path(compiled.__file__)), compiled.compile_yaml(raw)
        yield compiled.name_of(raw, Path(document.__file__)), document.compile_operations(raw, path)
    for path in sorted(ROOT.glob("fixtures/**/*.yaml")):
        yield compiled.name_of(path.read_bytes(), Path(library.__file__)), library.compile_yaml(path)
