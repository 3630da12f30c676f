"""A document's model: everything that is inferred, put together."""

from __future__ import annotations

from mockenv.anyservice import model
from mockenv.anyservice.dotted import one_at
from mockenv.anyservice.inference.bodies import Bodies
from mockenv.anyservice.inference.calls import at_their_places
from mockenv.anyservice.inference.keys import key_of
from mockenv.anyservice.inference.kinds import Kinds, Sketch
from mockenv.anyservice.inference.operations import FOLLOWERS, Operations
from mockenv.anyservice.inference.places import Map, base_of, chart
from mockenv.anyservice.inference.securing import auth_of
from mockenv.anyservice.inference.spellings import spelled_alike
from mockenv.anyservice.inference.statuses import act_of, lifecycles_of, status_of, stem, unsaid_status_of
from mockenv.anyservice.model import Model, Operation, Resource
from mockenv.anyservice.reading.normal import BASE
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat, parts, singular
from mockenv.contract.document import Document

SEEDS = 3
UNIQUE = ("name", "slug", "email", "username", "handle")


def infer(document: Document) -> Model:
    """What a service is taken for by its document alone."""
    return _Inference(document).whole()


class _Inference:
    def __init__(self, document: Document) -> None:
        self._document, self._views = document, Views(document.content)
        self._bodies = Bodies(self._views)
        charted = at_their_places(chart(document, base_of(document)), self._views)
        self._map: Map = spelled_alike(charted, self._bodies)
        self._kinds = Kinds(self._map, self._bodies)
        self._named: dict[str, list[str]] = {}
        """Resource → what paths call its key."""
        self._own: dict[str, dict[str, Operation]] = {}
        """Resource → its operations."""
        self._brought: set[str] = set()
        """What comes along with others."""
        self._ends = {end.operation.id: end for methods in self._map.at.values() for end in methods.values()}
        self._operations = Operations(document, self._map, self._kinds, self._bodies, self._views)

    def whole(self) -> Model:
        operations = self._operations.all()
        for id, one in operations.items():
            self._own.setdefault(one.resource, {})[id] = one
            self._brought.update(one.brings.values())
            for parameter, name in one.path.items():
                self._named.setdefault(name, []).append(parameter)
        resources = {one.name: self._resource(one) for one in self._kinds.sketches}
        self._refer(resources)
        for one in operations.values():
            self._act(one, resources)
        content = self._document.content
        return Model(
            service=self._document.name,
            title=str(content["info"]["title"]),
            prefixes=prefixes_of(self._document, self._map.base),
            auth=auth_of(content),
            resources=resources,
            operations=operations,
            exports=exports_of(self._document),
        )

    def _resource(self, sketch: Sketch) -> Resource:
        view = sketch.thing.view if sketch.thing else View("")
        own = self._own.get(sketch.name, {})
        status, values = status_of(view, self._views)
        if not status and _is_follower(sketch):
            status, values = unsaid_status_of(view, self._views)
        begins, lifecycles = lifecycles_of(values, view) if status else ("", {})
        return Resource(
            schema=view.pointer,
            key=_shown_at_all(self._key(sketch, own, view), view),
            within=self._within(sketch, own),
            single=sketch.is_single,
            unique=self._unique(own, view),
            status=status,
            statuses=list(values),
            begins=begins,
            lifecycles=lifecycles,
            follows=_is_follower(sketch) and bool(status or "done" in view.members),
            seeds=self._seeds(sketch, own),
        )

    def _seeds(self, sketch: Sketch, own: dict[str, Operation]) -> int:
        """How many there are of what no operation makes, where a list shows them; what no list shows is there when it is asked for."""
        makes = any(one.does in (model.CREATE, model.PUT) for one in own.values())
        return 0 if makes or sketch.is_single or sketch.name in self._brought else SEEDS

    def _key(self, sketch: Sketch, own: dict[str, Operation], view: View) -> model.Key:
        parameters = [names for place in sketch.items for one in self._map.at[place].values() if (names := one.names[-1])]
        parameters += self._named.get(sketch.name, ())
        asked = next((asked for id, one in own.items() if one.does == model.CREATE and (asked := self._asked(id, one))), None)
        if asked is None and any(one.does == model.PUT for one in own.values()):
            key = key_of(sketch, list(dict.fromkeys(parameters)), view, self._views, "")
            key.make = "given"
            return key
        return key_of(sketch, list(dict.fromkeys(parameters)), asked, self._views, self._parameter_type(sketch))

    def _asked(self, id: str, one: Operation) -> View | None:
        end = self._ends[id]
        return None if end.body is None else one_at(self._views, end.body, one.body)

    def _parameter_type(self, sketch: Sketch) -> str:
        for place in sketch.items:
            for end in self._map.at[place].values():
                node = self._document.resolve({"$ref": f"#{end.operation.pointer}"})
                for one in node.get("parameters", []):
                    if one["in"] == "path" and one["name"] == end.names[-1]:
                        return str(self._document.resolve(one["schema"]).get("type") or "string")
        return "string"

    def _within(self, sketch: Sketch, own: dict[str, Operation]) -> list[str]:
        makers = [one for one in own.values() if one.does in (model.CREATE, model.PUT)] or [*own.values()]
        found = [[name for parameter, name in one.path.items() if parameter != one.item] for one in makers]
        return max(found, key=len, default=[])

    def _unique(self, own: dict[str, Operation], view: View) -> list[str]:
        """Only where the document has a refusal for it: else a second of the same name is nobody's affair."""
        refused = any("409" in self._document.operations[id].responses for id, one in own.items() if one.does == model.CREATE)
        return [name for name in view.members if flat(name) in UNIQUE][:1] if refused else []

    def _refer(self, resources: dict[str, Resource]) -> None:
        """Members that are named like another resource and its key."""
        names = {flat(f"{name}-{end}"): name for name in resources for end in ("id", "uuid", "ref", "slug")}
        for name, one in resources.items():
            pointer = self._views.pointers.find(one.schema)
            view = self._views.of(pointer)
            one.refers = {
                member: names[flat(member)]
                for member, node in view.members.items()
                if flat(member) in names and member != one.key.member and self._views.of(node).type in ("string", "integer")
            }
            if name in one.refers.values() and one.key.member in one.refers:
                del one.refers[one.key.member]

    def _act(self, one: Operation, resources: dict[str, Resource]) -> None:
        """What an action does to the status of what it is done to."""
        resource = resources.get(one.resource)
        if one.does != model.ACT or resource is None or not resource.status:
            return
        view = self._views.of(self._views.pointers.find(resource.schema))
        told = next((verb for verb in (one.verb, *parts(one.verb)) if act_of(verb, resource.statuses, view)), None)
        if told is not None:
            lifecycle = act_of(told, resource.statuses, view)
            assert lifecycle is not None  # it was just found
            resource.lifecycles.setdefault(stem(told), lifecycle)


def _is_follower(sketch: Sketch) -> bool:
    return flat(singular(sketch.word)) in FOLLOWERS


def _shown_at_all(key: model.Key, view: View) -> model.Key:
    """A thing that the document has no key in shows one as its `id` where it may: nobody could find it by anything else."""
    if not key.member and key.make != "given" and not view.is_closed and (view.is_object or not view.types):
        key.member = "id"
    return key


def exports_of(document: Document) -> dict[str, str]:
    """What points a client at it: the address with what the vendor's own has behind it, and a token."""
    name = document.name.upper().replace("-", "_")
    return {f"{name}_URL": "{url}" + str(document.content.get(BASE, "")), f"{name}_TOKEN": "{token}"}


def prefixes_of(document: Document, base: str) -> list[str]:
    """The beginnings of all its paths: what they have in common, else the first words of each."""
    if base:
        return [base]
    first = dict.fromkeys(one.path.split("/")[1] for one in document.operations.values())
    return ["/"] if any(word.startswith("{") or not word for word in first) else [f"/{word}" for word in first]
