"""What somebody else does to resources, behind the clients' backs: changed, made and taken away, told of or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mockenv.control.names import check_resource
from mockenv.control.operations.evidence import show_resource
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.control.words import GONE
from mockenv.errors import BadInput, check_name
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import COUNTER, Work
from mockenv.provider import Call, Provider, Refused, Reply
from mockenv.store.base import Document

SILENT, LIKE = "silent", "like"
SORTS: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


def patch_resource(call: Call, plane: ControlPlane) -> Reply:
    """Any members that the document has. A status that is forced cancels what was planned."""
    kind, id, provider = _named(call, plane)
    told = dict(call.body())
    silent = told.pop(SILENT, False)
    _check_status(told, provider, kind)
    with _drifting(call, plane, silent) as work:
        document = _require(work, kind, id)
        changed = _with(document, told, id)
        if "status" in told:
            agenda.cancel(work, f"{kind}/{id}")
        work.put(kind, id, changed)
        provider.tell(work, kind, id, "updated", changed, document)
        return Reply(200, show_resource(work, plane, kind, id, changed))


def put_resource(call: Call, plane: ControlPlane) -> Reply:
    """One more of a kind: like another one (the first, if nobody says which) but for what is told."""
    kind, id, provider = _named(call, plane)
    told = dict(call.body())
    silent, like = told.pop(SILENT, False), told.pop(LIKE, None)
    _check_status(told, provider, kind)
    with _drifting(call, plane, silent) as work:
        if work.get(kind, id) is not None:
            raise Refused(problem(409, f"{kind}/{id} is there already; PATCH changes it."))
        model = like or next(iter(work.ids(kind)), None)
        if model is None:
            raise Refused(problem(409, f"There is no {kind} in this sandbox that {id!r} could be like."))
        made = _with(_renamed(_require(work, kind, model), model, id), told, id)
        work.put(kind, id, made)
        _count(work, kind, id)
        provider.tell(work, kind, id, "created", made)
        return Reply(201, show_resource(work, plane, kind, id, made))


def delete_resource(call: Call, plane: ControlPlane) -> Reply:
    """With all that belongs to it, at once."""
    kind, id, provider = _named(call, plane)
    with _drifting(call, plane, call.query().get(SILENT, False)) as work:
        document = _require(work, kind, id)
        provider.take_away(work, kind, id, document)
        return Reply(200, {**show_resource(work, plane, kind, id, document), "status": GONE})


def _named(call: Call, plane: ControlPlane) -> tuple[str, str, Provider]:
    kind, id = f"{call.params['provider']}/{call.params['kind']}", call.params["id"]
    check_resource(plane, f"{kind}/{id}")
    return kind, id, plane.providers[call.params["provider"]]


def _check_status(told: Document, provider: Provider, kind: str) -> None:
    if "status" in told:
        check_name(told["status"], provider.statuses.get(kind, ()), "", "status")


@contextmanager
def _drifting(call: Call, plane: ControlPlane, silent: bool) -> Iterator[Work]:
    """A unit of work in the sandbox that the call names, once all that is due there has happened."""
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    sandbox.settle()
    with sandbox.unit() as work:
        work.is_silent = silent
        yield work


def _require(work: Work, kind: str, id: str) -> Document:
    document = work.get(kind, id)
    if document is None:
        raise Refused(problem(404, f"There is no {kind}/{id} in this sandbox; its status is {GONE!r}."))
    return document


def _with(document: Document, told: Document, id: str) -> Document:
    """Changed as told. Raises BadInput for a member that it does not have, a value of another sort, and another name."""
    for name, value in told.items():
        check_name(name, document, "", name)
        if str(document[name]) == id and value != document[name]:
            raise BadInput("", name, f"is what the resource is found by: {id}")
        if not _is_of_its_sort(document[name], value):
            raise BadInput("", name, f"{value!r} is not {SORTS[type(document[name])]}")
    return {**document, **told}


def _is_of_its_sort(before: Any, value: Any) -> bool:
    return before is None or value is None or SORTS[type(before)] == SORTS[type(value)]


def _renamed(model: Document, before: str, id: str) -> Document:
    """Wherever the model's own name stands, the new one, a number where that was one. Raises BadInput."""
    named = {name: value for name, value in model.items() if str(value) == before}
    if any(isinstance(value, int) for value in named.values()) and not id.isdecimal():
        raise BadInput("", "id", f"{id!r} is not a number, as others of its kind have")
    return {**model, **{name: int(id) if isinstance(value, int) else id for name, value in named.items()}}


def _count(work: Work, kind: str, id: str) -> None:
    """The service's own numbers go on behind it."""
    counter = work.get(COUNTER, kind)
    if counter and id.isdecimal():
        work.put(COUNTER, kind, {"next": max(counter["next"], int(id) + 1)})
