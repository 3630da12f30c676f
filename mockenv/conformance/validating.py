"""Files that lie beside a provider, for `mockenv validate`: whose they are, and whether they are good. Plays and harvests nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockenv.bootstrap import make_services
from mockenv.conformance.suite import FILE, make_suite, suite_file
from mockenv.errors import BadInput, check_name
from mockenv.kernel.worlds.library import read_yaml
from mockenv.provider import Provider
from mockenv.recording import sorts
from mockenv.settings import Settings

SUITE, HARVEST = "suite", "harvest"


def check(path: Path) -> str | None:
    """Whether it is good: `suite` or `harvest`; None for what is neither. Raises BadInput, or Several."""
    content = read_yaml(path)
    what = _sort_of(path, content)
    if what is None:
        return None
    provider = _provider_of(path, content)
    told = {name: value for name, value in content.items() if name != "provider"}
    (make_suite if what == SUITE else sorts.make_sorts)(provider, told, str(path))
    return what


def _sort_of(path: Path, content: Mapping[str, Any]) -> str | None:
    """By the member that each must have, or by its name."""
    if "steps" in content or path.stem.startswith(FILE):
        return SUITE
    return HARVEST if "lists" in content or path.stem.startswith(sorts.FILE) else None


def _provider_of(path: Path, content: Mapping[str, Any]) -> Provider:
    """The one that it names, else that in whose folder it lies; the edition of whose document its file is called."""
    known = {one.name: one for one in make_services(Settings())}
    name = content.get("provider", path.resolve().parent.name)
    if "provider" not in content and name not in known:
        raise BadInput(str(path), "", f"does not say whose it is: `provider: NAME`, one of {', '.join(known)}")
    check_name(name, known, str(path), "provider")
    editions = [known[name], *known[name].editions]
    return next((one for one in editions if suite_file(one).name == path.name), editions[0])
