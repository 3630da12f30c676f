"""Purging a site's cache, under both of its published paths; there is no cache, only the answer."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.vector.errors import success
from mockenv.providers.vector.operations.access import require_site, require_write


def purge_cache(call: Call, work: Work) -> Reply:
    """By tag, by URL, or all of it. Guess: where both are given, the tag decides."""
    require_site(call, work)
    require_write(call)
    body = call.body()
    if body.get("cache_tag"):
        tag = body["cache_tag"]
        return success(200, f"Cache purged successfully for tag: {tag}", {"cache_tag": tag})
    if body.get("url"):
        return success(200, "URL purged successfully", {"url": body["url"]})
    return success(200, "Cache purged successfully", {})
