"""Whether a model fits its document: names that exist, members that schemas have, words that mean something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockenv.anyservice.dotted import node_at
from mockenv.anyservice.inference.bodies import body_of
from mockenv.anyservice.model import DOES, Model, Operation, Resource
from mockenv.anyservice.ordering import Members, read_keys
from mockenv.anyservice.reading.files import references
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.serving.refusals import SORTS
from mockenv.contract.document import Document
from mockenv.contract.document import Operation as Documented
from mockenv.contract.routing import PARAMETER
from mockenv.errors import BadInput, Problems, check_name
from mockenv.kernel.unit.limiter import parse_rate
from mockenv.kernel.values.delay import parse_delay

MAKES = ("integer", "uuid", "hex", "given", "slug")
LIKE = "like:"


def check(model: Model, document: Document, where: str) -> None:
    """Raises BadInput that names all that is wrong, each with the nearest that there is."""
    _Check(model, document, where).run()


class _Check:
    def __init__(self, model: Model, document: Document, where: str) -> None:
        self._model, self._document, self._where = model, document, where
        self._views, self._problems = Views(document.content), Problems()

    def run(self) -> None:
        for name, one in self._model.resources.items():
            self._resource(one, f"resources.{name}")
        for id, operation in self._model.operations.items():
            self._name(id, self._document.operations, f"operations.{id}")
            if id in self._document.operations:
                self._operation(operation, self._document.operations[id], f"operations.{id}")
        if self._model.rate_limit:
            with self._problems.gather():
                parse_rate(self._model.rate_limit, self._where, "rate_limit")
        if self._model.webhooks:
            self._webhooks()
        self._problems.tell()

    def _name(self, name: object, known: Iterable[str], key: str) -> None:
        with self._problems.gather():
            check_name(name, known, self._where, key)

    def _resource(self, one: Resource, key: str) -> None:
        node = self._views.pointers.find(one.schema) if one.schema else None
        if one.schema and node is None:
            self._problems.add(BadInput(self._where, f"{key}.schema", f"the document has nothing at {one.schema!r}"))
        view = self._views.of(node) if node else View("")
        members = [(one.key.member, "key.member"), (one.status, "status"), *((name, "unique") for name in one.unique)]
        members += [(name, "refers") for name in one.refers] + [(name, "key.also") for name in one.key.also]
        for name, place in members:
            if name and view.members and node_at(self._views, view, name) is None and (name, place) != ("id", "key.member"):
                self._name(name, view.members, f"{key}.{place}")
        for name, resource in one.refers.items():
            self._name(resource, self._model.resources, f"{key}.refers.{name}")
        if not one.key.make.startswith(LIKE):
            self._name(one.key.make, MAKES, f"{key}.key.make")
        self._lifecycles(one, view, key)

    def _lifecycles(self, one: Resource, view: View, key: str) -> None:
        for name, way in one.lifecycles.items():
            place = f"{key}.lifecycles.{name}"
            for status, delay in way.steps.items():
                if one.statuses:
                    self._name(status, one.statuses, f"{place}.steps.{status}")
                with self._problems.gather():
                    parse_delay(delay, self._where, f"{place}.steps.{status}")
            for status, member in ((way.done, "done"), (way.failed, "failed")):
                if status and one.statuses:
                    self._name(status, one.statuses, f"{place}.{member}")
            if way.reason and view.members:
                self._name(way.reason, view.members, f"{place}.reason")

    def _operation(self, one: Operation, documented: Documented, key: str) -> None:
        self._name(one.does, DOES, f"{key}.does")
        if one.resource:
            self._name(one.resource, self._model.resources, f"{key}.resource")
        parameters = PARAMETER.findall(documented.path)
        said = [*parameters, *(parameter.name for parameter in documented.query), *self._body(documented).members]
        for name in (*one.path, *([one.item] if one.item else [])):
            if node_at(self._views, self._body(documented), name) is None:
                self._name(name, said, f"{key}.path")
        for member, name in one.brings.items():
            self._name(name, self._model.resources, f"{key}.brings.{member}")
        query = [parameter.name for parameter in documented.query]
        paging = (
            [name for name in (one.paging.page, one.paging.offset, one.paging.cursor, one.paging.size) if name]
            if one.paging
            else []
        )
        for name in (*one.filters, *paging):
            self._name(name, query, f"{key}.{'filters' if name in one.filters else 'paging'}.{name}")
        if one.sorting:
            self._sorting(one, query, f"{key}.sorting")
        for place, schema in (("takes", one.takes), ("answers", one.answers)):
            self._schema(schema, f"{key}.{place}")
        for sort in one.refuses:
            self._name(sort, SORTS, f"{key}.refuses.{sort}")

    def _sorting(self, one: Operation, query: list[str], key: str) -> None:
        told, resource = one.sorting, self._model.resources.get(one.resource, Resource())
        assert told is not None  # asked before
        outer = [name.partition("[")[0] for name in query if name.endswith("]")]
        for name, place in ((told.by, "by"), (told.order, "order")):
            if name:
                self._name(name, [*query, *outer], f"{key}.{place}")
        view = self._views.of(self._views.pointers.find(resource.schema) if resource.schema else None)
        meant = Members(one.resource, resource, view, self._views)
        for word, member in told.members.items():
            if meant(member) is None:
                self._name(member, view.members, f"{key}.members.{word}")
        for word in read_keys(told.default, meant)[1]:
            self._name(word.lstrip("+-"), view.members, f"{key}.default")

    def _body(self, documented: Documented) -> View:
        return self._views.of(body_of(self._document, documented))

    def _schema(self, schema: Any, key: str) -> None:
        """Whether a schema that somebody wrote is one, and what it refers to is there."""
        if schema is None:
            return
        if not isinstance(schema, dict):
            self._problems.add(BadInput(self._where, key, f"{schema!r} is no schema"))
            return
        for one in references(schema):
            if self._views.pointers.leads_nowhere(one["$ref"]):
                known = (f"#/components/schemas/{name}" for name in self._document.content.get("components", {}).get("schemas", {}))
                self._name(one["$ref"], known, f"{key}.$ref")

    def _webhooks(self) -> None:
        told = self._model.webhooks
        assert told is not None  # asked before
        self._name(told.resource, self._model.resources, "webhooks.resource")
        resource = self._model.resources.get(told.resource)
        node = self._views.pointers.find(resource.schema) if resource else None
        for member, place in ((told.url, "url"), (told.events, "events"), (told.secret, "secret"), (told.enabled, "enabled")):
            if member and node:
                self._name(member, self._views.of(node).members, f"webhooks.{place}")
