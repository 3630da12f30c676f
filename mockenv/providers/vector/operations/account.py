"""Whose token it is, the account at a glance, and the PHP versions that there are."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.vector.errors import success
from mockenv.providers.vector.fakes import DOMAIN
from mockenv.providers.vector.model import ENVIRONMENT, PARTNER, PHP_VERSIONS, SITE, STATUSES
from mockenv.store.base import Document

# Guess: all of it but the shape.
OWNER = {"name": "Pat Partner", "email": "pat@partner.example"}
ACCOUNT = {"name": "Partner", "company": "Partner Inc."}
CLUSTER = {
    "alb_dns_name": "alb.vector.app",
    "aurora_cluster_endpoint": "db.vector.app",
    "ssh_nlb_dns": "sftp.vector.app",
}


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


def list_php_versions(call: Call, work: Work) -> Reply:
    """Not paginated."""
    versions = [{"value": version, "label": f"PHP {version}"} for version in PHP_VERSIONS]
    return success(200, "PHP versions retrieved successfully", versions)


def _count(work: Work, kind: str) -> Document:
    """Every status, those that nothing is in included; here nothing stays terminated: it is gone."""
    by_status = {status: work.count(kind, status=status) for status in STATUSES} | {"terminated": 0}
    return {"total": sum(by_status.values()), "by_status": by_status}
