"""What operations do: create, read, list, change, delete, act; each a function of the call and its unit of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import jsonpatch
import jsonpointer

from mockenv.anyservice import model
from mockenv.anyservice.dotted import without
from mockenv.anyservice.inference.statuses import stem
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.serving.hand import Hand, Scope
from mockenv.anyservice.serving.pages import ALL, Wanted, facts_of, link_header, search_of, wanted
from mockenv.anyservice.serving.sorting import AS_MADE, Order, order_of, sorted_by
from mockenv.anyservice.serving.stock import Stock, plain
from mockenv.anyservice.serving.ways import DELETE, tell, turned
from mockenv.anyservice.words import parts
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.store.base import Document, IndexValue

Deed = Callable[[Hand, Call, Work], Reply]
EVERYTHING = 1 << 62
SECRETS = frozenset({"password", "secret", "token", "key", "apikey"})
VERBS = ("type", "action", "command", "operation", "kind")
"""Members of a body that say what to do with a thing, where an action is something that is made."""


def handler(does: str, make: Callable[[], Hand]) -> Handler:
    """The function that the pipeline calls. What it works with is made at the first call: most operations are never called."""
    deed, hand = DEEDS[does], cache(make)
    return lambda call, work: deed(hand(), call, work)


def create(hand: Hand, call: Call, work: Work) -> Reply:
    """One, or as many as the body tells of."""
    scope, bodies = hand.scope(call, work), hand.told_of_each(hand.body(call, work))
    made = [hand.made(call, work, scope, body) for body in bodies]
    if not made:
        return hand.plain(call, work, scope)
    id, document, extra = made[-1]
    for body in bodies if hand.require_stock().resource.follows else ():
        _command(hand, work, scope, body)
    return hand.answer(call, work, scope, id, document, extra, hand.told.status, [one for _, one, _ in made[:-1]])


def read(hand: Hand, call: Call, work: Work) -> Reply:
    scope = hand.scope(call, work)
    id, document = hand.require_thing(call, work, scope)
    hand.query(call, work)
    return hand.answer(call, work, scope, id, document, {}, hand.told.status)


def list_(hand: Hand, call: Call, work: Work) -> Reply:
    scope, query, stock = hand.scope(call, work), hand.query(call, work), hand.require_stock()
    hand.stocks.seed(work, stock, scope.within, scope.known)
    piece = wanted(hand.told.paging, query)
    where: dict[str, list[IndexValue]] = {"within": list(scope.within)}
    for name, member in hand.told.filters.items():
        if name in query:
            where[f"by {member}"] = [plain(query[name] if not isinstance(query[name], list) else next(iter(query[name]), None))]
    order = order_of(hand.told.sorting, query, call.raw_query, stock.meant) if hand.told.sorting else AS_MADE
    call.overlooked += order.strange
    found, total, piece = _page(work, stock, where, order, search_of(hand.told, query), piece, _before(hand, work, scope, query))
    making = Making(work.draw(stock.kind, call.path), work.now, dict(scope.known))
    form = hand.answers.form(hand.told.status)
    holder = hand.composer.views.of(form.inner)
    is_map = holder.type != "array" and holder.values is not None
    inner = holder.values if is_map else holder.items
    items: list[Any] = [stock.shown(one) for one in found]
    if inner and not hand.composer.is_own(inner, stock.view):
        items = [
            hand.composer.show(inner, wire, stock.view, stock.making(work, one), "item")
            for wire, one in zip(items, found, strict=True)
        ]
    facts = facts_of(call, hand.told.paging, piece, total, len(items), links=form.tells_links)
    shown: Any = dict(zip([one["key"] for one in found], items, strict=True)) if is_map else items
    return hand.answers.list(
        hand.told.status, shown, making, facts, link_header(call, hand.told.paging, piece, total) if form.has_link else ""
    )


def _page(
    work: Work,
    stock: Stock,
    where: Mapping[str, Sequence[IndexValue]],
    order: Order,
    looked_for: str,
    piece: Wanted,
    before: Document | None,
) -> tuple[list[Document], int, Wanted]:
    """What is on it, how many there are in all, and which piece that is. Any order but that of creation looks at everything, as do a
    search and a page that begins behind a certain one."""
    if order.is_of_creation and not looked_for and before is None:
        return *work.page(stock.kind, where, piece.start, piece.size, newest_first=order.is_reversed), piece
    found, _ = work.page(stock.kind, where, 0, EVERYTHING)
    if looked_for:
        found = [one for one in found if looked_for in str(one["wire"].get("name", one["key"])).lower()]
    found = sorted_by(order, found, stock.value)
    if before is not None:
        piece = piece.beginning(next((at for at, one in enumerate(found, 1) if one["ordinal"] == before["ordinal"]), 0))
    return found[piece.start : piece.start + piece.size], len(found), piece


def _before(hand: Hand, work: Work, scope: Scope, query: Mapping[str, Any]) -> Document | None:
    """Behind which one a page begins, where replies tell no cursor: then clients go on with the key of the last that they have."""
    told = query.get(hand.told.paging.cursor) if hand.told.paging else None
    if not isinstance(told, str | int) or hand.answers.form(hand.told.status).tells_cursor:
        return None
    found = hand.require_stock().find(work, str(told), scope.within)
    return found[1] if found else None


def replace(hand: Hand, call: Call, work: Work) -> Reply:
    scope = hand.scope(call, work)
    found = hand.require_thing(call, work, scope)
    return _change(hand, call, work, scope, found, whole=True)


def merge(hand: Hand, call: Call, work: Work) -> Reply:
    scope = hand.scope(call, work)
    return _change(hand, call, work, scope, hand.require_thing(call, work, scope), whole=False)


def patch(hand: Hand, call: Call, work: Work) -> Reply:
    """JSON Patch."""
    scope = hand.scope(call, work)
    id, document = hand.require_thing(call, work, scope)
    stock, body = hand.require_stock(), hand.body(call, work)
    try:
        changed = jsonpatch.apply_patch(dict(stock.shown(document)), body if isinstance(body, list) else body.get("patch", []))
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as error:
        raise Refused(hand.refusal(call, "invalid", " ".join(str(error).split()))) from None
    if not isinstance(changed, dict):
        raise Refused(hand.refusal(call, "invalid", "A patch may not take the whole thing away."))
    document["wire"] = {}
    stock.changed(work, document, changed)
    return _keep(hand, call, work, scope, id, document)


def put(hand: Hand, call: Call, work: Work) -> Reply:
    """Change it where it is there; make it where it is not."""
    scope, stock = hand.scope(call, work), hand.require_stock()
    found = hand.thing(call, work, scope)
    if found is not None:
        return _change(hand, call, work, scope, found, whole=hand.operation.method == "PUT")
    body = hand.told_of(hand.body(call, work))
    id, document, extra = hand.made(call, work, scope, body, "" if stock.resource.single else scope.key)
    status = 201 if "201" in hand.operation.responses else hand.told.status
    return hand.answer(call, work, scope, id, document, extra, status)


def delete(hand: Hand, call: Call, work: Work) -> Reply:
    """At once, but where the document has it accepted (202), and the thing has a status for that."""
    scope, stock = hand.scope(call, work), hand.require_stock()
    id, document = hand.require_thing(call, work, scope)
    hand.body(call, work)
    hand.query(call, work)
    tell(work, stock, id, document, "deleted")
    if hand.told.status == 202 and hand.ways.has(stock, DELETE):
        hand.ways.send(work, stock, DELETE, id, document)
        extra = hand.along(call, work, scope, stock, id, document)
        work.put(stock.kind, id, document)
    else:
        hand.stocks.remove(work, stock, id)
        extra = hand.along(call, work, scope, stock, id, document)
    return hand.answer(call, work, scope, id, document, extra, hand.told.status)


def clear(hand: Hand, call: Call, work: Work) -> Reply:
    """All of a collection, or those that the query chooses. A body says which: that is not looked at further."""
    scope, query, stock = hand.scope(call, work), hand.query(call, work), hand.require_stock()
    body = hand.body(call, work)
    where = {f"by {member}": plain(query[name]) for name, member in hand.told.filters.items() if name in query}
    if not body or where:  # a body names some of them; which, no document says
        if scope.within:
            where["within"] = scope.within[-1]
        ids = work.ids(stock.kind, **where)
        for id in ids:
            hand.stocks.remove(work, stock, id)
    return hand.plain(call, work, scope)


def act(hand: Hand, call: Call, work: Work) -> Reply:
    scope, stock = hand.scope(call, work), hand.stock
    if stock is None or not (hand.told.item or stock.resource.single):
        hand.body(call, work)
        return hand.plain(call, work, scope)
    id, document = hand.require_thing(call, work, scope)
    body = hand.body(call, work)
    _do(hand, work, stock, id, document, hand.told.verb, body if isinstance(body, dict) else {})
    extra = hand.along(call, work, scope, stock, id, document)
    work.put(stock.kind, id, document)
    tell(work, stock, id, document, "updated")
    return hand.answer(call, work, scope, id, document, extra, hand.told.status)


def show(hand: Hand, call: Call, work: Work) -> Reply:
    """Something that nothing changes: always the same of the same thing."""
    scope = hand.scope(call, work)
    hand.query(call, work)
    return hand.plain(call, work, scope)


def accept(hand: Hand, call: Call, work: Work) -> Reply:
    scope = hand.scope(call, work)
    hand.body(call, work)
    hand.query(call, work)
    return hand.plain(call, work, scope)


def _change(hand: Hand, call: Call, work: Work, scope: Scope, found: tuple[str, Document], *, whole: bool) -> Reply:
    id, document = found
    stock, body = hand.require_stock(), hand.told_of(hand.body(call, work))
    stock.renamed(document, body)
    stock.changed(work, document, body if stock.may_be_renamed else _without_key(hand, body), whole=whole)
    return _keep(hand, call, work, scope, id, document)


def _without_key(hand: Hand, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a thing is found by stays what it was: a path that is used after a change leads where it did before."""
    return without(body, hand.require_stock().resource.key.member)


def _keep(hand: Hand, call: Call, work: Work, scope: Scope, id: str, document: Document) -> Reply:
    stock = hand.require_stock()
    extra = hand.along(call, work, scope, stock, id, document)
    work.put(stock.kind, id, document)
    tell(work, stock, id, document, "updated")
    return hand.answer(call, work, scope, id, document, extra, hand.told.status)


def _command(hand: Hand, work: Work, scope: Scope, body: Mapping[str, Any]) -> None:
    """An action that is made for a thing is done to it."""
    verb = next((body[name] for name in VERBS if isinstance(body.get(name), str)), None)
    if verb is None or not scope.within:
        return
    name, _, id = scope.within[-1].partition("/")
    owner = hand.stocks.by_name.get(name)
    document = work.get(owner.kind, id) if owner else None
    if owner and document:
        _do(hand, work, owner, id, document, verb, body)
        work.put(owner.kind, id, document)


def _do(hand: Hand, work: Work, stock: Stock, id: str, document: Document, verb: str, body: Mapping[str, Any]) -> None:
    """What an action does: its way where it has one, else what the body says of the thing; and a new secret where one is asked for."""
    told = next((one for one in (stem(verb), verb) if hand.ways.has(stock, one)), None)
    if body:
        member = hand.told.body.partition(".")[0]
        inner = body.get(member) if member else body
        changes = (
            {name: value for name, value in (inner or {}).items() if name in stock.view.members and name not in VERBS}
            if isinstance(inner, dict)
            else {}
        )
        if changes:
            stock.changed(work, document, _without_key(hand, changes))
    if turned(verb):
        making = Making(work.draw(stock.kind, f"{document['ordinal']}/{work.next_ordinal(f'{stock.kind}/secret')}"), work.now)
        for name, node in stock.view.members.items():
            if set(parts(name)) & SECRETS and isinstance(document["wire"].get(name), str) and name != stock.resource.key.member:
                document["wire"][name] = hand.composer.maker.make(node, making, name, name)
    document["wire"] = stock.touched(stock.making(work, document), document["wire"])
    if told:
        document["before"] = document.get("status")
        hand.ways.send(work, stock, told, id, document)


DEEDS: Mapping[str, Deed] = {
    model.CREATE: create,
    model.READ: read,
    model.LIST: list_,
    model.REPLACE: replace,
    model.MERGE: merge,
    model.PATCH: patch,
    model.PUT: put,
    model.DELETE: delete,
    model.CLEAR: clear,
    model.ACT: act,
    model.SHOW: show,
    model.ACCEPT: accept,
}
MOST = ALL
