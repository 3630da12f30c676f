"""How a list comes in pages, and by what it is chosen from: from the names of its query's parameters."""

from __future__ import annotations

from mockenv.anyservice.model import Paging, Sorting
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat
from mockenv.contract.document import Document, Operation

PAGES = ("page", "pagenumber", "pageno", "pageindex", "currentpage", "pagenum")
OFFSETS = ("offset", "skip", "start", "from", "startindex")
CURSORS = (
    *("cursor", "pagetoken", "nextpagetoken", "nexttoken", "startingafter", "after", "continuationtoken", "continue", "marker"),
    *(
        "pagecursor",
        "token",
        "pagesizecursor",
        "next",
        "until",
        "paginationkey",
        "paginationstartkey",
        "startkey",
        "paginationpage",
    ),
)
SIZES = (
    *(
        "perpage",
        "limit",
        "pagesize",
        "size",
        "maxresults",
        "pagelimit",
        "count",
        "itemsperpage",
        "resultsperpage",
        "maxitems",
        "top",
    ),
    *("first", "take", "paginationlimit", "maxpagesize", "paginationpagesize", "results"),
)
SEARCHES = ("search", "q", "query", "searchterm", "filterbyname")
FALLBACK = 20
MOST = 1_000


def paging_of(document: Document, operation: Operation) -> Paging | None:
    """The paging parameters that an operation's query has; None where it has none."""
    named = {flat(one.name.rpartition(".")[2] if "." in one.name else one.name): one for one in operation.query}
    named |= {flat(one.name): one for one in operation.query}
    page, offset, cursor, size = (next((one for one in words if one in named), "") for words in (PAGES, OFFSETS, CURSORS, SIZES))
    if not (page or offset or cursor or size):
        return None
    default = document.resolve(named[size].schema).get("default") if size else None
    first = document.resolve(named[page].schema) if page else {}
    zero = first.get("default") == 0 or (first.get("minimum") == 0 and "default" not in first)
    return Paging(
        page=named[page].name if page else "",
        first=0 if zero else 1,
        offset=named[offset].name if offset and not page else "",
        cursor=named[cursor].name if cursor and not page and not offset else "",
        size=named[size].name if size else "",
        default=default if isinstance(default, int) and 0 < default <= MOST else FALLBACK,
    )


def filters_of(operation: Operation, paging: Paging | None, sorting: Sorting | None, view: View, views: Views) -> dict[str, str]:
    """The parameters that are named like a member: they choose by it."""
    taken = {paging.page, paging.offset, paging.cursor, paging.size} if paging else set()
    taken |= {sorting.by, sorting.order} if sorting else set()
    members = {
        flat(name): name for name, node in view.members.items() if views.of(node).type in ("string", "integer", "boolean", "")
    }
    found: dict[str, str] = {}
    for one in operation.query:
        member = members.get(flat(one.name.removeprefix("filter").strip("[].")) or flat(one.name))
        if one.name not in taken and member:
            found[one.name] = member
    return found
