"""The later generation's list of sites: by customer or subdomain, by status, in the order that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.vector.model import DEPLOYMENT, ENVIRONMENT, SITE
from mockenv.providers.vector.operations.paging import page_of, page_reply, wanted_page
from mockenv.store.base import Document, IndexValue

MESSAGE = "Sites retrieved successfully"
STORED = {"termination_requested": "terminating"}
"""A status of sites → what it is called where it is kept."""


def search_sites(call: Call, work: Work) -> Reply:
    """Newest first. A search, and any other order than that of creation, looks at every site."""
    query = call.query()
    status, is_down = query.get("status"), query.get("direction", "desc") == "desc"
    where: dict[str, list[IndexValue]] = {"status": [STORED.get(status, status)]} if status else {}
    if "search" not in query and query.get("sort", "created_at") == "created_at":
        return page_of(call, work, SITE, MESSAGE, where, newest_first=is_down)
    found, _ = work.page(SITE, where, 0, work.count(SITE))
    matching = [site for site in found if _matches(site, query.get("search", "").lower())]
    matching.sort(key=_order(work, query.get("sort", "created_at")), reverse=is_down)
    page, per_page = wanted_page(call)
    return page_reply(call, matching[(page - 1) * per_page : page * per_page], len(matching), MESSAGE)


def last_deployed_at(work: Work, site: Document) -> str | None:
    """When the newest deployment of any of its environments succeeded."""
    environments = work.ids(ENVIRONMENT, site_id=site["id"])
    newest = (work.page(DEPLOYMENT, {"deployed_to": [int(id)]}, 0, 1, newest_first=True)[0] for id in environments)
    return max((found[0]["updated_at"] for found in newest if found), default=None)


def _matches(site: Document, text: str) -> bool:
    subdomain = (site["dev_domain"] or "").partition(".")[0]
    return text in site["partner_customer_id"].lower() or text in subdomain


def _order(work: Work, sort: str) -> Callable[[Document], Any]:
    """Guess: what was never deployed lies before everything that was."""
    member = {"your_customer_id": "partner_customer_id"}.get(sort, sort)
    if member == "last_deployed_at":
        return lambda site: (last_deployed_at(work, site) or "", site["id"])
    return lambda site: (site[member], site["id"])
