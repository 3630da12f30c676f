"""Operations that are called by name (`apis.getApi`), each at the place where a path would have it; decides nothing else."""

from __future__ import annotations

from dataclasses import replace

from mockenv.anyservice.inference.places import HOLE, Endpoint, Map
from mockenv.anyservice.reading.views import Views
from mockenv.anyservice.words import flat, kebab, parts, singular

MAKE = ("create", "add", "new", "register")
LIST = ("list", "all")
READ = ("get", "one", "read", "show", "retrieve", "find", "describe", "info")
CHANGE = ("update", "edit", "change", "modify", "patch")
DELETE = ("delete", "remove", "destroy")
KEYS = ("id", "uuid", "slug", "name", "key", "")


def at_their_places(found: Map, views: Views) -> Map:
    """The same operations; one that is called by name is where `things`, `things/{key}` or `things/{key}/verb` would be."""
    placed = Map(found.base)
    for methods in found.at.values():
        for end in methods.values():
            after = _placed(end, views)
            free = after if after.method not in placed.at.get(after.place, {}) else end
            placed.at.setdefault(free.place, {})[free.method] = free
    return placed


def _placed(end: Endpoint, views: Views) -> Endpoint:
    *before, last = end.place or ("",)
    noun, dot, verb = last.rpartition(".")
    if not dot or HOLE in end.place or not parts(noun) or not parts(verb):
        return end
    place = (*before, kebab(noun))
    first, *rest = parts(verb)
    is_its_own = not rest or bool({singular("-".join(rest)), "-".join(rest)} & _ones(noun))
    if is_its_own and first in MAKE:
        return replace(end, place=place, method="POST")
    key = _key(end, noun, views)
    if is_its_own and first in LIST and not key:
        return replace(end, place=place, method="GET")
    if not key:
        return end
    one = (*place, HOLE)
    method = next((method for words, method in METHODS if is_its_own and first in words), "")
    return replace(end, place=one if method else (*one, kebab(verb)), method=method or end.method, names=(*end.names, key))


def _ones(noun: str) -> set[str]:
    """What one of them may be called: of `apis` no rule says whether that is one already."""
    return {kebab(noun), singular(kebab(noun)), kebab(noun).removesuffix("s")}


METHODS = ((READ, "GET"), (CHANGE, "PATCH"), (DELETE, "DELETE"))


def _key(end: Endpoint, noun: str, views: Views) -> str:
    """The parameter of the query, or the member of the body, that says which one is meant."""
    told = {flat(one.name): one.name for one in end.operation.query}
    told |= {flat(name): name for name in views.of(end.body).members}
    own = [flat(f"{stem}-{one}") for one in KEYS for stem in sorted(_ones(noun))]
    return next((told[one] for one in (*own, "id", "uuid") if one in told), "")
