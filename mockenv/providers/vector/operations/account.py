"""Whose token it is, the account at a glance, and the PHP versions that there are."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import success, validation_failure
from mockenv.providers.vector.fakes import DOMAIN
from mockenv.providers.vector.model import ENVIRONMENT, PARTNER, PARTNER_SETTINGS, PHP_VERSIONS, SITE, STATUSES
from mockenv.providers.vector.operations.access import require_write
from mockenv.store.base import Document

# Guess: all of it but the shape.
OWNER = {"name": "Pat Partner", "email": "pat@partner.example"}
ACCOUNT = {"name": "Partner", "company": "Partner Inc."}
CLUSTER = {
    "alb_dns_name": "alb.vector.app",
    "aurora_cluster_endpoint": "db.vector.app",
    "ssh_nlb_dns": "sftp.vector.app",
}

PLACEHOLDER = "YOUR_ID"
NO_PLACEHOLDER = (
    f"The external customer URL must contain the literal token {PLACEHOLDER}, "
    "which is replaced with each site's your_customer_id when the link is rendered."
)


def ping(call: Call, work: Work) -> Reply:
    """What the vendor's command line logs in by: any 200 with JSON will do. Guess: the text."""
    return success(200, "pong", {})


def who_am_i(call: Call, work: Work) -> Reply:
    """Guess: the owner, whoever's token it is; of the reply only `data` with an integer id, a name and an email is known."""
    return success(200, "User retrieved successfully", {"id": PARTNER, **OWNER})


def get_account(call: Call, work: Work) -> Reply:
    summary = {"owner": OWNER, "account": ACCOUNT, "cluster": CLUSTER, "domains": [DOMAIN]}
    counts = {"sites": _count(work, SITE), "environments": _count(work, ENVIRONMENT)}
    return success(200, "Account summary retrieved successfully", summary | counts)


def update_account(call: Call, work: Work) -> Reply:
    """Only the later generation has it; it shows the whole account again."""
    require_write(call)
    body = call.body()
    if "external_customer_url" in body:
        url = body["external_customer_url"]
        if url is not None and PLACEHOLDER not in url:
            raise Refused(validation_failure({"external_customer_url": [NO_PLACEHOLDER]}))
        work.put(PARTNER_SETTINGS, str(PARTNER), {"external_customer_url": url})
    return get_account(call, work)


def partner_settings(work: Work) -> Document:
    return work.get(PARTNER_SETTINGS, str(PARTNER)) or {"external_customer_url": None}


def list_php_versions(call: Call, work: Work) -> Reply:
    """Not paginated."""
    versions = [{"value": version, "label": f"PHP {version}"} for version in PHP_VERSIONS]
    return success(200, "PHP versions retrieved successfully", versions)


def _count(work: Work, kind: str) -> Document:
    """Every status, those that nothing is in included; here nothing stays terminated: it is gone."""
    by_status = {status: work.count(kind, status=status) for status in STATUSES} | {"terminated": 0}
    return {"total": sum(by_status.values()), "by_status": by_status}
