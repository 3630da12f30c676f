"""What was done, by whom: the audit log's entries, which webhooks tell of, and where custom roles decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockenv.kernel.events.event import emit
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call
from mockenv.providers.launchdarkly.access import require_allowed
from mockenv.providers.launchdarkly.links import HTML, ROOT, link
from mockenv.providers.launchdarkly.members import account_id, caller_of
from mockenv.store.base import Document, Kind, by

ENTRY = "launchdarkly/audit_entry"
EVENT = "launchdarkly.audit.entry"
KEPT = 10_000
KINDS = (Kind(ENTRY, {"_id": by("_id")}, is_record=True),)
Access = tuple[str, str]
"""An action, and the resource that it was done to."""


class Done(NamedTuple):
    """A change, as the log tells it. `path` is where the thing is found."""

    kind: str
    name: str
    verb: str
    path: str
    accesses: tuple[Access, ...]
    tags: tuple[str, ...] = ()


def on(kind: str, document: Document, verb: str, path: str, resource: str, *actions: str) -> Done:
    """For actions on one resource."""
    accesses = tuple((action, resource) for action in actions)
    return Done(kind, document["name"], verb, path, accesses, tuple(document.get("tags", ())))


def actions_between(before: Document, after: Document, table: Mapping[str, str]) -> tuple[str, ...]:
    """What was done to make one of the other: member → action, for members that differ."""
    changed = (action for name, action in table.items() if before.get(name) != after.get(name))
    return tuple(dict.fromkeys(changed))


def record(call: Call, work: Work, done: Done, before: Document | None = None, after: Document | None = None) -> None:
    """Raises Refused (403) where a custom role does not allow it: then all of it is undone. What changes nothing is no entry."""
    if not done.accesses:
        return
    for action, resource in done.accesses:
        require_allowed(call, work, action, resource, done.tags)
    more = {
        **_comment_of(call),
        **_member_of(call, work),
        **({"previousVersion": before} if before else {}),
        **({"currentVersion": after} if after else {}),
        **({"delta": call.json()} if before and after and call.raw else {}),
    }
    _write(work, done, more, call.prefix)


def record_unasked(work: Work, done: Done) -> None:
    """What nobody has asked the service for: no role is looked at, and of who it was and what it looked like nothing is known."""
    if done.accesses:
        _write(work, done, {}, "")


def _write(work: Work, done: Done, more: Document, prefix: str) -> None:
    number = work.next_ordinal(ENTRY)
    id = work.draw(ENTRY, number).hex("id", 24)
    entry = {
        "_id": id,
        "account": account_id(work),
        "date": work.now // MILLISECOND,
        **{name: getattr(done, name) for name in ("kind", "name", "verb", "path")},
        "accesses": [{"action": action, "resource": resource} for action, resource in done.accesses],
        **more,
    }
    work.put(ENTRY, str(number), entry)
    if number > KEPT:
        work.delete(ENTRY, str(number - KEPT))
    emit(work, EVENT, f"{ENTRY}/{number}", {"entry": _shown(prefix, entry), "tags": list(done.tags)})


def _comment_of(call: Call) -> Document:
    body = call.json() if call.raw else None
    comment = body.get("comment") if isinstance(body, dict) else None
    return {"comment": comment} if isinstance(comment, str) else {}


def _member_of(call: Call, work: Work) -> Document:
    member = caller_of(call, work)
    return (
        {"member": {name: member[name] for name in ("_id", "email", "firstName", "lastName") if name in member}} if member else {}
    )


def show(call: Call, entry: Document, *, whole: bool = False) -> Document:
    """As the list and webhooks have it; alone (`whole`) also with what there was and what there is."""
    shown = _shown(call.prefix, entry)
    if whole:
        shown |= {name: entry[name] for name in ("delta", "previousVersion", "currentVersion") if name in entry}
    return shown


def _shown(prefix: str, entry: Document) -> Document:
    """With links that lead to where `prefix` does."""
    canonical, site = link(f"{prefix}{entry['path']}"), link(entry["path"].removeprefix(ROOT), HTML)
    member: Document = entry.get("member", {})
    who = " ".join(filter(None, (member.get("firstName"), member.get("lastName")))) or "Somebody"
    log = f"{prefix}{ROOT}/auditlog"
    links = {"canonical": canonical, "parent": link(log), "self": link(f"{log}/{entry['_id']}"), "site": site}
    shown: Document = {
        "_links": links,
        "_id": entry["_id"],
        "_accountId": entry["account"],
        **{name: entry[name] for name in ("date", "accesses", "kind", "name")},
        "description": "",
        "shortDescription": "",
        **({"comment": entry["comment"]} if "comment" in entry else {}),
        "titleVerb": entry["verb"],
        "title": f"[{who}](mailto:{member.get('email', '')}) {entry['verb']} [{entry['name']}]({site['href']})",
        "target": {
            "_links": {"canonical": canonical, "site": site},
            "name": entry["name"],
            "resources": list(dict.fromkeys(access["resource"] for access in entry["accesses"])),
        },
    }
    if member:
        shown["member"] = {**member, "_links": {"self": link(f"{prefix}{ROOT}/members/{member['_id']}")}}
    return shown


def described(entry: Document) -> str:
    """What a search looks through."""
    words: list[Any] = [entry["name"], entry["verb"], entry["kind"], entry.get("comment", ""), *entry.get("member", {}).values()]
    words += [text for access in entry["accesses"] for text in access.values()]
    return " ".join(map(str, words)).casefold()
