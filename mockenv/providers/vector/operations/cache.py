"""A site's cache: its settings, and purging it under both of its published paths; nothing is cached, only remembered."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.vector.errors import success
from mockenv.providers.vector.model import CACHE, ENVIRONMENT, SITE
from mockenv.providers.vector.operations.access import require_site, require_write
from mockenv.providers.vector.telling import tell
from mockenv.store.base import Document
from mockenv.toolbox import find_one


def get_cache(call: Call, work: Work) -> Reply:
    """Guess, all of it: the guide shows the call and no reply. Only production has a CDN."""
    site = require_site(call, work)
    production = find_one(work, ENVIRONMENT, production_of=site["id"])
    known = production if production and production["platform_domain"] else None
    shown = {
        "enabled": known is not None,
        "environment_id": known["id"] if known else None,
        "domain": known["custom_domain"] or known["platform_domain"] if known else None,
        "last_purged_at": (work.get(CACHE, str(site["id"])) or {}).get("purged_at"),
    }
    return success(200, "Cache settings retrieved successfully", shown)


def purge_cache(call: Call, work: Work) -> Reply:
    """By tag, by URL, or all of it. Guess: where both are given, the tag decides."""
    site = require_site(call, work)
    require_write(call)
    message, purged = _purged(call.body())
    work.put(CACHE, str(site["id"]), {"site_id": site["id"], "purged_at": iso_micros(work.now)})
    tell(work, "cache.purged", f"{SITE}/{site['id']}", {"id": site["id"], **purged})
    return success(200, message, purged)


def _purged(body: Document) -> tuple[str, Document]:
    if body.get("cache_tag"):
        return f"Cache purged successfully for tag: {body['cache_tag']}", {"cache_tag": body["cache_tag"]}
    if body.get("url"):
        return "URL purged successfully", {"url": body["url"]}
    return "Cache purged successfully", {}
