"""A secret as its reader sees it: references in its value followed, and the reader's own override."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.phase.authentication import caller_of
from mockenv.providers.phase.contents import hidden_of
from mockenv.providers.phase.model import OVERRIDE, shown_times
from mockenv.providers.phase.references import follow
from mockenv.store.base import Document


def show_secret(call: Call, work: Work, secret: Document) -> Document:
    hidden = hidden_of(work, secret["id"])
    return {
        "id": secret["id"],
        "key": hidden["key"],
        "value": follow(work, secret, caller_of(call).id),
        "comment": hidden["comment"],
        "tags": secret["tags"],
        "override": _override(call, work, secret),
        **{name: secret[name] for name in ("type", "lifecycle", "path", "keyDigest", "version")},
        **shown_times(work, secret),
        "environment": secret["environment"],
        "folder": secret["folder"],
    }


def _override(call: Call, work: Work, secret: Document) -> Document | None:
    who = caller_of(call)
    one = work.get(OVERRIDE, f"{secret['id']}/{who.id}") if who.is_user else None
    if one is None:
        return None
    value = follow(work, secret, who.id, one["value"])
    return {"id": one["id"], "value": value, "isActive": one["isActive"], **shown_times(work, one)}
