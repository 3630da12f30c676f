"""A page of a collection and the links to its neighbours; knows neither projects nor environments."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from mockenv.provider import Call
from mockenv.providers.launchdarkly.links import link_here
from mockenv.store.base import Document
from mockenv.toolbox import query_without

LIMIT = 20


def asked_page(call: Call) -> tuple[int, int]:
    """Offset and limit. Raises Refused (400)."""
    query = call.query()
    return int(query.get("offset", 0)), int(query.get("limit", LIMIT))


def links_of(call: Call, total: int, offset: int, limit: int) -> Document:
    """The links of the page that was asked for, its other parameters kept (a guess, but following them would not work otherwise)."""
    return page_links(call, call.path, dict(query_without(call, "limit", "offset")), total, offset, limit, call.query_string)


def page_links(
    call: Call, path: str, others: Mapping[str, str], total: int, offset: int = 0, limit: int = LIMIT, asked: str = ""
) -> Document:
    """`first`, `prev`, `next` and `last` only where there is such a page and it is not this one."""
    end = max(total - 1, 0) // limit * limit
    places: dict[str, int] = {}
    if offset > 0 and total > 0:
        places |= {"first": 0, "prev": min(max(offset - limit, 0), end)}
    if offset + limit < total:
        places |= {"last": end, "next": offset + limit}
    links = {name: link_here(call, f"{path}?{_query(others, limit, place)}") for name, place in places.items()}
    links["self"] = link_here(call, f"{path}?{asked or _query(others, limit, 0)}")
    return dict(sorted(links.items()))


def _query(others: Mapping[str, str], limit: int, offset: int) -> str:
    """In the order of the names, as Go's encoder writes them; the first page has no offset."""
    pairs = {**others, "limit": limit, **({"offset": offset} if offset else {})}
    return urlencode(sorted(pairs.items()))
