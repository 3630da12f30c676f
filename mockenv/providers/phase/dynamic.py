"""Dynamic secrets: credentials that exist while a lease of them runs; looked for, leased and shown, in plain text or sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mockenv.kernel.lifecycles.walk import finish_step, provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Parked, Reply
from mockenv.providers.phase.authentication import Principal
from mockenv.providers.phase.contents import hidden_of, normal_path
from mockenv.providers.phase.errors import failure, refusal
from mockenv.providers.phase.lifecycle import LEASING
from mockenv.providers.phase.model import (
    DYNAMIC,
    LEASE,
    MEMBER,
    SERVICE_ACCOUNT,
    new_id,
    plan_of,
    show_member,
    show_role,
    shown_end,
    shown_time,
)
from mockenv.store.base import Document

SHORTEST = 60
PATIENCE = 60.0
"""Real seconds for which a reply waits for leases that are being issued."""
ENTERPRISE = "Dynamic secrets are only available on the Enterprise plan."
TOO_LONG = "The specified TTL exceeds the maximum TTL for this dynamic secret."
TOO_SHORT = f"The specified TTL must be at least {SHORTEST} seconds."
NOT_ISSUED = "An internal error occurred"

Sealer = Callable[[str, str], str]
"""What becomes of a text on the way out: text and what it is → what is shown."""
Speller = Callable[[Any], Any]
"""How the names of members are spelled on the way out."""
Answer = Callable[[Work, list[Document]], Reply]


def in_plain_text(text: str, what: str) -> str:
    return text


class Asked(NamedTuple):
    """What a reader of secrets wants of the dynamic ones."""

    who: Principal
    dynamic: bool
    lease: bool
    path: str | None
    ttl: int | None

    @classmethod
    def by(cls, who: Principal, told: Callable[[str], str | None], ttl_name: str) -> Asked:
        """From a query or from headers. Raises Refused."""
        dynamic = is_yes(told("dynamic")) or is_yes(told("include_dynamic"))
        lease = dynamic and is_yes(told("lease"))
        return cls(who, dynamic, lease, told("path"), whole(told(ttl_name), "lease_ttl") if dynamic else None)


def is_yes(told: str | None) -> bool:
    """Whatever is there and is not `false`."""
    return told is not None and told.lower() != "false"


def whole(text: str | None, name: str) -> int | None:
    """Raises Refused."""
    try:
        return int(text) if text else None
    except ValueError:
        raise refusal(400, f"{name} must be a valid integer (seconds)") from None


def find_dynamic(work: Work, environment: str, path: str | None, **where: str) -> list[Document]:
    if path:
        where["path"] = f"{environment}{normal_path(path)}"
    return work.find(DYNAMIC, environment=environment, **where)


def with_dynamic(work: Work, asked: Asked, seal: Sealer, spell: Speller, reply: Answer) -> Reply | Parked:
    """A list of secrets with the dynamic ones behind it, each with a lease where that is asked for."""
    if not asked.dynamic:
        return reply(work, [])
    found = find_dynamic(work, asked.who.environment, asked.path)
    if not asked.lease:
        return reply(work, spell([show_dynamic(work, one, seal) for one in found]))
    if plan_of(work) != "Enterprise":
        raise refusal(403, ENTERPRISE)
    leases: dict[str, str] = {}
    failed: dict[str, str] = {}
    for one in found:
        problem = problem_with(one, asked.ttl)
        if problem:
            failed[one["id"]] = problem
        else:
            leases[one["id"]] = issue(work, one, asked.ttl, asked.who)

    def answer(work: Work) -> Reply:
        failures = failed | {id: NOT_ISSUED for id, lease in leases.items() if work.get(LEASE, lease) is None}
        if failures:
            return Reply(400, spell(_not_all(work, failures, len(leases) - (len(failures) - len(failed)))))
        return reply(work, spell([show_dynamic(work, one, seal, leases[one["id"]]) for one in found]))

    return when_issued(work, list(leases.values()), answer)


def problem_with(secret: Document, ttl: int | None) -> str | None:
    """Why no lease can be had for so long, if that is so."""
    wanted = ttl or secret["defaultTtl"]
    if wanted > secret["maxTtl"]:
        return TOO_LONG
    return TOO_SHORT if wanted < SHORTEST else None


def issue(work: Work, secret: Document, ttl: int | None, who: Principal) -> str:
    """A new lease, on its way; its id. Unless a delay, a hold or a fault says otherwise it is active at once."""
    lease: Document = {
        "id": new_id(work, LEASE),
        "name": secret["name"],
        "description": "",
        "secret": secret["id"],
        "environment": secret["environment"],
        "ttl": ttl or secret["defaultTtl"],
        "status": "creating",
        "holder": who.id,
        "holderType": "organisation_member" if who.is_user else "service_account",
        **dict.fromkeys(("renewedAt", "expiresAt", "revokedAt", "deletedAt")),
        "createdAt": iso_micros(work.now),
    }
    provision(work, LEASING, lease["id"], lease)
    work.put(LEASE, lease["id"], lease)
    for entry in agenda.entries_of(work, f"{LEASE}/{lease['id']}"):
        if work.has_come(entry["due"]):
            finish_step(work, entry)
    return str(lease["id"])


def when_issued(work: Work, leases: list[str], answer: Callable[[Work], Reply]) -> Reply | Parked:
    """The answer once none of the leases is being created any more: now, as a rule."""

    def ready(work: Work) -> Reply | None:
        is_pending = any((work.get(LEASE, id) or {}).get("status") == "creating" for id in leases)
        return None if is_pending else answer(work)

    now = ready(work)
    return now or Parked([f"{LEASE}/{id}" for id in leases], ready, lambda work: failure(500, NOT_ISSUED), PATIENCE)


# Showing, in the service's inner spelling


def show_dynamic(work: Work, secret: Document, seal: Sealer, lease: str | None = None) -> Document:
    document = work.get(LEASE, lease) if lease else None
    return {
        **{name: secret[name] for name in ("id", "name")},
        "type": "dynamic",
        **{name: secret[name] for name in ("description", "environment", "folder", "path")},
        "default_ttl": duration(secret["defaultTtl"]),
        "max_ttl": duration(secret["maxTtl"]),
        "provider": secret["provider"],
        "key_map": [_show_key(work, secret, key, seal) for key in secret["keys"]],
        "created_at": shown_time(work, secret["createdAt"]),
        "updated_at": shown_time(work, secret["updatedAt"]),
        "deleted_at": None,
        "lease": show_lease(work, document, _credentials(work, secret, document, seal)) if document else None,
    }


def show_lease(work: Work, lease: Document, credentials: list[Document]) -> Document:
    return {
        **{name: lease[name] for name in ("id", "name", "description", "secret")},
        "ttl": duration(lease["ttl"]),
        "status": lease["status"],
        "owner": {"type": lease["holderType"], "data": _show_holder(work, lease)},
        "credentials": credentials,
        "created_at": shown_time(work, lease["createdAt"]),
        "renewed_at": shown_time(work, lease["renewedAt"]),
        "expires_at": shown_end(work, lease["expiresAt"]),
        "revoked_at": shown_time(work, lease["revokedAt"]),
        "deleted_at": None,
    }


def duration(seconds: int) -> str:
    """As Django writes a span: `01:00:00`, `1 00:00:00`."""
    days, rest = divmod(int(seconds), 86_400)
    text = f"{rest // 3_600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days} {text}" if days else text


def _not_all(work: Work, failures: dict[str, str], successful: int) -> Document:
    failed = [
        {"secret_id": id, "secret_name": (work.get(DYNAMIC, id) or {}).get("name"), "error": text} for id, text in failures.items()
    ]
    text = "One or more dynamic secret leases could not be created"
    return {"error": text, "failed_leases": failed, "successful_leases": successful}


def _show_key(work: Work, secret: Document, key: Document, seal: Sealer) -> Document:
    name = hidden_of(work, secret["id"])[key["id"]]
    shown = seal(name, f"{secret['id']}/{key['id']}")
    return {"id": key["id"], "key_name": shown, "key_digest": key["digest"], "masked": key["id"] != "username"}


def _credentials(work: Work, secret: Document, lease: Document | None, seal: Sealer) -> list[Document]:
    if lease is None:
        return []
    names, values = hidden_of(work, secret["id"]), hidden_of(work, lease["id"])
    return [
        {
            "key": seal(names[key["id"]], f"{secret['id']}/{key['id']}"),
            "value": seal(values[key["id"]], f"{lease['id']}/{key['id']}"),
        }
        for key in secret["keys"]
        if key["id"] in values
    ]


def _show_holder(work: Work, lease: Document) -> Document:
    if lease["holderType"] == "organisation_member":
        shown = show_member(work, work.get(MEMBER, lease["holder"]) or {})
        names = {"fullName": "full_name", "createdAt": "created_at", "updatedAt": "updated_at"}
        return {names.get(name, name): value for name, value in shown.items()}
    account = work.get(SERVICE_ACCOUNT, lease["holder"]) or {"id": lease["holder"], "name": "", "role": ""}
    return {"id": account["id"], "name": account["name"], "role": show_role(work, account["role"])}
