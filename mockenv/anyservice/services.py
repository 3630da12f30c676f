"""The services that a server was asked to serve from documents: ready, and what is to be said about them told."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from mockenv.anyservice.learn import learn_all
from mockenv.provider import Provider

log = logging.getLogger("mockenv.anyservice")


def services_of(documents: Sequence[str], models: Sequence[str], built_in: Sequence[Provider]) -> list[Provider]:
    """One for each document. Raises BadInput, CannotStart."""
    learned = learn_all(documents, models, [*(one.name for one in built_in), "control"])
    for one in learned:
        for remark in one.remarks:
            log.warning("%s: %s", one.document.name, remark)
    services = [one.provider()(one.document) for one in learned]
    for service in services:
        _tell_of_shadows(service, built_in)
    return [*services]


def _tell_of_shadows(service: Provider, built_in: Sequence[Provider]) -> None:
    """Where two own a path, the one that somebody asked for by name has it."""
    shadowed = [one.name for one in built_in if _owns_any(service.prefixes, one.prefixes)]
    if shadowed:
        paths = ", ".join(service.prefixes)
        log.warning("%s has paths of %s: what begins with %s is answered by it", service.name, ", ".join(shadowed), paths)


def _owns_any(mine: Sequence[str], others: Sequence[str]) -> bool:
    return any(f"{other}/".startswith(f"{prefix.rstrip('/')}/") for prefix in mine for other in others)
