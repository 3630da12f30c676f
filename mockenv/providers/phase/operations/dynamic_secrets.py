"""Dynamic secrets and their leases: listed, leased, renewed, revoked."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, iso_micros, later, parse_instant, to_datetime
from mockenv.provider import Call, Parked, Reply
from mockenv.providers.phase.access import may
from mockenv.providers.phase.authentication import caller_of
from mockenv.providers.phase.bodies import read_object
from mockenv.providers.phase.dynamic import (
    ENTERPRISE,
    NOT_ISSUED,
    TOO_LONG,
    find_dynamic,
    in_plain_text,
    is_yes,
    issue,
    problem_with,
    show_dynamic,
    show_lease,
    when_issued,
    whole,
)
from mockenv.providers.phase.errors import failure, refusal
from mockenv.providers.phase.lifecycle import end_lease
from mockenv.providers.phase.model import APP, DYNAMIC, ENVIRONMENT, LEASE, camelised, note, plan_of
from mockenv.providers.phase.resolution import query_of
from mockenv.store.base import Document

USUAL_RENEWAL = 3_600


def list_dynamic_secrets(call: Call, work: Work) -> Reply | Parked:
    """With `lease` this GET makes one for each that is found."""
    who, query = caller_of(call), query_of(call)
    environment = work.get(ENVIRONMENT, who.environment) or {}
    if not (work.get(APP, environment["app"]) or {})["sseEnabled"]:
        raise refusal(400, "SSE is not enabled for this App")
    found = find_dynamic(work, who.environment, query.get("path"), **{"name": query["name"]} if query.get("name") else {})
    if query.get("id"):
        found = [one for one in found if one["id"] == query["id"]]
    if not found:
        raise refusal(404, "No dynamic secrets found")
    ttl = whole(query.get("ttl"), "ttl")
    if not is_yes(query.get("lease")):
        return Reply(200, camelised([show_dynamic(work, one, in_plain_text) for one in found]))
    _check_plan(work)
    for problem in filter(None, (problem_with(one, ttl) for one in found)):
        raise refusal(400, problem)
    leases = {one["id"]: issue(work, one, ttl, who) for one in found}

    def answer(work: Work) -> Reply:
        if any(work.get(LEASE, lease) is None for lease in leases.values()):
            return failure(500, f"{NOT_ISSUED} while creating the lease")
        return Reply(200, camelised([show_dynamic(work, one, in_plain_text, leases[one["id"]]) for one in found]))

    return when_issued(work, list(leases.values()), answer)


def list_leases(call: Call, work: Work) -> Reply:
    """Newest first; only one's own, where the role does not see the others'."""
    who, query = caller_of(call), query_of(call)
    if not query.get("secret_id"):
        raise refusal(400, "secret_id is required")
    if not may(work, who.role_id, "read", "Secrets", in_app=True):
        raise refusal(403, "You don't have permission to read secrets in this environment.")
    if work.get(DYNAMIC, query["secret_id"]) is None:
        raise refusal(404, "Secret not found")
    sees_all = may(work, who.role_id, "read", "DynamicSecretLeases", in_app=True)
    found = [one for one in work.find(LEASE, secret=query["secret_id"]) if sees_all or one["holder"] == who.id]
    return Reply(200, camelised([show_lease(work, one, []) for one in reversed(found)]))


def renew_lease(call: Call, work: Work) -> Reply:
    """The time is added to the lease's end, and to its length."""
    body = read_object(call)
    lease, ttl = _require_lease(call, work, body.get("lease_id"), "update"), body.get("ttl", USUAL_RENEWAL)
    if isinstance(ttl, bool) or not isinstance(ttl, int):
        raise refusal(400, "'ttl' must be an integer.")  # the real service fails (500)
    _check_plan(work)
    longest = (work.get(DYNAMIC, lease["secret"]) or {})["maxTtl"]
    if lease["ttl"] + ttl > longest:
        text = "The renewal TTL would exceed the maximum TTL for this dynamic secret."
        raise refusal(400, f"{text} Maximum remaining renewal time: {longest - lease['ttl']} seconds")
    if ttl > longest:
        raise refusal(400, TOO_LONG)
    if lease["status"] != "active" or work.has_come(parse_instant(lease["expiresAt"])):
        raise refusal(400, "This lease has expired and cannot be renewed")
    end = later(parse_instant(lease["expiresAt"]), ttl * SECOND)
    lease.update(expiresAt=iso_micros(end), renewedAt=iso_micros(work.now), ttl=lease["ttl"] + ttl)
    for entry in agenda.entries_of(work, f"{LEASE}/{lease['id']}"):
        if entry["state"] == "pending":
            agenda.put(work, {**entry, "due": end})
    work.put(LEASE, lease["id"], lease)
    note(work, "lease.renewed", LEASE, lease["id"], lease)
    return Reply(200, {"message": f"Lease renewed successfully. Updated expiry: {to_datetime(work.as_shown(end))}"})


def revoke_lease(call: Call, work: Work) -> Reply:
    """Once is enough: a second time is told, and no failure."""
    body = read_object(call)
    lease = _require_lease(call, work, body.get("lease_id") or query_of(call).get("lease_id"), "delete")
    if lease["status"] in ("expired", "revoked"):
        return Reply(200, {"message": "Lease was already revoked"})
    agenda.cancel(work, f"{LEASE}/{lease['id']}")
    end_lease(work, lease, "revoked")
    work.put(LEASE, lease["id"], lease)
    return Reply(200, {"message": "Lease revoked successfully"})


def _require_lease(call: Call, work: Work, id: Any, action: str) -> Document:
    """The environment's lease, if the caller may touch it.

    A service account may touch its own. A member is asked for the permission even then: the service compares two sorts of ids.
    """
    who = caller_of(call)
    if not id:
        raise refusal(400, "lease_id is required")
    lease = work.get(LEASE, str(id))
    if lease is None or lease["environment"] != who.environment:
        raise refusal(404, "Lease not found")
    is_own = not who.is_user and lease["holder"] == who.id
    if not is_own and not may(work, who.role_id, action, "DynamicSecretLeases", in_app=True):
        raise refusal(403, f"You don't have permission to {action} leases for other accounts.")
    return lease


def _check_plan(work: Work) -> None:
    if plan_of(work) != "Enterprise":
        raise refusal(403, ENTERPRISE)
