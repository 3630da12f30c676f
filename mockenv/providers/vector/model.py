"""Vector Pro's resources as they are stored: in the wire's own form, so that showing one is reading one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.values.instant import Instant, iso_micros
from mockenv.store.base import Document, Kind, by, by_each

SITE, ENVIRONMENT, WEBHOOK = "vector/site", "vector/environment", "vector/webhook"
DEPLOYMENT, API_KEY, SSL, LOG = "vector/deployment", "vector/api-key", "vector/ssl", "vector/log"
SSH_KEY, SITE_SSH_KEY, SECRET = "vector/ssh-key", "vector/site-ssh-key", "vector/secret"
WAF_ENTRY, WAF_RULE, CACHE = "vector/waf-entry", "vector/waf-rule", "vector/cache"
EXPORT, IMPORT, FILE, DATABASE = "vector/database-export", "vector/database-import", "vector/file", "vector/database"
PROMOTE = "vector/database-promote"
DOMAIN_CLAIM, DOMAIN_CHANGE = "vector/domain", "vector/domain-change"
BACKUP, RESTORE, BACKUP_DOWNLOAD = "vector/backup", "vector/restore", "vector/backup-download"
SETTINGS, EDGE_RULE = "vector/settings", "vector/edge-rule"
ACCESS_LIST, ACCESS_CHOICE = "vector/access-list", "vector/access-choice"
PARTNER_SETTINGS = "vector/partner-settings"
_KEPT = (EXPORT, IMPORT, DATABASE, BACKUP, RESTORE, BACKUP_DOWNLOAD)
ENVIRONMENT_OWNS = (LOG, SECRET, PROMOTE, DOMAIN_CHANGE, *_KEPT)
SITE_OWNS = (SITE_SSH_KEY, WAF_ENTRY, WAF_RULE, CACHE, FILE, SETTINGS, EDGE_RULE, ACCESS_LIST, ACCESS_CHOICE, *_KEPT)
"""What goes with an environment, and with a site, by the index `environment_id` or `site_id`; deployments say goodbye first."""
PHP_VERSIONS = ("8.1", "8.2", "8.3")
STATUSES = ("pending", "active", "suspended", "terminating", "failed")
DEPLOYMENT_STATUSES = ("pending", "deploying", "deployed", "failed")
RUNNING = ("pending", "deploying")
PARTNER = 1
GENERATIONS = ("2026-01", "2026-02")
SITE_CREDENTIALS = (
    "dev_domain",
    "sftp_username",
    "sftp_password",
    "sftp_host",
    "sftp_port",
    "db_username",
    "db_password",
    "db_host",
    "db_name",
    "db_port",
)
ENVIRONMENT_CREDENTIALS = ("platform_domain", "db_username", "db_password", "db_host", "db_name")

KINDS = (
    Kind(
        SITE,
        {
            "partner_customer_id": by("partner_customer_id"),
            "tags": by_each("tags"),
            "dev_domain": by("dev_domain"),
            "status": by("status"),
        },
    ),
    Kind(
        ENVIRONMENT,
        {
            "site_id": by("site_id"),
            "name": lambda one: name_key(one["site_id"], one["name"]),
            "production_of": lambda one: one["site_id"] if one["is_production"] else (),
            "status": by("status"),
        },
        alike=("php_version", "created_at"),
    ),
    Kind(WEBHOOK),
    Kind(
        DEPLOYMENT,
        {
            "environment_id": by("environment_id"),
            "running_in": lambda one: one["environment_id"] if one["status"] in RUNNING else (),
            "deployed_to": lambda one: one["environment_id"] if one["status"] == "deployed" else (),
        },
        is_record=True,
    ),
    Kind(API_KEY, {"token": by("token")}),
    Kind(SECRET, {"environment_id": by("environment_id")}),
    Kind(SSL, internal=True),
    Kind(PARTNER_SETTINGS, internal=True),
    Kind(
        LOG, {name: by(name) for name in ("site_id", "environment_id", "environment_key", "deployment_id", "level")}, internal=True
    ),
)


def name_key(site_id: int, name: str) -> str:
    """Environment names are unique within a site: what they are found by."""
    return f"{site_id}/{name}"


def new_site(id: int, body: Mapping[str, Any], now: Instant) -> Document:
    """A pending site: all ten credentials are there and null."""
    return {
        "id": id,
        "partner_id": PARTNER,
        "partner_customer_id": body["partner_customer_id"],
        "name": body.get("name"),
        "status": "pending",
        "dev_php_version": body["dev_php_version"],
        **dict.fromkeys(SITE_CREDENTIALS),
        "tags": body.get("tags") or [],
        "created_at": iso_micros(now),
        "updated_at": iso_micros(now),
    }


def new_environment(id: int, site_id: int, body: Mapping[str, Any], now: Instant) -> Document:
    """A pending environment, before its first step. Tags are shown once there were any: the guide's first page has none."""
    return {
        "id": id,
        "site_id": site_id,
        "name": body["name"],
        "php_version": body["php_version"],
        "is_production": bool(body.get("is_production")),
        "custom_domain": body.get("custom_domain"),
        "status": "pending",
        "provisioning_step": None,
        **dict.fromkeys(ENVIRONMENT_CREDENTIALS),
        "created_at": iso_micros(now),
        **({"tags": body["tags"]} if body.get("tags") is not None else {}),
    }


def new_deployment(id: str, environment_id: int, body: Mapping[str, Any], target: str | None, now: Instant) -> Document:
    """A deployment, or a rollback where it has a target; no output yet. A `source` that was sent is echoed."""
    return {
        "id": id,
        "environment_id": environment_id,
        "status": "pending",
        "target_deployment_id": target,
        "stdout": None,
        "stderr": None,
        "created_at": iso_micros(now),
        "updated_at": iso_micros(now),
        **({"source": body["source"]} if body.get("source") else {}),
    }


def new_api_key(id: str, token: str, body: Mapping[str, Any], now: Instant) -> Document:
    """A key; `token` is kept with it and shown once. Without abilities it may do everything."""
    return {
        "id": id,
        "name": body["name"],
        "abilities": body.get("abilities") or ["*"],
        "last_used_at": None,
        "created_at": iso_micros(now),
        "token": token,
    }


def without_token(key: Document) -> Document:
    return {name: value for name, value in key.items() if name != "token"}


def new_webhook(id: str, body: Mapping[str, Any], secret: str, signing: str, now: Instant) -> Document:
    """A webhook with what its reply does not show. Slack's own have no secret that anybody sees."""
    return {
        "id": id,
        "type": body.get("type", "http"),
        "url": body["url"],
        "events": body["events"],
        "enabled": body.get("enabled", True),
        "created_at": iso_micros(now),
        "updated_at": iso_micros(now),
        "secret": secret,
        "secrets_drawn": 1,
        "signing": body.get("x_mockenv_signing", signing),
        "filter": body.get("x_mockenv_filter", {}),
    }


def show_webhook(webhook: Document, *, with_secret: bool = False) -> Document:
    hidden = {"secrets_drawn", "signing", "filter"} | (set() if with_secret and webhook["type"] == "http" else {"secret"})
    return {name: value for name, value in webhook.items() if name not in hidden}
