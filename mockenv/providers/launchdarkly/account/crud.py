"""Things that are listed, made, shown, changed by JSON Patch and deleted, and nothing else: the five operations, from a description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly import audit, patching
from mockenv.providers.launchdarkly.access import require_write
from mockenv.providers.launchdarkly.errors import invalid, unknown
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.providers.launchdarkly.paging import asked_page, links_of
from mockenv.store.base import Document
from mockenv.toolbox import required

READ_ONLY = ("_links", "_id", "_access")


class Sort(NamedTuple):
    """One sort of thing. Stored members that are not in `shown` are nobody's business."""

    kind: str
    label: str
    """What a refusal, the audit log and a specifier call it: `webhook`."""
    schema: str
    """Of what is shown."""
    path: Callable[[Document], str]
    """Where one is found, below the API's root."""
    shown: tuple[str, ...]
    defaults: Mapping[str, Any]
    """The members that a patch may change, and what they go back to."""
    make: Callable[[Call, Work, Document], Document]
    """From a request's body. Raises Refused."""
    actions: Mapping[str, str]
    """Member → the action of changing it; `+` and `-`: of making and deleting one."""
    optional: tuple[str, ...] = ()
    """Members that a patch may change and that may be absent."""
    created: int = 201
    parameter: str = "id"
    more: Callable[[Call, Work, Document], Document] = lambda call, work, one: {}
    """More to show."""
    has_links: bool = True
    kept: Callable[[Document], Document] = lambda one: one
    """The last touch before it is stored."""
    check: Callable[[Call, Work, Document], None] = lambda call, work, one: None
    """What a schema cannot say. Raises Refused."""

    def show(self, call: Call, work: Work, one: Document) -> Document:
        members = {name: one[name] for name in self.shown if name in one}
        links = {"_links": {"self": link_here(call, f"{ROOT}/{self.path(one)}")}} if self.has_links else {}
        return {**links, **members, **self.more(call, work, one)}

    def find(self, call: Call, work: Work) -> Document:
        id = call.params[self.parameter]
        return required(work.get(self.kind, id), lambda: unknown(call, self.label, id))

    def done(self, one: Document, verb: str, *actions: str) -> audit.Done:
        return audit.Done(
            self.label,
            one.get("name") or one.get("email") or one["id"],
            f"{verb} the {self.label}",
            f"{ROOT}/{self.path(one)}",
            tuple((action, f"{self.label}/{one['id']}") for action in actions),
            tuple(one.get("tags", ())),
        )

    def get(self, call: Call, work: Work) -> Reply:
        return Reply(200, self.show(call, work, self.find(call, work)))

    def post(self, call: Call, work: Work) -> Reply:
        require_write(call)
        if not call.raw:
            raise invalid(call, "Invalid request body: there is none")
        one = self.kept(self.make(call, work, call.body()))
        self.check(call, work, one)
        work.put(self.kind, one["id"], one)
        audit.record(call, work, self.done(one, "created", self.actions["+"]), after=self.show(call, work, one))
        return Reply(self.created, self.show(call, work, one))

    def patch(self, call: Call, work: Work) -> Reply:
        """All or nothing, checked in what comes out; what is shown and not editable stays."""
        before = self.find(call, work)
        require_write(call)
        view = self.show(call, work, before)
        after = patching.apply(call, view, patching.operations_of(call), lambda path: path.count("/") == 1)
        after = patching.with_defaults(after, self.defaults)
        editable = (*self.defaults, *self.optional)
        patching.require_kept(call, view, after, [name for name in (*READ_ONLY, *view) if name not in editable])
        patching.require_valid(call, self.schema, after)
        taken = {name: after[name] for name in editable if name in after}
        one = self.kept({**{name: value for name, value in before.items() if name not in self.optional}, **taken})
        self.check(call, work, one)
        work.put(self.kind, one["id"], one)
        actions = audit.actions_between(before, one, {name: action for name, action in self.actions.items() if name not in "+-"})
        audit.record(call, work, self.done(one, "updated", *actions), view, self.show(call, work, one))
        return Reply(200, self.show(call, work, one))

    def delete(self, call: Call, work: Work) -> Reply:
        one = self.find(call, work)
        require_write(call)
        work.delete(self.kind, one["id"])
        audit.record(call, work, self.done(one, "deleted", self.actions["-"]), self.show(call, work, one))
        return Reply(204)

    def handlers(self, get: str, post: str, patch: str, delete: str) -> dict[str, Handler]:
        """By their operationIds."""
        return {get: self.get, post: self.post, patch: self.patch, delete: self.delete}


def page_of(call: Call, work: Work, sort: Sort) -> Reply:
    """A page of all there are, oldest first."""
    offset, limit = asked_page(call)
    found, total = work.page(sort.kind, {}, offset, limit)
    items = [sort.show(call, work, one) for one in found]
    return Reply(200, {"_links": links_of(call, total, offset, limit), "items": items, "totalCount": total})
