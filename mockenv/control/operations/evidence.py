"""What happened and what there is: events and resources, across providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockenv.control.names import check_kind, check_resource, kinds_of
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.control.words import ACTIVE, GONE
from mockenv.errors import check_name
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.events.event import EVENT
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_short
from mockenv.kernel.worlds.settle import Fired
from mockenv.provider import Call, Refused, Reply
from mockenv.store.base import Document


def list_events(call: Call, plane: ControlPlane) -> Reply:
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), call.query()
    sandbox.settle()
    after, limit = query.get("after", 0), query.get("limit", 1000)
    if "type" in query:
        check_name(query["type"], [name for names in sandbox.part(Catalogue).events.values() for name in names], "", "type")
    if "resource" in query:
        check_resource(plane, query["resource"])
    with sandbox.unit() as work:
        found = [one for one in work.find(EVENT) if one["id"] > after and _is_wanted(one, query)][:limit]
        lacks = {"dropped": work.forgotten(EVENT, "id"), "missing": work.forgotten(EVENT, "id", after)}
    events = [show_event(event) for event in found]
    return Reply(200, {"events": events, "next": events[-1]["id"] if events else after, **lacks})


def list_fired(call: Call, plane: ControlPlane) -> Reply:
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), call.query()
    sandbox.settle()
    after, ring = query.get("after", 0), sandbox.fired
    found = ring.after(after)
    if "resource" in query:
        check_resource(plane, query["resource"])
        found = [pair for pair in found if pair[1].resource == query["resource"]]
    shown = found[: query.get("limit", 1000)]
    lacks = {"dropped": ring.dropped, "missing": max(0, ring.dropped - after)}
    return Reply(200, {"fired": [show_fired(*pair) for pair in shown], "next": shown[-1][0] if shown else after, **lacks})


def list_resources(call: Call, plane: ControlPlane) -> Reply:
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), dict(call.query())
    most, with_documents = query.pop("limit", None), query.pop("documents", True)
    check_kind(plane, query)
    sandbox.settle()
    with sandbox.unit() as work:
        found = list(resources_of(work, plane, most))
        counts = [work.count(kind) for kind in kinds_of(plane)] if most else []
    wanted = [one for one in found if all(one[name] == value for name, value in query.items())]
    shown = wanted if with_documents else [_without_document(one) for one in wanted]
    return Reply(200, {"resources": shown, "left_out": sum(max(0, count - (most or 0)) for count in counts)})


def get_resource(call: Call, plane: ControlPlane) -> Reply:
    sandbox, id = plane.sandboxes.get(call.params["sandbox"]), call.params["id"]
    kind = f"{call.params['provider']}/{call.params['kind']}"
    check_resource(plane, f"{kind}/{id}")
    sandbox.settle()
    with sandbox.unit() as work:
        document = work.get(kind, id)
        if document is None:
            raise Refused(problem(404, f"There is no {kind}/{id} in this sandbox."))
        return Reply(200, show_resource(work, plane, kind, id, document))


def resources_of(work: Work, plane: ControlPlane, most: int | None = None) -> Iterator[dict[str, Any]]:
    """Every resource of every provider, or of each kind the newest so many: by kind, in order of making."""
    for provider in plane.providers.values():
        for kind in provider.kinds:
            if kind.internal:
                continue
            ids = work.ids(kind.name)
            for id in ids[-most:] if most else ids:
                document = work.get(kind.name, id)
                if document is not None:
                    yield show_resource(work, plane, kind.name, id, document)


def show_resource(work: Work, plane: ControlPlane, kind: str, id: str, document: Document) -> dict[str, Any]:
    provider, short = kind.split("/", 1)
    line = {"name": f"{kind}/{id}", "provider": provider, "kind": short, "id": id}
    return {**line, "label": label_of(document), "status": document.get("status"), "document": document}


def label_of(document: Document | None) -> str | None:
    """What people call it, where it has a name."""
    name = (document or {}).get("name")
    return name if isinstance(name, str) else None


def show_event(event: Document) -> dict[str, Any]:
    return {**event, "at": iso_short(event["at"])}


def show_fired(number: int, fired: Fired) -> dict[str, Any]:
    shown = {**fired._asdict(), "begun": iso_short(fired.begun), "at": iso_short(fired.at)}
    return {"number": number, **shown}


def _without_document(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != "document"}


def status_of(work: Work, plane: ControlPlane, resource: str) -> str:
    """A resource's status; `gone` where it does not exist, `active` where its kind has no statuses."""
    provider, kind, id = resource.split("/", 2)
    document = work.get(f"{provider}/{kind}", id)
    return GONE if document is None else str(document.get("status", ACTIVE))


def _is_wanted(event: Document, query: dict[str, Any]) -> bool:
    return all(event[name] == query[name] for name in ("type", "resource") if name in query)
