"""Which sorts of things there are: places that speak of one and the same are found by their words and their schemas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mockenv.anyservice.inference.bodies import Bodies, Carried
from mockenv.anyservice.inference.places import (
    HOLE,
    Endpoint,
    Map,
    Place,
    collection_of,
    holes,
    is_item,
    is_verb,
    scope_word,
    word_of,
)
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.words import kebab, singular

CHANGES = ("PUT", "PATCH", "DELETE")


@dataclass
class Sketch:
    """One sort of thing, as far as it is made out."""

    word: str
    name: str = ""
    collections: list[Place] = field(default_factory=list)
    items: list[Place] = field(default_factory=list)
    is_single: bool = False
    thing: Carried | None = None
    names: set[str] = field(default_factory=set)
    """What the document calls the schemas by which it is shown: whole, in a list, just made."""

    @property
    def home(self) -> Place:
        """Where it is at home: of several places the first that has most to do with it."""
        return (self.collections or [collection_of(one) for one in self.items])[0]


class Kinds:
    """All sorts of things of a document."""

    def __init__(self, found: Map, bodies: Bodies) -> None:
        self._map, self._bodies = found, bodies
        self._items_of: dict[Place, list[Place]] = {}
        for place in sorted((one for one in found.at if is_item(one)), key=len):
            self._items_of.setdefault(collection_of(place), []).append(place)
        self.sketches = self._singles(self._merged([*self._collections()]))
        self._name()
        self.of_item = {place: one for one in self.sketches for place in one.items}
        self.of_collection = {place: one for one in self.sketches if not one.is_single for place in one.collections}
        self.of_single = {place: one for one in self.sketches if one.is_single for place in one.collections}

    # Finding

    def _collections(self) -> Iterable[Sketch]:
        places = dict.fromkeys(collection_of(place) if is_item(place) else place for place in self._map.at)
        for place in places:
            items, deeper = self._items(place)
            yield from deeper
            listed = self._listed(place)
            if not items and listed is None:
                continue
            if not items and self._is_mere_view(place, listed):
                continue
            sketch = Sketch(word_of(place), collections=[place] if place in self._map.at else [], items=items)
            found = self._found(sketch, listed)
            sketch.thing = self._thing(sketch, found)
            sketch.names = {one.view.name for one in found if one.view.name and one.view.members}
            yield sketch

    def _items(self, place: Place) -> tuple[list[Place], list[Sketch]]:
        """Where one of a collection is found; and what is found below one by a parameter alone, as a sort of its own."""
        found = self._items_of.get(place, [])
        deeper = []
        for one in found[1:]:
            if "GET" in self._map.at[one]:
                sketch = Sketch(scope_word(self._last(one)), items=[one])
                seen = self._found(sketch, None)
                sketch.thing, sketch.names = self._thing(sketch, seen), {each.view.name for each in seen if each.view.name}
                deeper.append(sketch)
        return found[:1], deeper

    def _last(self, place: Place) -> str:
        return next(iter(self._map.at[place].values())).names[-1]

    def _listed(self, place: Place) -> Carried | None:
        get = self._map.at.get(place, {}).get("GET")
        return self._bodies.several(get.reply, word_of(place)) if get else None

    def _is_mere_view(self, place: Place, listed: Carried | None) -> bool:
        """A list of texts or numbers that nothing can be done with."""
        methods = self._map.at.get(place, {})
        return listed is not None and not listed.view.is_object and "POST" not in methods

    def _found(self, sketch: Sketch, listed: Carried | None) -> list[Carried]:
        """What shows it: reading one, else the list, else what making or changing one answers."""
        found: list[Carried] = []
        for place in sketch.items:
            found += self._replies(place, ("GET",), sketch.word)
        found += [listed] if listed else []
        for place in sketch.collections:
            found += self._replies(place, ("POST",), sketch.word)
        for place in sketch.items:
            found += self._replies(place, ("PUT", "PATCH", "POST"), sketch.word)
        return found

    def _thing(self, sketch: Sketch, found: list[Carried]) -> Carried | None:
        """Its schema: the first that has members; that of a request where no reply has any."""
        objects = [one for one in found if one.view.members]
        if objects:
            return objects[0]
        made = [self._map.at[place].get("POST") for place in sketch.collections] + [
            self._map.at[place].get("PUT") for place in sketch.items
        ]
        asked = [self._bodies.thing(one.body, sketch.word) for one in made if one and one.body]
        return next((one for one in asked if one and one.view.members), found[0] if found else None)

    def _replies(self, place: Place, methods: Iterable[str], word: str) -> list[Carried]:
        ends = [self._map.at[place].get(method) for method in methods]
        carried = [self._bodies.thing(one.reply, word) for one in ends if one and one.reply]
        return [one for one in carried if one]

    # Merging

    def _merged(self, sketches: list[Sketch]) -> list[Sketch]:
        """Places of one schema are of one sort, unless each of them has all that a sort of its own has."""
        kept: list[Sketch] = []
        for one in sorted(sketches, key=lambda sketch: -self._weight(sketch)):
            home = next((other for other in kept if self._is_same(other, one)), None)
            if home is None:
                kept.append(one)
            else:
                home.collections += one.collections
                home.items += one.items
                home.names |= one.names
                if home.thing is None or not home.thing.view.members:
                    home.thing = one.thing
        return sorted(kept, key=lambda one: (len(one.home), one.home))

    def _weight(self, one: Sketch) -> int:
        return 4 * self._makes(one) + 2 * bool(one.items) + bool(one.collections) - holes(one.home)

    def _makes(self, one: Sketch) -> bool:
        return any("POST" in self._map.at.get(place, {}) for place in one.collections) or any(
            "PUT" in self._map.at.get(place, {}) and "POST" not in self._map.at.get(collection_of(place), {}) for place in one.items
        )

    def _is_same(self, home: Sketch, one: Sketch) -> bool:
        same_word = singular(home.word) == singular(one.word)
        if home.items and one.items and home.names and one.names and not home.names & one.names:
            return False
        if same_word and home.names & one.names:
            return not (self._makes(home) and self._makes(one)) or self._are_aliases(home, one)
        if same_word and self._overlap(home, one) > 0.6 and not self._makes(one) and len(home.home) != len(one.home):
            return bool(home.items) != bool(one.items) or self._is_alone(one)
        view_only = not one.items and not self._makes(one)
        return view_only and bool(home.names & one.names) and (self._makes(home) or bool(home.items))

    def _are_aliases(self, home: Sketch, one: Sketch) -> bool:
        """Both are made, and yet one: there is a place at the root where all of them are found."""
        return any(
            len(collection_of(place)) == 1 and "POST" not in self._map.at.get(collection_of(place), {}) for place in home.items
        )

    def _is_alone(self, one: Sketch) -> bool:
        methods = {method for place in (*one.collections, *one.items) for method in self._map.at.get(place, {})}
        return methods <= {"GET", "DELETE", "HEAD"}

    @staticmethod
    def _overlap(home: Sketch, one: Sketch) -> float:
        mine = set(home.thing.view.members) if home.thing else set()
        other = set(one.thing.view.members) if one.thing else set()
        return len(mine & other) / max(1, min(len(mine), len(other)))

    # Single things

    def _singles(self, sketches: list[Sketch]) -> list[Sketch]:
        """What is there once: a path that is read and changed, and is no list."""
        taken = {place for one in sketches for place in one.collections}
        for place, methods in self._map.at.items():
            if is_item(place) or place in taken or "GET" not in methods or not {"PUT", "PATCH", "POST"} & methods.keys():
                continue
            if set(methods) == {"GET", "POST"} and is_verb(place):
                continue
            thing = next(iter(self._replies(place, ("GET", "PUT", "PATCH"), word_of(place))), None)
            if thing is not None and thing.view.is_object:
                sketches.append(Sketch(word_of(place), collections=[place], is_single=True, thing=thing))
        return sketches

    # Names

    def _name(self) -> None:
        taken: set[str] = set()
        for one in self.sketches:
            short = kebab(one.word if one.is_single else singular(one.word) if one.word else scope_word(self._parameter(one)))
            owner = next((part for part in reversed(one.home[:-1]) if part != HOLE), "")
            choices = [short, f"{singular(owner)}-{short}", "-".join(singular(part) for part in one.home if part != HOLE)]
            name = next((choice for choice in choices if choice not in taken), None)
            one.name = name or next(f"{short}-{at}" for at in range(2, 1_000) if f"{short}-{at}" not in taken)
            taken.add(one.name)

    def _parameter(self, one: Sketch) -> str:
        ends: list[Endpoint] = [*self._map.at[one.items[0]].values()] if one.items else []
        return ends[0].names[-1] if ends and ends[0].names else "thing"

    def named(self, view: View) -> list[Sketch]:
        """The sorts whose things have this schema."""
        if view.name is None:
            return []
        return [one for one in self.sketches if view.name in one.names and not one.is_single]
