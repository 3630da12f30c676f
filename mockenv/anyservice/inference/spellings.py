"""Paths that say `things` and `things/{thing}` otherwise (`things/create`, `thing/{id}`), brought to those two; decides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockenv.anyservice.inference.bodies import Bodies
from mockenv.anyservice.inference.places import HOLE, Endpoint, Map, Place
from mockenv.anyservice.words import kebab, singular

MAKE = ("create", "new", "add", "register")
LIST = ("list", "json", "all", "index", "search")
READ = ("json", "get", "show", "details", "detail", "inspect", "info", "one")
DELETE = ("delete", "destroy", "remove")
"""What designers who name each operation call the four that HTTP has methods for."""

Move = Callable[[Endpoint], Endpoint]


def spelled_alike(found: Map, bodies: Bodies) -> Map:
    """The same operations, each at the place where it would be if all paths were spelled one way."""
    for rule in (_scopes_first, _one_word, _words_for_methods):
        found = _moved(found, rule(found, bodies))
    return found


def _moved(found: Map, move: Move) -> Map:
    """A place that is taken stays with what was there: nothing is put over another."""
    moved = Map(found.base)
    waiting = [(end, move(end)) for methods in found.at.values() for end in methods.values()]
    for end, after in sorted(waiting, key=lambda pair: pair[0] is not pair[1]):
        free = after if after.method not in moved.at.get(after.place, {}) else end
        moved.at.setdefault(free.place, {})[free.method] = free
    order = {end.operation.id: at for at, (end, _) in enumerate(waiting)}
    moved.at = dict(sorted(moved.at.items(), key=lambda pair: min(order[one.operation.id] for one in pair[1].values())))
    return moved


def _scopes_first(found: Map, bodies: Bodies) -> Move:
    """`/workflows/{namespace}` that lists, with `/workflows/{namespace}/{name}` below it, is `/{namespace}/workflows/{name}`."""
    holding = {place for place, methods in found.at.items() if _holds(found, place, methods, bodies)}

    def move(end: Endpoint) -> Endpoint:
        for at in range(2, len(end.place) + 1):
            if end.place[:at] in holding:
                return replace(end, place=(*end.place[: at - 2], HOLE, end.place[at - 2], *end.place[at:]))
        return end

    return move


def _holds(found: Map, place: Place, methods: Mapping[str, Endpoint], bodies: Bodies) -> bool:
    if len(place) < 2 or place[-1] != HOLE or place[-2] == HOLE or (*place, HOLE) not in found.at:
        return False
    if methods.keys() & {"PUT", "PATCH"} or not methods.keys() & {"GET", "POST"}:
        return False
    get = methods.get("GET")
    return get is None or bodies.several(get.reply, place[-2]) is not None


def _one_word(found: Map, bodies: Bodies) -> Move:
    """`/jobs` that has no `/jobs/{id}` is where `/job/{id}` is one of."""
    alone = {place for place in found.at if place and place[-1] != HOLE and (*place, HOLE) not in found.at}
    named: dict[Place, Place] = {}
    for place in alone:
        single = (*place[:-1], singular(place[-1]))
        if (
            kebab(place[-1]) != single[-1]
            and (*single, HOLE) in found.at
            and not found.at[place].keys() & found.at.get(single, {}).keys()
        ):
            named[place] = single

    def move(end: Endpoint) -> Endpoint:
        return replace(end, place=named[end.place]) if end.place in named else end

    return move


def _words_for_methods(found: Map, bodies: Bodies) -> Move:
    """`POST /things/create`, `GET /things/json`, `GET /things/{id}/json`, `POST /things/{id}/delete` are what their last words say."""

    def move(end: Endpoint) -> Endpoint:
        *before, last = end.place or ("",)
        place = tuple(before)
        methods = found.at.get(place, {})
        if len(place) < 1 or last == HOLE:
            return end
        if place[-1] == HOLE:
            if (
                end.method == "GET"
                and last in READ
                and "GET" not in methods
                and methods.keys() & {"DELETE", "PUT", "PATCH", "POST"}
            ):
                return replace(end, place=place)
            if end.method == "POST" and last in DELETE and "DELETE" not in methods:
                return replace(end, place=place, method="DELETE")
        elif (*place, HOLE) in found.at or any(one[: len(place) + 1] == (*place, HOLE) for one in found.at):
            if end.method == "POST" and last in MAKE and "POST" not in methods:
                return replace(end, place=place)
            if end.method == "GET" and last in LIST and "GET" not in methods and bodies.several(end.reply, place[-1]):
                return replace(end, place=place)
        return end

    return move
