"""How February writes what is stored, and the hints around it: one function for each sort of thing; changes nothing."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.providers.vector import ulids
from mockenv.providers.vector.certificates import certificate_of
from mockenv.providers.vector.fakes import fill_environment, fill_site
from mockenv.providers.vector.february import abilities, archives
from mockenv.providers.vector.february.spelling import moment
from mockenv.providers.vector.model import ENVIRONMENT, SITE, SITE_SSH_KEY, SSH_KEY
from mockenv.providers.vector.operations.account import OWNER, partner_settings
from mockenv.providers.vector.operations.searching import STORED, last_deployed_at
from mockenv.store.base import Document

ACCOUNT_ID = 1
PHP_VERSIONS = ("7.2", "7.3", "7.4", "8.0", "8.1", "8.2", "8.3", "8.4", "8.5")
_SITE_STATUSES = {stored: shown for shown, stored in STORED.items()}
_MODELS = {
    "site": "VectorSite",
    "environment": "VectorEnvironment",
    "deployment": "VectorDeployment",
    "webhook": "VectorWebhook",
    "ssh-key": "VectorSshKey",
    "api-key": "PersonalAccessToken",
    "secret": "VectorSecret",
}
# The reference of the time speaks of certificates where the guides of January speak of infrastructure: which is which is a guess.
_STEPS = {
    "creating_infrastructure": "requesting_cert",
    "configuring_database": "waiting_cert",
    "deploying_application": "deploying",
    "configuring_cdn": "provisioning_cdn_ssl",
    "finalizing": "configuring_dns",
}


def site(work: Work, stored: Document) -> Document:
    """Names are known from the first moment; passwords are shown by the replies that make them, and by no other."""
    filled = {**stored}
    fill_site(work, filled)
    found = work.find(ENVIRONMENT, site_id=stored["id"])
    return {
        "id": ulids.ulid_of(work, SITE, stored["id"]),
        "your_customer_id": stored["partner_customer_id"],
        "status": _SITE_STATUSES.get(stored["status"], stored["status"]),
        "dev_php_version": stored["dev_php_version"],
        "tags": stored["tags"],
        "dev_domain": filled["dev_domain"],
        "dev_db_host": filled["db_host"],
        "dev_db_name": filled["db_name"],
        "last_deployed_at": moment(last_deployed_at(work, stored)),
        "environments": [_brief(work, one) for one in found],
        "created_at": moment(stored["created_at"]),
        "updated_at": moment(stored["updated_at"]),
    }


def new_site(work: Work, stored: Document) -> Document:
    return site(work, stored) | _sftp(work, stored) | _database(work, stored)


def site_with_sftp(work: Work, stored: Document) -> Document:
    return site(work, stored) | _sftp(work, stored)


def site_with_database(work: Work, stored: Document) -> Document:
    return site(work, stored) | _database(work, stored)


def _sftp(work: Work, stored: Document) -> Document:
    filled = {**stored}
    fill_site(work, filled)
    shown = {"hostname": "host", "port": "port", "username": "username", "password": "password"}
    return {"dev_sftp": {name: filled[f"sftp_{member}"] for name, member in shown.items()}}


def _database(work: Work, stored: Document) -> Document:
    filled = {**stored}
    fill_site(work, filled)
    return {"dev_db_username": filled["db_username"], "dev_db_password": filled["db_password"]}


def environment(work: Work, stored: Document) -> Document:
    filled, owner = {**stored}, work.get(SITE, str(stored["site_id"])) or {}
    fill_environment(work, filled)
    return {
        "id": ulids.ulid_of(work, ENVIRONMENT, stored["id"]),
        "vector_site_id": ulids.ulid_of(work, SITE, stored["site_id"]),
        "your_customer_id": owner.get("partner_customer_id"),
        "name": stored["name"],
        "is_production": stored["is_production"],
        "status": stored["status"],
        "provisioning_step": _step(work, stored),
        "failure_reason": stored.get("failure_reason"),
        "php_version": stored["php_version"],
        "tags": stored.get("tags", []),
        "platform_domain": filled["platform_domain"],
        "custom_domain": stored["custom_domain"],
        "subdomain": filled["platform_domain"].partition(".")[0],
        "database_host": filled["db_host"],
        "database_name": filled["db_name"],
        "created_at": moment(stored["created_at"]),
        "updated_at": moment(stored["created_at"]),  # simplified: no change of an environment is dated
    }


def environment_updated(work: Work, stored: Document) -> Document:
    """With the change of its domain, if that is what was asked for."""
    change = stored.get("pending_domain_change")
    names = ("id", "status", "status_label", "old_domain", "new_domain")
    shown = archives.domain_change(work, change) if change else {}
    return environment(work, stored) | ({"pending_domain_change": {name: shown[name] for name in names}} if change else {})


def environment_with_password(work: Work, stored: Document) -> Document:
    return environment(work, stored) | {"database_user": stored["db_username"], "database_password": stored["db_password"]}


def _step(work: Work, stored: Document) -> str:
    if stored["provisioning_step"] is not None:
        return _STEPS[stored["provisioning_step"]]
    step = str(certificate_of(work, stored)["provisioning_step"])
    return "complete" if step == "ready" and stored["is_production"] else step


def _brief(work: Work, stored: Document) -> Document:
    names = ("id", "name", "is_production", "status", "php_version", "platform_domain", "custom_domain", "created_at", "updated_at")
    whole = environment(work, stored)
    return {name: whole[name] for name in names}


def deployment(work: Work, stored: Document) -> Document:
    """Guess: whoever's token it is, the actor is the account's owner."""
    owner = work.get(ENVIRONMENT, str(stored["environment_id"]))
    return {
        "id": stored["id"].lower(),
        "vector_environment_id": ulids.ulid_of(work, ENVIRONMENT, stored["environment_id"]),
        "status": stored["status"],
        "stdout": stored["stdout"],
        "stderr": stored["stderr"],
        "actor": OWNER["email"],
        "environment": environment(work, owner) if owner else None,
        "created_at": moment(stored["created_at"]),
        "updated_at": moment(stored["updated_at"]),
    }


def ssh_key(work: Work, shown: Document) -> Document:
    """An account's key, or one of a site; the reference has a preview of the key, of which only its fingerprint is kept here."""
    on = (
        next((one["site_id"] for one in work.find(SITE_SSH_KEY, key_id=shown["id"])), None)
        if not _is_accounts(work, shown)
        else None
    )
    return {
        "id": ulids.ulid_of(work, SSH_KEY, shown["id"]),
        "account_id": ACCOUNT_ID,
        "vector_site_id": None if on is None else ulids.ulid_of(work, SITE, on),
        "name": shown["name"],
        "fingerprint": shown["fingerprint"],
        "is_account_default": on is None,
        "created_at": moment(shown["created_at"]),
        "updated_at": moment(shown["created_at"]),
    }


def _is_accounts(work: Work, shown: Document) -> bool:
    return work.get(SSH_KEY, str(shown["id"])) is not None


def secret(work: Work, shown: Document) -> Document:
    """What has a value to show is a plain variable."""
    return {
        "id": shown["id"].lower(),
        "key": shown["key"],
        "is_secret": "value" not in shown,
        **({"value": shown["value"]} if "value" in shown else {}),
        "created_at": moment(shown["created_at"]),
        "updated_at": moment(shown["updated_at"]),
    }


def api_key(work: Work, shown: Document) -> Document:
    """Keys have numbers here; the one in the other generation's id is it."""
    return {
        "id": int(shown["id"].partition("_")[2], 16),
        "name": shown["name"],
        **({"token": shown["token"]} if "token" in shown else {}),
        "abilities": abilities.shown(shown["abilities"]),
        "last_used_at": moment(shown["last_used_at"]),
        "expires_at": None,
        "created_at": moment(shown["created_at"]),
    }


def webhook(work: Work, shown: Document) -> Document:
    return {
        "id": shown["id"].lower(),
        "account_id": ACCOUNT_ID,
        **{name: shown[name] for name in ("type", "url", "events", "enabled", "secret") if name in shown},
        "created_at": moment(shown["created_at"]),
        "updated_at": moment(shown["updated_at"]),
    }


def webhook_log(work: Work, row: Document) -> Document:
    """What came back is null where nothing did."""
    has_answer = row["status_code"] is not None
    return {
        "id": row["id"].lower(),
        "vector_webhook_delivery_id": row["delivery_id"].lower(),
        "vector_webhook_id": row["webhook_id"].lower(),
        "event": row["event"],
        "request_body": row["request_body"],
        "attempt": row["attempt"],
        "response_status": row["status_code"],
        "response_body": row["response_body"] if has_answer else None,
        "response_headers": row["response_headers"] if has_answer else None,
        "latency_ms": row["response_time_ms"],
        "created_at": moment(row["delivered_at"]),
    }


def event(work: Work, shown: Document) -> Document:
    """No actor where nobody asked. Guess: whoever asked is on the same machine."""
    sort, id = shown["resource"]["type"], shown["resource"]["id"]
    of = f"vector/{sort}"
    actor = shown["actor"]["name"]
    return {
        "id": shown["id"],
        "event": shown["type"],
        "model_type": _MODELS.get(sort, "Vector" + "".join(word.capitalize() for word in sort.split("-"))),
        "model_id": ulids.ulid_of(work, of, id) if of in (SITE, ENVIRONMENT, SSH_KEY) else str(id).lower(),
        "context": shown["metadata"] or None,
        **({"actor": {"ip": "127.0.0.1", "token_name": actor}} if shown["actor"]["type"] == "api_key" else {}),
        "occurred_at": moment(shown["occurred_at"]),
        "created_at": moment(shown["occurred_at"]),
    }


def logs(work: Work, lines: list[Document]) -> Document:
    """A query engine's table. All of it is in one page here, so there is no cursor."""
    columns = [{"name": name, "type": type} for name, type in (("_time", "datetime"), ("message", "string"), ("level", "string"))]
    rows = [[moment(line["timestamp"]), line["message"], line["level"]] for line in lines]
    tables = [{"name": "0", "columns": columns, "rows": rows}]
    return {
        "logs": {"tables": tables, "status": {"rowsExamined": len(rows), "rowsMatched": len(rows)}},
        "cursor": None,
        "has_more": False,
    }


def address(work: Work, shown: Document) -> Document:
    return {"ip": shown["ip"]}


def referrer(work: Work, shown: Document) -> Document:
    return {"hostname": shown["hostname"]}


def account(work: Work, shown: Document) -> Document:
    """Counts by February's statuses."""
    counts = shown["sites"]["by_status"]
    asked = dict.fromkeys(("activation_requested", "suspension_requested", "unsuspension_requested", "canceled"), 0)
    by_status = {**asked, "termination_requested": counts["terminating"]}
    by_status |= {name: counts[name] for name in ("pending", "active", "suspended", "terminated", "failed")}
    environments = {**shown["environments"]["by_status"], "provisioning": 0, "suspending": 0, "unsuspending": 0}
    return {
        **shown,
        "partner": partner_settings(work),
        "sites": {"total": shown["sites"]["total"], "by_status": by_status},
        "environments": {"total": shown["environments"]["total"], "by_status": environments},
    }


def php_versions(work: Work, shown: list[Document]) -> list[Document]:
    return [{"value": version, "label": f"PHP {version}"} for version in PHP_VERSIONS]


def as_is(work: Work, shown: Any) -> Any:
    return shown
