"""YAML from anybody, read safely and strictly: as JSON would have it, no key twice, no aliases; knows no fixture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FAILURES = (yaml.YAMLError, ValueError, RecursionError)
"""What `load` raises."""

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]  # the same interface, slower


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


def load(raw: bytes) -> Any:
    """Aliases make bombs out of small files, and a fixture needs none. (The C loader composes past any override, hence events.)"""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(raw, Loader=_Loader)):
        raise yaml.YAMLError("aliases are not allowed here")
    return yaml.load(raw, _Loader)  # noqa: S506  # a SafeLoader, and stricter


def read_nodes(path: Path) -> yaml.Node | None:
    """What stands where in a file that was read before; None where it cannot be read any more."""
    try:
        return yaml.compose(path.read_bytes(), Loader=_Loader)
    except (OSError, yaml.YAMLError, ValueError):
        return None
