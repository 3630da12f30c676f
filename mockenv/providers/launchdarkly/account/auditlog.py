"""The audit log as it is read: newest first, by time, words and resources."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.providers.launchdarkly.audit import ENTRY, described, show
from mockenv.providers.launchdarkly.errors import failure
from mockenv.providers.launchdarkly.links import link_here
from mockenv.providers.launchdarkly.policy import allows, names
from mockenv.store.base import Document
from mockenv.toolbox import find_one

LIMIT = 10
"""As documented; 20 at most."""


def get_entries(call: Call, work: Work) -> Reply:
    return _found(call, work, [])


def post_entries(call: Call, work: Work) -> Reply:
    """The same for those that a policy allows: an array of statements."""
    return _found(call, work, call.body() if call.raw else [])


def _found(call: Call, work: Work, statements: list[Document]) -> Reply:
    query = call.query()
    before, after = query.get("before"), query.get("after")
    words, specifiers = query.get("q", "").casefold(), [one for one in query.get("spec", "").split(",") if one]

    def wanted(entry: Document) -> bool:
        accesses = [(one["action"], one["resource"]) for one in entry["accesses"]]
        return (
            (before is None or entry["date"] < before)
            and (after is None or entry["date"] > after)
            and words in described(entry)
            and (not specifiers or any(names(specifier, resource) for specifier in specifiers for _, resource in accesses))
            and (not statements or any(allows(statements, action, resource) for action, resource in accesses))
        )

    found = [entry for entry in reversed(work.find(ENTRY)) if wanted(entry)]
    items = [show(call, entry) for entry in found[: query.get("limit", LIMIT)]]
    return Reply(200, {"_links": {"self": link_here(call, call.path)}, "items": items})


def get_entry(call: Call, work: Work) -> Reply:
    entry = find_one(work, ENTRY, _id=call.params["id"])
    if entry is None:
        raise Refused(failure(call, 404))
    return Reply(200, show(call, entry, whole=True))


OPERATIONS: dict[str, Handler] = {
    "getAuditLogEntries": get_entries,
    "postAuditLogEntries": post_entries,
    "getAuditLogEntry": get_entry,
}
