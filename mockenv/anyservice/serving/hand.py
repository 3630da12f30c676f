"""One operation at work: what its path names, what it makes along with a thing, where that is found. The doing is in `deeds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote

from mockenv.anyservice import model
from mockenv.anyservice.dotted import get
from mockenv.anyservice.inference.bodies import IDENTITIES, body_of
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.serving.answers import Answers
from mockenv.anyservice.serving.bodies import part, readable, said
from mockenv.anyservice.serving.refusals import SORTS
from mockenv.anyservice.serving.stock import ENDS, Stock
from mockenv.anyservice.serving.ways import CREATE, tell
from mockenv.anyservice.serving.workshop import Workshop
from mockenv.anyservice.words import POLLED, flat
from mockenv.contract.document import Operation as Documented
from mockenv.contract.routing import PARAMETER
from mockenv.contract.validation import documented
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.store.base import Document

NOTHING = View("")
REFUSALS, DOCUMENTED = "refusals", "documented"
SPOKEN_OF = ("referenceid", "resourceid", "targetid", "entityid", "objectid", "subjectid")
"""Members by which an operation tells what it is about."""


@dataclass
class Scope:
    """What a path speaks of: to what things belong there, what is known by it, and the key of the thing itself."""

    within: list[str] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    key: str = ""


class Hand:
    """What the deeds of one operation have in common."""

    def __init__(self, shop: Workshop, operation: Documented, told: model.Operation) -> None:
        self.shop, self.operation, self.told = shop, operation, told
        self.stocks, self.ways, self.composer = shop.stocks, shop.ways, shop.composer
        self.stock = shop.stocks.by_name.get(told.resource)
        self.answers = Answers(shop.document, operation, told, shop.composer)
        self._refuses = {sort for sort in SORTS if any(documented(operation, status) for status in SORTS[sort])}
        """What it has a refusal for in its document."""
        self.body_node = body_of(shop.document, operation)
        self._parts = cache(self._find_parts)

    # What is asked

    def body(self, call: Call, work: Work) -> Any:
        if self._takes_any(work, "invalid"):
            return readable(call)
        return said(call, self.composer.views, self.body_node)

    def query(self, call: Call, work: Work) -> dict[str, Any]:
        if self._takes_any(work, "invalid"):
            return {name: values[-1] for name, values in call.raw_query.items()}
        return call.query()

    def _takes_any(self, work: Work, sort: str) -> bool:
        """Where the document has no refusal of that sort, and the sandbox wants none that it has not."""
        return sort not in self._refuses and work.option(self.shop.model.service, REFUSALS) == DOCUMENTED

    def told_of(self, body: Any) -> dict[str, Any]:
        """The part of the body that is the thing."""
        return part(body, self.told.body)

    def told_of_each(self, body: Any) -> list[dict[str, Any]]:
        """The same where a body may tell of several."""
        told = get(body, self.told.body)
        return [one if isinstance(one, dict) else {} for one in told] if isinstance(told, list) else [self.told_of(body)]

    def scope(self, call: Call, work: Work) -> Scope:
        """Raises Refused where the path names something that is not there."""
        scope = Scope()
        for parameter, name in self.told.path.items():
            raw = self._said(call, work, parameter)
            if parameter == self.told.item:
                scope.key = raw
                continue
            if not raw:
                continue
            self._enter(call, work, scope, name, raw)
            scope.known.setdefault(flat(parameter), raw)
        return scope

    def _said(self, call: Call, work: Work, parameter: str) -> str:
        """What a request says under that name: in its path, else in its query, else in its body. Raises Refused as those do."""
        if parameter in call.params:
            return call.params[parameter]
        is_in_query = any(one.name == parameter for one in self.operation.query)
        value = get(self.query(call, work) if is_in_query else self.body(call, work), parameter)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def _enter(self, call: Call, work: Work, scope: Scope, name: str, raw: str) -> None:
        stock = self.stocks.by_name.get(name)
        found = stock.find(work, raw, scope.within) if stock and not stock.resource.single else None
        if stock and found:
            id, document = found
            scope.within += [one for one in (*document["within"], f"{name}/{id}") if one not in scope.within]
            scope.known |= stock.known(document, id)
            return
        if name in self.stocks.made and not self._takes_any(work, "missing"):
            raise Refused(self.missing(call, name, raw))
        scope.within.append(f"{name}/{raw}")
        scope.known |= {flat(f"{name}-{end}"): raw for end in ENDS}

    def thing(self, call: Call, work: Work, scope: Scope) -> tuple[str, Document] | None:
        """The thing that the path names, if it is there; of what nobody can make there is whatever is asked for as an owner."""
        stock = self.require_stock()
        if stock.resource.single:
            return self._single(work, stock, scope)
        self.stocks.seed(work, stock, scope.within, scope.known)
        found = stock.find(work, scope.key, scope.within)
        is_open = self.stocks.is_open(stock.name) or self._takes_any(work, "missing")
        if found is None and is_open and not self.stocks.gone(work, stock, scope.key, scope.within):
            id, document = stock.make(work, {}, scope.within, scope.known, scope.key)
            work.put(stock.kind, id, document)
            return id, document
        return found

    def require_thing(self, call: Call, work: Work, scope: Scope) -> tuple[str, Document]:
        found = self.thing(call, work, scope)
        if found is None:
            raise Refused(self.missing(call, self.told.resource, scope.key))
        return found

    def _single(self, work: Work, stock: Stock, scope: Scope) -> tuple[str, Document] | None:
        """What is there once is there from the beginning, unless it can be deleted and made."""
        id = stock.id_of("", scope.within)
        document = work.get(stock.kind, id)
        is_taken = self._takes_any(work, "missing") and not self.stocks.gone(work, stock, "", scope.within)
        is_there = stock.name not in self.shop.optional or is_taken
        if document is None and is_there:
            _, document = stock.make(work, {}, scope.within, scope.known, "")
            work.put(stock.kind, id, document)
        return None if document is None else (id, document)

    def require_stock(self) -> Stock:
        assert self.stock is not None  # operations with a deed that needs one have one: the model was checked
        return self.stock

    # What is refused

    def refusal(self, call: Call, sort: str, message: str) -> Reply:
        status = self.shop.refusals.status(self.operation, sort, self.told.refuses.get(sort))
        return self.shop.refusals.reply(call, status, message)

    def missing(self, call: Call, name: str, key: str) -> Reply:
        return self.refusal(
            call, "missing", f"{name.replace('-', ' ').capitalize()} {key!r} was not found." if key else "Not found."
        )

    # What is made

    def made(
        self, call: Call, work: Work, scope: Scope, body: Mapping[str, Any], key: str | None = None
    ) -> tuple[str, Document, dict[str, Any]]:
        """A new thing, stored and on its way, and what comes along with it in the reply."""
        stock = self.require_stock()
        id, document = stock.make(work, body, self._all_within(work, stock, scope, body), scope.known, key)
        self._require_free(call, work, stock, id, document)
        if self.ways.has(stock, CREATE):
            self.ways.send(work, stock, CREATE, id, document)
        extra = self.along(call, work, scope, stock, id, document)
        work.put(stock.kind, id, document)
        tell(work, stock, id, document, "created")
        return id, document, extra

    def _all_within(self, work: Work, stock: Stock, scope: Scope, body: Mapping[str, Any]) -> list[str]:
        """What it belongs to: by the path, and by members that name others."""
        within = list(scope.within)
        for member, name in stock.resource.refers.items():
            told = body.get(member)
            other = self.stocks.by_name.get(name)
            found = other.find(work, str(told), ()) if other and isinstance(told, str | int) else None
            if other and found and f"{name}/{found[0]}" not in within:
                within.append(f"{name}/{found[0]}")
                scope.known.update({flat(member): told})
        return within

    def _require_free(self, call: Call, work: Work, stock: Stock, id: str, document: Document) -> None:
        if work.get(stock.kind, id) is not None:
            raise Refused(
                self.refusal(call, "taken", f"{stock.name.replace('-', ' ').capitalize()} {document['key']!r} already exists.")
            )
        for member in stock.resource.unique:
            value = document["wire"].get(member)
            others = work.ids(stock.kind, **{f"by {member}": value}) if isinstance(value, str) else ()
            if any((other := work.get(stock.kind, one)) and other["within"] == document["within"] for one in others):
                raise Refused(
                    self.refusal(call, "taken", f"A {stock.name.replace('-', ' ')} with the {member} {value!r} already exists.")
                )

    def along(self, call: Call, work: Work, scope: Scope, stock: Stock, id: str, document: Document) -> dict[str, Any]:
        """The other things of the reply: those that belong to this one, and the operations that tell of its way."""
        if not self.told.brings:
            return {}
        known = {**scope.known, **stock.known(document, id), **dict.fromkeys(SPOKEN_OF, document["key"])}
        within = [*dict.fromkeys((*scope.within, *document["within"], f"{stock.name}/{id}"))]
        extra: dict[str, Any] = {}
        for dotted, name in self._in_order:
            other = self.stocks.by_name[name]
            inner, made = other.make(work, {}, [one for one in within if self._is_owner(one, other, stock)], known)
            if other.resource.follows:
                self._accompany(work, other, inner, made, stock, id, document)
            elif self.ways.has(other, CREATE):
                self.ways.send(work, other, CREATE, inner, made)
            work.put(other.kind, inner, made)
            if dotted != self._in_order[-1][0]:  # what comes last, nobody else has to know
                known |= other.known(made, inner)
                within.append(f"{name}/{inner}")
            extra[dotted] = self._place(call, other, made) if flat(dotted) in POLLED else self._shown(dotted, other, made, work)
        return extra

    def _is_owner(self, one: str, other: Stock, stock: Stock) -> bool:
        name = one.partition("/")[0]
        return name in other.resource.within or name in other.resource.refers.values() or name == stock.name

    @cached_property
    def _in_order(self) -> list[tuple[str, str]]:
        """What others belong to first."""
        told = [*self.told.brings.items()]
        names = {name for _, name in told}

        def weight(pair: tuple[str, str]) -> int:
            resource = self.stocks.by_name[pair[1]].resource
            return len(names & {*resource.within, *resource.refers.values()}) + 100 * resource.follows

        return sorted(told, key=weight)

    def _accompany(self, work: Work, other: Stock, inner: str, made: Document, stock: Stock, id: str, document: Document) -> None:
        """An operation ends with the way that it tells of; where there is none, it has its own."""
        made["tells"] = [stock.name, id]
        if not self.ways.has(other, CREATE):
            return
        if document.get("status") in self._on_the_way(stock):
            made["status"] = next(iter(other.resource.lifecycles[CREATE].steps), made.get("status"))
            document["followers"].append([other.name, inner])
        else:
            self.ways.send(work, other, CREATE, inner, made)

    @staticmethod
    def _on_the_way(stock: Stock) -> set[str]:
        return {status for way in stock.resource.lifecycles.values() for status in way.steps}

    def _shown(self, dotted: str, other: Stock, made: Document, work: Work) -> Any:
        form = self.answers.form(self.told.status)
        node = self.composer.at(form.node, dotted) if form.node and dotted else form.node
        view, wire = self.composer.views.of(node), dict(other.shown(made))
        is_list = view.type == "array" and view.items is not None
        inner = view.items if is_list else node
        if inner is not None and not self.composer.is_own(inner, other.view):
            wire = self.composer.show(inner, wire, other.view, other.making(work, made), dotted)
        return [wire] if is_list else wire

    # What is answered

    def answer(
        self,
        call: Call,
        work: Work,
        scope: Scope,
        id: str,
        document: Document,
        extra: Mapping[str, Any],
        status: int,
        before: Sequence[Document] = (),
    ) -> Reply:
        """`before` were made by the same call: they stand before it where the reply has a list."""
        stock, form = self.require_stock(), self.answers.form(status)
        if form.only and form.only[1] == stock.view.pointer and not extra and self.told.does != model.SHOW:
            body: Any = stock.shown(document)  # the usual case, and the one that is asked for most
            for name in reversed(form.only[0]):
                body = {name: body}
            return Reply(status, body, {}, form.media)
        url = self._url(call, work, stock, document) if form.has_places else ""
        parts = self._parts(status) if extra.keys() == self.told.brings.keys() else ()
        if parts:
            kept = {name: extra[name] if name in extra else stock.shown(document) for name in parts}
            return self.answers.as_kept(form, kept, stock.making(work, document), url)
        known = {**scope.known, **stock.known(document, id)}
        if self.told.does in (model.CREATE, model.PUT):
            known |= {name: document["key"] for name in IDENTITIES if name != flat(stock.resource.key.member)}
        making = stock.making(work, document, known)
        shows = self.told.does != model.SHOW
        others = [(stock.shown(one), stock.making(work, one, scope.known)) for one in before]
        return self.answers.of(status, stock.shown(document), stock.view, making, extra, url, shows=shows, before=others)

    def _find_parts(self, status: int) -> Sequence[str]:
        """The members of a reply that has nothing in it but the thing and what comes along, each as it is kept; else none."""
        form, stock, brings = self.answers.form(status), self.require_stock(), self.told.brings
        if form.node is None or not self.told.reply or form.view.variants or form.makes_headers or self.told.does == model.SHOW:
            return ()
        views = {self.told.reply: stock.view} | {name: self.stocks.by_name[other].view for name, other in brings.items()}
        members = form.view.members
        is_own = self.composer.is_own
        if members.keys() != views.keys() or not is_own(members[self.told.reply], stock.view):
            return ()
        if not all(self._is_kept(members[name], views[name]) for name in brings):
            return ()
        there = [name for name, _ in self.composer.maker.members(form.view) if name != self.told.reply]
        return [*dict.fromkeys((*there, self.told.reply, *(name for name, _ in self._in_order)))]

    def _is_kept(self, node: Node, canonical: View) -> bool:
        """Whether a member shows what comes along as it is kept, alone or as the only one of a list."""
        view = self.composer.views.of(node)
        one = view.items if view.type == "array" and not view.facts.keys() & {"minItems", "maxItems"} else node
        return one is not None and self.composer.is_own(one, canonical)

    def _url(self, call: Call, work: Work, stock: Stock, document: Document) -> str:
        """Where a thing is found; of one that is on its way, the operation that tells of it."""
        for name, id in document["followers"] if self.told.status == 202 else ():
            other = self.stocks.by_name[name]
            follower = work.get(other.kind, id)
            if follower and (url := self._place(call, other, follower)):
                return url
        below = f"/{quote(document['key'], safe='')}" if self.told.does == model.CREATE and not stock.resource.single else ""
        return self._place(call, stock, document) or f"{call.base_url}{call.path.rstrip('/')}{below}"

    def _place(self, call: Call, stock: Stock, document: Document) -> str:
        read = self.shop.reads.get(stock.name)
        if read is None:
            return ""
        keys = dict(one.split("/", 1) for one in document["within"])
        documented, told = read
        values = {name: document["key"] if name == told.item else keys.get(owner, "-") for name, owner in told.path.items()}
        return call.base_url + PARAMETER.sub(lambda found: quote(str(values.get(found[1], "-")), safe=""), documented.path)

    def plain(self, call: Call, work: Work, scope: Scope) -> Reply:
        """An answer that is about nothing that is kept."""
        making = Making(work.draw(f"{self.shop.model.service}/{self.operation.id}", call.path), work.now, dict(scope.known))
        return self.answers.of(self.told.status, {}, NOTHING, making, {}, f"{call.base_url}{call.path}", shows=False)
