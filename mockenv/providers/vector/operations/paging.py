"""Laravel's page of a collection: data, links and meta."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from mockenv.kernel.work import Work
from mockenv.provider import Call, Reply
from mockenv.store.base import Document, IndexValue

PER_PAGE = 15


def page_of(call: Call, work: Work, kind: str, message: str, where: Mapping[str, Sequence[IndexValue]]) -> Reply:
    """The page that the query asks for. Beyond the last one there is an empty page, not an error."""
    query = call.query()
    page, per_page = query.get("page", 1), query.get("per_page", PER_PAGE)
    start = (page - 1) * per_page
    data, total = work.page(kind, where, start, per_page)
    last = max(1, -(-total // per_page))
    body = {
        "data": data,
        "links": {
            "first": _link(call, 1),
            "last": _link(call, last),
            "prev": _link(call, page - 1) if page > 1 else None,
            "next": _link(call, page + 1) if page < last else None,
        },
        "meta": _meta(data, page, per_page, start, total, last),
        "message": message,
        "http_status": 200,
    }
    return Reply(200, body)


def _meta(data: list[Document], page: int, per_page: int, start: int, total: int, last: int) -> Document:
    return {
        "current_page": page,
        "from": start + 1 if data else None,
        "to": start + len(data) if data else None,
        "total": total,
        "per_page": per_page,
        "last_page": last,
    }


def _link(call: Call, page: int) -> str:
    """Absolute, filters kept (a guess: Laravel drops them unless told)."""
    kept = [pair for pair in parse_qsl(call.query_string, keep_blank_values=True) if pair[0] != "page"]
    return f"{call.base_url}{call.path}?{urlencode([*kept, ('page', page)])}"
