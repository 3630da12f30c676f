"""Whether the names that a question uses exist: one that does not would be answered `none` for ever; answers nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockenv.control.plane import ControlPlane
from mockenv.control.words import ACTIVE, CLASSES, GONE, NO_ANSWER
from mockenv.errors import BadInput, UnknownName, check_name
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.faults.rules import check_method, check_path


def check_request(match: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A description of requests, its method in capitals as it arrives. Raises BadInput for what no request can be."""
    provider, operation = match.get("provider"), match.get("operation")
    if provider is not None:
        check_name(provider, catalogue.operations, "", "provider")
    rooms = [operations for name, operations in catalogue.operations.items() if provider in (None, name)]
    if operation is not None:
        for name in operation.split(","):
            check_name(name, [id for room in rooms for id in room], "", "operation")
        _check_parameters(operation, match.get("query", {}), catalogue)
    if "path" in match:
        check_path(match["path"], catalogue, "", "path")
    if "status" in match:
        _check_status(str(match["status"]))
    return {**match, **({"method": check_method(match["method"], "", "method")} if "method" in match else {})}


def check_resource(plane: ControlPlane, resource: str) -> None:
    """Raises BadInput for what names no resource, or one of a kind that no provider has: it would be waited for for ever."""
    if resource.count("/") < 2:
        raise BadInput("", "resource", f"{resource!r} is not provider/kind/id, as in vector/environment/67890")
    provider, kind, _ = resource.split("/", 2)
    check_name(provider, plane.providers, "", "resource")
    check_name(f"{provider}/{kind}", kinds_of(plane, provider), "", "resource")


def check_status(plane: ControlPlane, resource: str, status: str) -> None:
    """Raises UnknownName for a resource or a status that there cannot be."""
    check_resource(plane, resource)
    check_name(status, (*statuses_of(plane, resource.rpartition("/")[0]), GONE), "", "status")


def check_scope(plane: ControlPlane, scope: str, step: str) -> None:
    """Which resources a hold is for: a provider, a kind or one resource, of those that have the step. Raises UnknownName."""
    table = plane.sandboxes.planner.catalogue.steps
    kinds = [f"{provider}/{kind}" for provider, room in table.items() for kind, steps in room.items() if step in steps]
    providers = [kind.partition("/")[0] for kind in kinds]
    check_name("/".join(scope.split("/", 2)[:2]), providers + kinds, "", "resource")


def check_kind(plane: ControlPlane, query: Mapping[str, str]) -> None:
    """A provider, a kind and a status of resources, as far as they are named. Raises UnknownName."""
    provider = query.get("provider")
    if provider is not None:
        check_name(provider, plane.providers, "", "provider")
    kinds = kinds_of(plane, provider)
    if "kind" in query:
        check_name(query["kind"], [kind.partition("/")[2] for kind in kinds], "", "kind")
        kinds = [kind for kind in kinds if kind.endswith(f"/{query['kind']}")]
    if "status" in query:
        check_name(query["status"], [status for kind in kinds for status in _shown_statuses(plane, kind)], "", "status")


def kinds_of(plane: ControlPlane, provider: str | None = None) -> list[str]:
    """`provider/kind` of all that can be seen."""
    rooms = [one for name, one in plane.providers.items() if provider in (None, name)]
    return [kind.name for one in rooms for kind in one.kinds if not kind.internal]


def _shown_statuses(plane: ControlPlane, kind: str) -> Iterable[str]:
    return plane.providers[kind.partition("/")[0]].statuses.get(kind, ())


def statuses_of(plane: ControlPlane, kind: str) -> tuple[str, ...]:
    """The statuses that resources of `provider/kind` have."""
    provider, name = kind.split("/")[:2]
    return tuple(plane.providers[provider].statuses.get(f"{provider}/{name}", (ACTIVE,)))


def _check_parameters(operation: str, query: Mapping[str, Any], catalogue: Catalogue) -> None:
    known = catalogue.parameters.get(operation)
    for name in query if known is not None else ():
        if name.partition("[")[0] not in {one.partition("[")[0] for one in known or ()}:
            raise UnknownName("", f"query.{name}", name, known or ())


def _check_status(status: str) -> None:
    if not (status.isascii() and status.isdigit() and (status == NO_ANSWER or 100 <= int(status) <= 599)):
        check_name(status, (*CLASSES, NO_ANSWER), "", "status")
