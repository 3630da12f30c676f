"""Lists: which things, which of them on this page, and all that an envelope tells of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from mockenv.anyservice.inference.lists import SEARCHES
from mockenv.anyservice.model import Operation, Paging
from mockenv.anyservice.words import flat
from mockenv.provider import Call
from mockenv.toolbox import query_without

ALL = 1_000
"""So many are on a page of a list that has none."""
TOTALS = (
    "total",
    "totalcount",
    "totalitems",
    "totalresults",
    "totalrecords",
    "totalentries",
    "totalelements",
    "itemcount",
    "totalsize",
)
COUNTS = ("count", "pagecount", "resultcount", "numresults", "itemsreturned", "returned")
PAGE_NUMBERS = ("page", "currentpage", "pagenumber", "pageindex")
LAST_PAGES = ("totalpages", "lastpage", "pages", "numpages", "pagestotal")
SIZES = ("perpage", "pagesize", "limit", "size", "itemsperpage")
CURSORS = (
    *(
        "cursor",
        "nextcursor",
        "nextpagetoken",
        "nexttoken",
        "continuationtoken",
        "continue",
        "nextpagecursor",
        "marker",
        "nextmarker",
    ),
    *("endcursor", "after", "next", "nextpage", "nextlink", "nexturl", "nextpageurl", "nexthref", "nextpagelink"),
)
BACK = (
    "previous",
    "prev",
    "previouspage",
    "prevpage",
    "prevcursor",
    "previouscursor",
    "before",
    "prevlink",
    "previouslink",
    "startcursor",
)
MORE = ("hasmore", "hasnext", "hasnextpage", "more", "truncated", "istruncated")
LINKS = frozenset(
    {"next", "nextpage", "nextlink", "nexturl", "nextpageurl", "nexthref", "nextpagelink", *BACK, "first", "last", "self"}
)
"""Of these some may be an address."""
PLAIN = ("string", "integer", "number")
NAMES: Mapping[str, Sequence[str]] = {
    **dict.fromkeys((*TOTALS, *COUNTS, *PAGE_NUMBERS, *LAST_PAGES, *SIZES, "offset", *CURSORS), PLAIN),
    **dict.fromkeys(MORE, ("boolean",)),
    **dict.fromkeys(LINKS, ()),
}
"""What may be told, and the types that it can always be told in."""


@dataclass(frozen=True)
class Wanted:
    """Which piece of a list: so many from there on."""

    start: int
    size: int
    page: int

    def beginning(self, start: int) -> Wanted:
        """As many from another place on."""
        return Wanted(start, self.size, start // self.size + 1)


def wanted(paging: Paging | None, query: Mapping[str, Any]) -> Wanted:
    """What the query asks for. A cursor that is none of ours is answered with what an empty one is."""
    if paging is None:
        return Wanted(0, ALL, 1)
    size = min((_number(query.get(paging.size), 0) if paging.size else 0) or paging.default, ALL)
    if paging.page:
        page = _number(query.get(paging.page), paging.first)
        return Wanted(max(0, page - paging.first) * size, size, page)
    start = _number(query.get(paging.offset), 0) if paging.offset else _number(query.get(paging.cursor), 0) if paging.cursor else 0
    return Wanted(start, size, start // size + 1)


def _number(value: Any, otherwise: int) -> int:
    if isinstance(value, int):
        return max(0, value)
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else otherwise


def facts_of(call: Call, paging: Paging | None, piece: Wanted, total: int, shown: int, *, links: bool = True) -> dict[str, Any]:
    """All that an envelope may tell, by flat name; addresses only where somebody wants them."""
    first = paging.first if paging else 1
    if not links:
        return _unlinked_facts(first, piece, total, shown)
    return _facts(partial(_link, call, paging), first, piece, total, shown)


@lru_cache(1_000)
def _unlinked_facts(first: int, piece: Wanted, total: int, shown: int) -> dict[str, Any]:
    """Most lists are asked for again and again, and nobody changes what is told of them."""
    return _facts(_unlinked, first, piece, total, shown)


def _facts(linked: Callable[[int, int], str | None], first: int, piece: Wanted, total: int, shown: int) -> dict[str, Any]:
    last = max(1, -(-total // piece.size))
    following, before = piece.start + piece.size, max(0, piece.start - piece.size)
    is_more, is_later = following < total, piece.start > 0
    cursor = str(following) if is_more else None
    link = linked(piece.page + 1, following) if is_more else None
    back = linked(piece.page - 1, before) if is_later else None
    next_page = piece.page + 1 if is_more else None
    return {
        **dict.fromkeys(TOTALS, total),
        **dict.fromkeys(COUNTS, shown),
        **dict.fromkeys(PAGE_NUMBERS, piece.page),
        **dict.fromkeys(LAST_PAGES, last),
        **dict.fromkeys(SIZES, piece.size if piece.size < ALL else max(shown, 1)),
        "offset": piece.start,
        **dict.fromkeys(CURSORS, None if not is_more else [cursor, next_page]),
        **dict.fromkeys(("next", "nextpage"), None if not is_more else [next_page, link]),
        **dict.fromkeys(("nextlink", "nexturl", "nextpageurl", "nexthref", "nextpagelink"), None if link is None else [link]),
        **dict.fromkeys(BACK, None if not is_later else [piece.page - 1, back, str(before)]),
        **dict.fromkeys(MORE, is_more),
        "first": [first, linked(first, 0)],
        "last": [last, linked(last + first - 1, (last - 1) * piece.size)],
        "self": [linked(piece.page, piece.start)],
    }


def link_header(call: Call, paging: Paging | None, piece: Wanted, total: int) -> str:
    """RFC 8288: where the other pages are."""
    told = facts_of(call, paging, piece, total, 0)
    links = {name: told[flat(name)][-1] for name in ("first", "last")}
    if told["next"]:
        links["next"] = told["nextlink"][0]
    if told["prev"]:
        links["prev"] = told["prev"][1]
    return ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())


def _unlinked(page: int, start: int) -> None:
    """Where another page is, of which nobody is told."""


def _link(call: Call, paging: Paging | None, page: int, start: int) -> str:
    base = f"{call.base_url}{call.path}"
    if paging is None:
        return base
    name, value = (paging.page, page) if paging.page else (paging.offset or paging.cursor, start)
    kept = [*query_without(call, name), *([(name, str(value))] if name else [])]
    return f"{base}?{urlencode(kept)}" if kept else base


def search_of(operation: Operation, query: Mapping[str, Any]) -> str:
    """The words that are looked for in names, if the query has some."""
    found = next((value for name, value in query.items() if flat(name) in SEARCHES and name not in operation.filters), "")
    return str(found).lower() if isinstance(found, str) else ""
