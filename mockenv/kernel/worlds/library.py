"""Fixtures and scenarios: found by name or file; knows their frame, not what providers put in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from mockenv.compiled import kept
from mockenv.errors import BadInput, check_name

MAX_BYTES = 1 << 20
FOLDERS = {"fixture": "", "scenario": "scenarios"}


class Library:
    """The shipped folder of fixtures, and files that the command line named; never a path out of a request."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[tuple[str, str], Path] = {}
        self._read: dict[tuple[str, str], Mapping[str, Any]] = {}

    def allow_file(self, what: str, name_or_file: str) -> str:
        """For the command line only: a file outside the folder gets the name under which it is then known."""
        path = Path(name_or_file)
        if path.suffix in (".yaml", ".yml", ".json") or (path.exists() and path.is_file()):
            self._files[what, name_or_file] = path
        return name_or_file

    def names(self, what: str) -> list[str]:
        return sorted(path.stem for path in (self._folder / FOLDERS[what]).glob("*.yaml"))

    def find(self, what: str, name: Any) -> Mapping[str, Any]:
        """By name, or an inline object. Raises BadInput."""
        if isinstance(name, Mapping):
            return {"_where": f"inline {what}", **name}
        if (what, name) not in self._read:
            self._read[what, name] = self._open(what, str(name))
        return self._read[what, name]

    def _open(self, what: str, name: str) -> Mapping[str, Any]:
        if path := self._files.get((what, name)):
            return {"_where": str(path), **read_yaml(path)}
        check_name(name, self.names(what), "", what)
        path = self._folder / FOLDERS[what] / f"{name}.yaml"
        return {"_where": str(path), **kept(path.read_bytes(), Path(__file__), lambda: compile_yaml(path))}


def compile_yaml(path: Path) -> bytes:
    """What `read_yaml` reads, as JSON. Raises BadInput."""
    return orjson.dumps(read_yaml(path))


def read_yaml(path: Path, most: int = MAX_BYTES) -> dict[str, Any]:
    """A mapping from a YAML (or JSON) file of at most so many bytes. Raises BadInput that names the file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(str(path), "", f"cannot be read ({error.strerror})") from None
    if len(raw) > most:
        raise BadInput(str(path), "", f"is larger than {most} bytes")
    content = _load(raw, path)
    if not isinstance(content, dict):
        raise BadInput(str(path), "", "is not a mapping")
    try:
        orjson.dumps(content)
    except TypeError as error:  # sets, keys that are no text, numbers without end: YAML has more than JSON
        raise BadInput(str(path), "", f"holds what JSON cannot: {error}") from None
    return content


def _load(raw: bytes, path: Path) -> Any:
    from mockenv.kernel.worlds import safeyaml  # YAML is slow to import, too, and what is shipped has been read before

    try:
        return safeyaml.load(raw)
    except safeyaml.FAILURES as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise BadInput(f"{path}{place}", "", f"is not YAML ({problem})") from None
