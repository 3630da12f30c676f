"""The paths of a document as a tree of places, and what is at each; decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from mockenv.anyservice.inference.bodies import body_of, success_of
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.words import POLLED, flat, is_action, kebab, parts
from mockenv.contract.document import Document, Operation

PARAMETER = re.compile(r"\{([^{}]+)\}")
HOLE = "{}"
Place = tuple[str, ...]
"""The segments of a path, its parameters without their names: `/sites/{id}` and `/sites/{site}` are one place."""


@dataclass
class Endpoint:
    """One operation and where it is."""

    operation: Operation
    place: Place
    names: tuple[str, ...]
    """The names of its parameters, one for each hole."""
    status: int
    reply: Node | None
    body: Node | None
    method: str
    """What it amounts to: its own method, or the one that its path says in a word."""


@dataclass
class Map:
    """All places of a document."""

    base: str
    at: dict[Place, dict[str, Endpoint]] = field(default_factory=dict)


def chart(document: Document, base: str) -> Map:
    """Every operation at its place."""
    found = Map(base)
    for operation in document.operations.values():
        path = operation.path.removeprefix(base) if base and operation.path.startswith(f"{base}/") else operation.path
        place = tuple(HOLE if PARAMETER.fullmatch(part) else part for part in path.split("/") if part)
        names = tuple(name for part in path.split("/") for name in PARAMETER.findall(part) if PARAMETER.fullmatch(part))
        preferred = (201, 202, 200) if operation.method == "POST" else (*polled_in(operation), 200)
        status, reply = success_of(document, operation, preferred=preferred)
        endpoint = Endpoint(operation, place, names, status, reply, body_of(document, operation), operation.method)
        found.at.setdefault(place, {})[operation.method] = endpoint
    return found


def polled_in(operation: Operation) -> tuple[int, ...]:
    """The statuses that come with a header where an operation is to be found: what is accepted comes before what is done."""
    if operation.method == "PUT":  # it says itself whether it has made something
        return ()
    return tuple(
        int(key) for key in operation.responses if key.startswith("2") and key.isdigit() and polling_header(operation, key)
    )


def polling_header(operation: Operation, status: str) -> str:
    """The header of a reply that says where an operation is; empty where none does."""
    return next((name for name in operation.responses[status].get("headers") or {} if flat(name) in POLLED), "")


def is_item(place: Place) -> bool:
    """Whether a place is that of one thing among others."""
    return bool(place) and place[-1] == HOLE


def collection_of(place: Place) -> Place:
    """Where the thing at this place is one of: the path without the parameters at its end."""
    while place and place[-1] == HOLE:
        place = place[:-1]
    return place


def word_of(place: Place) -> str:
    """The last word of a path: what a thing there is called."""
    return next((part for part in reversed(place) if part != HOLE), "")


def holes(place: Place) -> int:
    return place.count(HOLE)


def owners(place: Place) -> Iterable[tuple[int, Place]]:
    """Each parameter of a path but the last segment's: its number, and the place of what it names."""
    number = 0
    for at, part in enumerate(place):
        if part == HOLE:
            if at < len(place) - 1:
                yield number, place[: at + 1]
            number += 1


def base_of(document: Document) -> str:
    """What all paths begin with that names nothing: `/api/v2`, say."""
    paths = [[part for part in one.path.split("/") if part] for one in document.operations.values()]
    base: list[str] = []
    for column in zip(*paths, strict=False):
        word = column[0]
        if len(set(column)) > 1 or word.startswith("{") or not _is_technical(word):
            break
        base.append(word)
    return "".join(f"/{part}" for part in base)


def _is_technical(word: str) -> bool:
    return bool(re.fullmatch(r"v\d+(\.\d+)*([a-z]+\d*)?|api|apis|rest|public|platform|cloud|\d{4}-\d\d-\d\d", word.lower()))


def scope_word(name: str) -> str:
    """What a parameter names: `projectId`, `project_slug`, `project` → project."""
    told = list(parts(name))
    while len(told) > 1 and told[-1] in ("id", "uuid", "uid", "slug", "name", "key", "ref", "identifier", "number", "or"):
        told.pop()
    return kebab("-".join(told))


def is_verb(place: Place) -> bool:
    return is_action(word_of(place))
