"""YAML 1.1 as the authors of documents mean it; imported only where nobody has read the file before."""

from __future__ import annotations

from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]  # the same interface, slower

FAILURES = (yaml.YAMLError,)


class _Loader(SafeLoader):
    """An equals sign alone is a text, which is all that PyYAML cannot make of it."""


_Loader.yaml_constructors = {**SafeLoader.yaml_constructors, "tag:yaml.org,2002:value": SafeLoader.construct_yaml_str}


def load(raw: bytes) -> Any:
    """Raises one of FAILURES."""
    return yaml.load(raw, _Loader)  # noqa: S506  # a SafeLoader
