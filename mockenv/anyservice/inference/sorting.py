"""By which parameters of its query a list is put in order, and what their values mean; sorts nothing."""

from __future__ import annotations

from typing import Any

from mockenv.anyservice.model import Sorting
from mockenv.anyservice.ordering import Meant, read_keys, way_of
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat
from mockenv.contract.document import Operation

BY = (
    *("sortby", "orderby", "sortfield", "sortkey", "sortcolumn", "sorton", "orderfield", "sortedby"),
    *("sort", "order", "ordering", "sorting", "sorts"),
)
WAY = (
    *("direction", "sortdirection", "sortdir", "sortorder", "orderdirection", "orderdir", "dir", "ordertype", "sorttype"),
    *("order", "sort", "ordering", "reverse", "descending", "desc", "ascending", "asc"),
)
"""Of some the values alone say whether they are the one or the other."""
TEXTS = ("string", "array", "object", "")


def sorting_of(operation: Operation, meant: Meant, views: Views) -> Sorting | None:
    """The parameters that say by what and which way round; None where a list has none."""
    known = {one.name: views.of(Node(one.schema, f"{operation.pointer}/query/{one.name}")) for one in operation.query}
    named = {_flat(name): name for name in reversed(known)}
    by = next((named[one] for one in BY if one in named and _may_be_by(known[named[one]], views)), "")
    way = next(
        (named[one] for one in WAY if one in named and named[one] != by and _may_be_way(one, known[named[one]], views, by)), ""
    )
    by = by or _outer(known, meant)
    if not (by or way):
        return None
    view = known.get(by, View(""))
    spoken, _ = read_keys(words_of(view, views), meant)
    members = {key.word: key.member for key in spoken if flat(key.word) != flat(key.member)}
    keys, _ = read_keys(view.facts.get("default", ""), meant)
    default = ",".join(f"{'-' if key.is_down else ''}{key.member}" for key in keys)
    down = way_of(known[way].facts.get("default"), way) if way else False
    return Sorting(by=by, order=way, members=members, default=default, descending=bool(down))


def words_of(view: View, views: Views) -> list[str]:
    """The values that a parameter may have, or each of several."""
    told: Any = view.facts.get("enum") or (views.of(view.items).facts.get("enum") if view.items else None) or ()
    return [str(one) for one in told if one is not None]


def _flat(name: str) -> str:
    return flat(name.rpartition(".")[2])


def _may_be_by(view: View, views: Views) -> bool:
    told = [*words_of(view, views), *([view.facts["default"]] if "default" in view.facts else [])]
    return view.type in TEXTS and not (told and all(way_of(one) is not None for one in told))


def _may_be_way(name: str, view: View, views: Views, by: str) -> bool:
    """A direction may also be a member: that traffic comes in or goes out."""
    told = words_of(view, views)
    if told:
        return all(way_of(one) is not None for one in told)
    return bool(by) or (view.type != "integer" and name.startswith(("sort", "order")))


def _outer(known: dict[str, View], meant: Meant) -> str:
    """`order[name]=desc`: a parameter for each member."""
    cut = (name.partition("[") for name in known if name.endswith("]"))
    return next((outer for outer, _, inner in cut if _flat(outer) in BY and meant(inner.rstrip("]"))), "")
