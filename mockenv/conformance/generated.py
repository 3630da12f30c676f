"""A suite for a service that came as a document: what its model can make, read, list and delete again. Shapes count, not values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockenv.anyservice import model
from mockenv.anyservice.dotted import get
from mockenv.anyservice.inference.bodies import body_of
from mockenv.anyservice.making.maker import Maker
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.reading.views import Views
from mockenv.anyservice.serving.service import AnyService
from mockenv.anyservice.words import flat
from mockenv.conformance.suite import Suite, make_suite
from mockenv.contract.document import JSON
from mockenv.kernel.time.clock import MANUAL_START
from mockenv.kernel.values.chance import Draw

NAMES = ("name", "title", "label", "displayname", "slug")
"""Members that can say whose a thing is."""
OURS = "mockenv-conform-{run}"
UNKNOWN = {"integer": "999999999", "uuid": "00000000-0000-4000-8000-000000000000"}
EVERYTHING = ["/"]
Plain = dict[str, Any]


def generated_suite(provider: AnyService) -> Suite:
    """Raises BadInput where the model leaves nothing to ask for."""
    steps = list(_Writer(provider).steps())
    needs = {name: {"why": f"what stands for {{{name}}} in paths", "mockenv": "1"} for name in _missing(steps)}
    return make_suite(provider, {"needs": needs, "steps": steps}, provider.document.source.name)


def _missing(steps: list[Plain]) -> list[str]:
    """Parameters that no step makes known."""
    made = {name for step in steps for name in step.get("keep", {})}
    asked = {
        value[1:-1] for step in steps for value in step.get("params", {}).values() if value.startswith("{") and value != "{run}"
    }
    return sorted(asked - made)


class _Writer:
    """Writes the steps, the outer things before what is in them, and deletes in the other order."""

    def __init__(self, provider: AnyService) -> None:
        self._document, self._model = provider.document, provider.model
        self._maker = Maker(Views(provider.document.content))
        self._source = f"{provider.document.source.name}#"

    def steps(self) -> Iterator[Plain]:
        made: list[str] = []
        for name, resource in sorted(self._model.resources.items(), key=lambda one: len(one[1].within)):
            does = {one.does: (id, one) for id, one in reversed(self._model.operations.items()) if one.resource == name}
            yield from self._around(name, resource, does)
            if (
                self._can_be_made(does)
                and not resource.single
                and (body := self._body(*does[model.CREATE], resource.key.member)) is not None
            ):
                yield from self._making(name, resource, does, body)
                made.append(name)
        for name in reversed(made):
            does = {one.does: (id, one) for id, one in reversed(self._model.operations.items()) if one.resource == name}
            yield self._step(f"delete-{name}", *does[model.DELETE])
            if model.READ in does and model.DELETE not in self._model.resources[name].lifecycles:
                yield self._step(f"{name}-is-gone", *does[model.READ])

    def _around(self, name: str, resource: model.Resource, does: Mapping[str, tuple[str, model.Operation]]) -> Iterator[Plain]:
        """What can be asked without making one."""
        if model.LIST in does:
            yield self._step(f"list-{name}", *does[model.LIST])
            if self._model.auth and not resource.within:
                yield self._step(f"list-{name}-without-a-token", *does[model.LIST]) | {"auth": "none"}
        if model.READ in does and does[model.READ][1].item:
            id, told = does[model.READ]
            step = self._step(f"{name}-unknown", id, told)
            yield step | {"params": {**step["params"], told.item: UNKNOWN.get(resource.key.make, OURS)}}

    @staticmethod
    def _can_be_made(does: Mapping[str, tuple[str, model.Operation]]) -> bool:
        """And taken away again: else it is not."""
        return model.CREATE in does and model.DELETE in does and bool(does[model.DELETE][1].item)

    def _making(
        self, name: str, resource: model.Resource, does: Mapping[str, tuple[str, model.Operation]], body: Plain
    ) -> Iterator[Plain]:
        id, told = does[model.CREATE]
        variable, undo = _variable(name), self._step("", *does[model.DELETE])
        at = _pointer(told.reply or "", resource.key.member)
        undo = {member: undo[member] for member in ("operation", "params")}
        yield self._step(f"create-{name}", id, told) | {"body": body, "keep": {variable: at}, "undo": undo}
        if model.READ in does:
            read = self._step(f"read-{name}", *does[model.READ])
            ends = [one for way in (resource.lifecycles.get("create"),) if way for one in (way.done, way.failed) if one]
            place = _pointer(does[model.READ][1].reply or "", resource.status)
            yield read | ({"until": {"at": place, "in": ends}} if ends and resource.status else {})

    def _step(self, name: str, id: str, told: model.Operation) -> Plain:
        params = {parameter: f"{{{_variable(of)}}}" for parameter, of in told.path.items()}
        return {
            "name": name.replace("_", "-").lower(),
            "operation": id,
            "params": params,
            "loose": EVERYTHING,
            "source": f"{self._source}/{id}",
        }

    def _body(self, id: str, told: model.Operation, key: str) -> Plain | None:
        """What to send: the document's example, or what its schema wants; None where no member, nor one beside the key, can say whose
        it is."""
        operation = self._document.operations[id]
        node = body_of(self._document, operation)
        if node is None or JSON not in operation.body_types:
            return None
        content = self._document.resolve(self._document.resolve({"$ref": f"#{operation.pointer}"})["requestBody"])["content"][JSON]
        body = content.get("example") or self._maker.make(node, Making(Draw(0, "conformance", id), MANUAL_START))
        whole = get(body, told.body)
        for inner in (whole, get(whole, key.rpartition(".")[0])):
            if name := next((one for one in inner if flat(one) in NAMES), None) if isinstance(inner, dict) else None:
                inner[name] = OURS
                return dict(body)
        return None


def _pointer(*places: str) -> str:
    """The JSON Pointer to a member of what stands in another, each named with dots."""
    return "".join(f"/{part}" for place in places for part in place.split(".") if part)


def _variable(name: str) -> str:
    return name.replace("-", "_")
