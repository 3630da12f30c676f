"""Expiring targets as they are stored; changes nothing else and shows nothing to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.providers.launchdarkly.fakes import hex_of
from mockenv.store.base import Document, Kind, by

EXPIRING = "launchdarkly/expiring_target"
KINDS = (Kind(EXPIRING, {"of": by("of"), "environment": by("environmentId"), "project": by("project")}),)
FLAG, SEGMENT = "flag", "segment"


def owner_of(kind: str, environment: Document, key: str) -> str:
    """What an expiring target belongs to: a flag or a segment in an environment."""
    return f"{kind}:{environment['_id']}:{key}"


def target_id(of: str, context_kind: str, context_key: str) -> str:
    """A context is scheduled once in each."""
    return f"{of}:{context_kind}:{context_key}"


def new_target(work: Work, kind: str, environment: Document, key: str, body: Mapping[str, Any]) -> Document:
    """`body` has the context, the date in milliseconds as it was sent and as it is meant, and the variation or the list."""
    of = owner_of(kind, environment, key)
    id = target_id(of, body["contextKind"], body["contextKey"])
    return {
        "_id": hex_of(work, EXPIRING, id, "id", work.next_ordinal(EXPIRING))[:24],
        "_version": 1,
        "id": id,
        "of": of,
        "kind": kind,
        "project": environment["project"],
        "environment": environment["key"],
        "environmentId": environment["_id"],
        "key": key,
        **body,
    }


def forget_all(work: Work, **where: str) -> None:
    """What belonged to something that has gone."""
    for id in list(work.ids(EXPIRING, **where)):
        agenda.cancel(work, f"{EXPIRING}/{id}")
        work.delete(EXPIRING, id)
