"""Laravel's page of a collection: data, links and meta."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.store.base import Document, IndexValue, Stored
from mockenv.toolbox import query_without

PER_PAGE = 15


def page_of(
    call: Call,
    work: Work,
    kind: str,
    message: str,
    where: Mapping[str, Sequence[IndexValue]],
    *,
    newest_first: bool = False,
    show: Callable[[Document], Document] | None = None,
) -> Reply:
    """The page that the query asks for; without `show`, of documents that are shown as they are stored."""
    page, per_page = wanted_page(call)
    if show is None:
        stored, total = work.page_as_stored(kind, where, (page - 1) * per_page, per_page, newest_first=newest_first)
        return page_reply(call, stored, total, message)
    found, total = work.page(kind, where, (page - 1) * per_page, per_page, newest_first=newest_first)
    return page_reply(call, [show(document) for document in found], total, message)


def page_reply(call: Call, data: Sequence[Document | Stored], total: int, message: str) -> Reply:
    """A page's envelope. Beyond the last page there is an empty one, not an error."""
    page, per_page = wanted_page(call)
    last, base = max(1, -(-total // per_page)), _base_link(call)
    links = {
        "first": f"{base}1",
        "last": f"{base}{last}",
        "prev": f"{base}{page - 1}" if page > 1 else None,
        "next": f"{base}{page + 1}" if page < last else None,
    }
    meta = _meta(data, page, per_page, (page - 1) * per_page, total, last)
    return Reply(200, {"data": data, "links": links, "meta": meta, "message": message, "http_status": 200})


def wanted_page(call: Call) -> tuple[int, int]:
    """Which page, and how many on one."""
    query = call.query()
    return query.get("page", 1), query.get("per_page", PER_PAGE)


def _meta(data: Sequence[Document | Stored], page: int, per_page: int, start: int, total: int, last: int) -> Document:
    return {
        "current_page": page,
        "from": start + 1 if data else None,
        "to": start + len(data) if data else None,
        "total": total,
        "per_page": per_page,
        "last_page": last,
    }


def _base_link(call: Call) -> str:
    """What a page's number stands behind: absolute, filters kept (a guess: Laravel drops them unless told)."""
    kept = query_without(call, "page") if call.query_string else []
    return f"{call.base_url}{call.path}?{urlencode(kept)}{'&' if kept else ''}page="
