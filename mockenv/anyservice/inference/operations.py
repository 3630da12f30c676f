"""What each operation does, and how sure that is: by its method, its place and what it carries."""

from __future__ import annotations

from typing import NamedTuple

from mockenv.anyservice import model
from mockenv.anyservice.dotted import view_at
from mockenv.anyservice.inference.bodies import Bodies, Carried
from mockenv.anyservice.inference.kinds import Kinds, Sketch
from mockenv.anyservice.inference.lists import filters_of, paging_of
from mockenv.anyservice.inference.places import (
    HOLE,
    Endpoint,
    Map,
    Place,
    collection_of,
    holes,
    is_item,
    is_verb,
    owners,
    polling_header,
    scope_word,
    word_of,
)
from mockenv.anyservice.inference.sorting import sorting_of
from mockenv.anyservice.ordering import Members
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat, kebab, parts, singular
from mockenv.contract.document import Document

ALIKE = 0.5
"""So much of what a thing has must be in a reply that is taken to carry one."""
WHERE = frozenset({"region", "zone", "location", "datacenter", "provider", "cloud"})
"""Scopes that nobody makes, even where something of that name is made elsewhere."""
PATCHES = "application/json-patch+json"
SHOWN = (model.CREATE, model.READ, model.PUT, model.MERGE, model.REPLACE, model.PATCH)
"""What answers with the thing that it was about, where nobody says with what."""
MAKES = ("create", "add", "new", "post", "register", "make", "provision")


class Guess(NamedTuple):
    """What an operation is taken for."""

    does: str
    sketch: Sketch | None
    sure: float
    why: str
    verb: str = ""


class Operations:
    """Looks at the operations of a document one by one."""

    def __init__(self, document: Document, found: Map, kinds: Kinds, bodies: Bodies, views: Views) -> None:
        self._document, self._map, self._kinds, self._bodies, self._views = document, found, kinds, bodies, views

    def all(self) -> dict[str, model.Operation]:
        return {one.operation.id: self._operation(one) for methods in self._map.at.values() for one in methods.values()}

    # What it does

    def guess(self, end: Endpoint) -> Guess:
        place = end.place
        if place in self._kinds.of_item:
            return self._on_item(end, self._kinds.of_item[place])
        if place in self._kinds.of_collection:
            return self._on_collection(end, self._kinds.of_collection[place])
        if place in self._kinds.of_single:
            return self._on_single(end, self._kinds.of_single[place])
        return self._elsewhere(end)

    def _on_item(self, end: Endpoint, sketch: Sketch) -> Guess:
        made = "POST" in self._map.at.get(collection_of(end.place), {}) or self._is_made_elsewhere(sketch, end.place)
        if end.method in ("GET", "HEAD"):
            return Guess(model.READ, sketch, 0.98, "GET of a path that ends with a parameter")
        if end.method == "DELETE":
            return Guess(model.DELETE, sketch, 0.98, "DELETE of a path that ends with a parameter")
        if end.method == "PATCH":
            return Guess(model.PATCH if self._is_patch(end) else model.MERGE, sketch, 0.97, "PATCH of one")
        if end.method == "PUT":
            if made:
                return Guess(model.REPLACE, sketch, 0.95, "PUT of one that a POST makes")
            return Guess(model.PUT, sketch, 0.85, "PUT of one that no POST makes: it makes it, too")
        if end.method == "POST" and "PATCH" not in self._map.at[end.place] and made:
            return Guess(model.MERGE, sketch, 0.8, "POST of one that a POST of the collection makes")
        return Guess(model.PUT, sketch, 0.6, "POST of a path that ends with a parameter, and no other way to make one")

    def _on_collection(self, end: Endpoint, sketch: Sketch) -> Guess:
        if end.method in ("GET", "HEAD"):
            listed = self._bodies.several(end.reply, word_of(end.place))
            if listed is None and end.reply is not None and self._bodies.thing(end.reply, sketch.word) and not sketch.items:
                return Guess(model.SHOW, sketch, 0.6, "GET of a collection that answers no list")
            return Guess(model.LIST, sketch, 0.97 if listed else 0.7, "GET of a path with more of the same below it")
        if end.method == "POST":
            return Guess(model.CREATE, sketch, 0.97 if sketch.items else 0.85, "POST to a collection")
        if end.method == "DELETE":
            return Guess(model.CLEAR, sketch, 0.7, "DELETE of a whole collection")
        return Guess(model.ACT, self._owner(end.place), 0.5, "changes a whole collection", verb="set")

    def _on_single(self, end: Endpoint, sketch: Sketch) -> Guess:
        if end.method in ("GET", "HEAD"):
            return Guess(model.READ, sketch, 0.9, "GET of what is there once")
        if end.method == "DELETE":
            return Guess(model.DELETE, sketch, 0.9, "DELETE of what is there once")
        if end.method == "PUT":
            return Guess(model.PUT, sketch, 0.9, "PUT of what is there once")
        if end.method == "PATCH":
            return Guess(model.PATCH if self._is_patch(end) else model.MERGE, sketch, 0.9, "PATCH of what is there once")
        return Guess(model.PUT, sketch, 0.7, "POST of what is there once")

    def _elsewhere(self, end: Endpoint) -> Guess:
        owner = self._owner(end.place)
        if end.method in ("GET", "HEAD"):
            return Guess(model.SHOW, owner, 0.8, "GET of something that nothing changes")
        if end.method == "POST":
            made = self._made(end, owner)
            if made:
                return made
        if owner is not None:
            return Guess(model.ACT, owner, 0.85, f"{end.method} of a word below one", verb=self._verb(end.place))
        return Guess(model.ACCEPT, None, 0.5, "nothing of what is kept here is named in its path", verb=self._verb(end.place))

    def _made(self, end: Endpoint, owner: Sketch | None) -> Guess | None:
        """A POST that makes one of a sort although it is not that sort's own path."""
        parent = self._kinds.of_collection.get(end.place[:-1])
        if parent and not parent.is_single and self._carries(end, parent):
            return Guess(model.CREATE, parent, 0.75, "POST below a collection that answers with one of it")
        if parent and "POST" not in self._map.at.get(end.place[:-1], {}) and not is_verb(end.place):
            return Guess(model.CREATE, parent, 0.6, "POST below a collection that is made no other way")
        carried = self._bodies.thing(end.reply, word_of(end.place))
        named = [one for one in self._kinds.named(carried.view) if one is not owner] if carried else []
        makes = parts(end.operation.id)[:1] and (set(parts(end.operation.id)) & set(MAKES) or not is_verb(end.place))
        if len(named) == 1 and makes and not self._follows(named[0]):
            return Guess(model.CREATE, named[0], 0.65, "POST that answers with one")
        return None

    def _carries(self, end: Endpoint, sketch: Sketch) -> bool:
        carried = self._bodies.thing(end.reply, sketch.word)
        if carried is None or sketch.thing is None or not carried.view.members:
            return False
        return self._is_one(carried.view, sketch) or bool(
            {flat(name) for name in carried.view.members} & {"id", "uuid"} and not is_verb(end.place)
        )

    def _is_one(self, view: View, sketch: Sketch) -> bool:
        mine = sketch.thing.view if sketch.thing else View("")
        if view.name and (view.name == mine.name or mine.name in view.names or view.name in mine.names):
            return True
        shared = {flat(name) for name in view.members} & {flat(name) for name in mine.members}
        return len(shared) >= ALIKE * max(1, min(len(view.members), len(mine.members))) and bool(shared)

    def _is_patch(self, end: Endpoint) -> bool:
        if PATCHES in end.operation.body_types:
            return True
        body = self._views.of(end.body)
        if body.type != "array" or body.items is None:
            return False
        return {"op", "path"} <= self._views.of(body.items).members.keys()

    def _is_made_elsewhere(self, sketch: Sketch, place: Place) -> bool:
        return any("POST" in self._map.at.get(one, {}) for one in sketch.collections if one != collection_of(place))

    def _follows_of(self, view: View) -> Sketch | None:
        """The sort of operations that a reply is one of, as a whole."""
        return next((one for one in self._kinds.named(view) if self._follows(one)), None)

    @staticmethod
    def _follows(sketch: Sketch) -> bool:
        return flat(singular(sketch.word)) in FOLLOWERS

    def _owner(self, place: Place) -> Sketch | None:
        found = [self.owner_at(one) for _, one in owners((*place, ""))]
        return found[-1] if found else None

    def owner_at(self, place: Place) -> Sketch | None:
        """The sort of what a path names up to here."""
        return self._kinds.of_item.get(place) or self._kinds.of_collection.get(collection_of(place))

    @staticmethod
    def _verb(place: Place) -> str:
        last = max((at for at, part in enumerate(place) if part == HOLE), default=-1)
        return "-".join(part for part in place[last + 1 :] if part not in (HOLE, "actions", "action")) or word_of(place)

    # All of it

    def _operation(self, end: Endpoint) -> model.Operation:
        guess = self.guess(end)
        sketch = guess.sketch
        found = model.Operation(
            does=guess.does,
            resource=sketch.name if sketch else "",
            status=end.status,
            verb=guess.verb,
            sure=guess.sure,
            why=guess.why,
        )
        found.path, found.item = self._path(end, guess)
        if guess.does == model.LIST and sketch:
            carried = self._bodies.several(end.reply, word_of(end.place)) or self._bodies.several(end.reply, sketch.word)
            found.reply = carried.dotted if carried else "" if self._is_anything(end) else None
            found.paging = paging_of(self._document, end.operation)
            view = sketch.thing.view if sketch.thing else View("")
            found.sorting = sorting_of(end.operation, Members(sketch.name, model.Resource(), view, self._views), self._views)
            found.filters = filters_of(end.operation, found.paging, found.sorting, view, self._views)
            found.why += f", sorted by {found.sorting.by or found.sorting.order}" if found.sorting else ""
        elif sketch and end.reply is not None:
            found.reply = self._reply(end, sketch, guess)
        if end.body is not None and sketch:
            found.body = self._body(end, sketch)
            if not found.body and guess.does == model.CREATE:
                found.body = self._list_of_things(end, sketch)
        if guess.does not in (model.LIST, model.SHOW, model.READ):
            found.brings = {**self._polled(end, sketch), **self._brings(end, sketch, found.reply)}
        return found

    def _path(self, end: Endpoint, guess: Guess) -> tuple[dict[str, str], str]:
        path = {end.names[number]: self._owner_name(end, number, place) for number, place in owners(end.place)}
        if is_item(end.place) and guess.sketch is not None:
            path[end.names[-1]] = guess.sketch.name
            return path, end.names[-1]
        if guess.does == model.ACT and guess.sketch is not None:
            item = next((name for name, owner in reversed(path.items()) if owner == guess.sketch.name), "")
            return path, item
        return path, ""

    def _owner_name(self, end: Endpoint, number: int, place: Place) -> str:
        owner = self.owner_at(place)
        if owner is not None:
            return owner.name
        word = word_of(place)
        named = {one.name: one for one in self._kinds.sketches if not one.is_single}
        told = [scope_word(end.names[number]), kebab(singular(word)) if word else ""]
        own = next((one for one in told if one in named and not self._is_elsewhere(named[one], one)), None)
        plain = told[0] or told[1] or "scope"
        return own or (f"any-{plain}" if plain in named else plain)

    @staticmethod
    def _is_elsewhere(sketch: Sketch, word: str) -> bool:
        """A region of a network is not the region that everything is in: whoever names that means a place, which is there."""
        return word in WHERE and holes(sketch.home) > 0

    def _reply(self, end: Endpoint, sketch: Sketch, guess: Guess) -> str | None:
        name = sketch.thing.view.name if sketch.thing else None
        carried = self._bodies.named(end.reply, name) or self._bodies.thing(end.reply, sketch.word)
        if carried is not None and self._follows_of(carried.view) and not self._follows(sketch):
            return None
        if guess.does in (model.CREATE, model.PUT) and (carried is None or not self._is_one(carried.view, sketch)):
            several = self._bodies.several(end.reply, sketch.word)
            if several and (carried is None or self._is_one(several.view, sketch)):
                return several.dotted
        if guess.does in (model.ACT, model.SHOW, model.CLEAR) and (carried is None or not self._is_one(carried.view, sketch)):
            return None
        if self._is_anything(end):
            return "" if guess.does in SHOWN else None
        if carried is None or not carried.view.members:
            return None
        if guess.does == model.DELETE and not self._is_one(carried.view, sketch):
            return None
        return carried.dotted

    def _is_anything(self, end: Endpoint) -> bool:
        """Whether the document has a body and does not say of what form: then it is the thing, since that is what clients are after."""
        view = self._views.of(end.reply)
        return end.reply is not None and not (view.types or view.members or view.variants)

    def _body(self, end: Endpoint, sketch: Sketch) -> str:
        named = self._bodies.named(end.body, sketch.thing.view.name if sketch.thing else None)
        carried = named or self._bodies.thing(end.body, sketch.word)
        return carried.dotted if carried and (named or self._is_wrapped(end, carried)) else ""

    def _list_of_things(self, end: Endpoint, sketch: Sketch) -> str:
        """Where a body that is no thing itself has a list of them: several are made at once."""
        whole = self._views.of(end.body)
        several = self._bodies.several(end.body, sketch.word)
        if several is None or self._is_one(whole, sketch) or not self._is_one(several.view, sketch):
            return ""
        return several.dotted if view_at(self._views, end.body, several.dotted).type == "array" else ""

    def _is_wrapped(self, end: Endpoint, carried: Carried) -> bool:
        """Of a body with members beside the likely envelope it is one only where the name says so."""
        whole = self._views.of(end.body)
        return bool(carried.place) and (
            len(whole.members) == 1 or carried.place[0] not in ("data", "object", "resource", "attributes")
        )

    def _brings(self, end: Endpoint, sketch: Sketch | None, reply: str | None) -> dict[str, str]:
        """Other things that come along in a reply: a branch with its project, the operations that make them."""
        if end.reply is None:
            return {}
        before = reply.rpartition(".")[0] if reply else ""
        root = view_at(self._views, end.reply, before)
        found: dict[str, str] = {}
        follower = self._follows_of(root) if reply is None else None
        if follower is not None and follower is not sketch:
            return {"": follower.name}
        for name, node in root.members.items():
            dotted = f"{before}.{name}" if before else name
            view = self._views.of(node)
            inner = self._views.of(view.items) if view.items else view
            others = [one for one in self._kinds.named(inner) if one is not sketch]
            if dotted != reply and others and (reply or self._follows(others[0])):
                found[dotted] = self._nearest(others, sketch).name
        return found

    def _polled(self, end: Endpoint, sketch: Sketch | None) -> dict[str, str]:
        """The operation that a header of the reply leads to."""
        header = next(
            (name for key in end.operation.responses if key[0] == "2" and (name := polling_header(end.operation, key))), ""
        )
        known = [one for one in self._kinds.sketches if self._follows(one) and one.items and one is not sketch]
        return {header: self._nearest(known, sketch).name} if header and known else {}

    @staticmethod
    def _nearest(others: list[Sketch], sketch: Sketch | None) -> Sketch:
        home = sketch.home if sketch else ()
        return max(others, key=lambda one: sum(mine == other for mine, other in zip(one.home, home, strict=False)))


FOLLOWERS = frozenset(
    [
        *("operation", "action", "job", "task", "event", "activity", "longrunningoperation", "workflow"),
        *("operationstatus", "operationresult", "asyncoperation", "asyncjob"),
    ]
)
