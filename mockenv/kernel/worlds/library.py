"""Fixtures and scenarios: found by name or file, read safely; knows their frame, not what providers put in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml

from mockenv.errors import BadInput, check_name

MAX_BYTES = 1 << 20
FOLDERS = {"fixture": "", "scenario": "scenarios"}

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]  # the same interface, slower


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
        path = self._files.get((what, name))
        if path is None:
            check_name(name, self.names(what), "", what)
            path = self._folder / FOLDERS[what] / f"{name}.yaml"
        return {"_where": str(path), **read_yaml(path)}


def read_yaml(path: Path, most: int = MAX_BYTES) -> dict[str, Any]:
    """A mapping from a YAML (or JSON) file of at most so many bytes. Raises BadInput that names the file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(str(path), "", f"cannot be read ({error.strerror})") from None
    if len(raw) > most:
        raise BadInput(str(path), "", f"is larger than {most} bytes")
    try:
        content = _load(raw)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise BadInput(f"{path}{place}", "", f"is not YAML ({problem})") from None
    if not isinstance(content, dict):
        raise BadInput(str(path), "", "is not a mapping")
    try:
        orjson.dumps(content)
    except TypeError as error:  # sets, keys that are no text, numbers without end: YAML has more than JSON
        raise BadInput(str(path), "", f"holds what JSON cannot: {error}") from None
    return content


def read_nodes(path: Path) -> yaml.Node | None:
    """What stands where in a file that `read_yaml` has read before; None where it cannot be read any more."""
    try:
        return yaml.compose(path.read_bytes(), Loader=_Loader)
    except (OSError, yaml.YAMLError, ValueError):
        return None


class _Loader(SafeLoader):
    """Dates stay the text that was written, and no key hides another."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):  # JSON has no others
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
}


def _load(raw: bytes) -> Any:
    """Aliases make bombs out of small files, and a fixture needs none. (The C loader composes past any override, hence events.)"""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(raw, Loader=_Loader)):
        raise yaml.YAMLError("aliases are not allowed here")
    return yaml.load(raw, _Loader)  # noqa: S506  # a SafeLoader, and stricter
