"""Members within members, named with dots as people write them: `metadata.name`; knows no service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View, Views


def get(body: Any, dotted: str) -> Any:
    """What stands there, the whole where no name is told; None where nothing does."""
    if not dotted:
        return body
    if isinstance(body, Mapping) and dotted in body:
        return body[dotted]
    for name in dotted.split("."):
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def put(body: dict[str, Any], dotted: str, value: Any) -> None:
    """Set it, and whatever it stands in, without changing an inner object that others may hold."""
    first, _, rest = dotted.partition(".")
    if not rest or dotted in body:
        body[dotted] = value
        return
    inner = body.get(first)
    body[first] = dict(inner) if isinstance(inner, Mapping) else {}
    put(body[first], rest, value)


def without(body: Mapping[str, Any], dotted: str) -> dict[str, Any]:
    """The same, with nothing there."""
    first, _, rest = dotted.partition(".")
    kept = {name: value for name, value in body.items() if name != (dotted if dotted in body or not rest else "")}
    if rest and isinstance(kept.get(first), Mapping):
        kept[first] = without(kept[first], rest)
    return kept


def node_at(views: Views, view: View, dotted: str) -> Node | None:
    """The schema of what stands there; None where the schema has no such member."""
    if dotted in view.members:
        return view.members[dotted]
    first, _, rest = dotted.partition(".")
    node = view.members.get(first) if rest else None
    return node_at(views, views.of(node), rest) if node is not None else None


def view_at(views: Views, node: Node | None, dotted: str) -> View:
    """The same looked into, that of the whole where no name is told."""
    view = views.of(node)
    return views.of(node_at(views, view, dotted)) if dotted else view


def one_at(views: Views, node: Node | None, dotted: str) -> View:
    """Likewise, of what stands there alone or, one by one, in a list."""
    view = view_at(views, node, dotted)
    return views.of(view.items) if view.type == "array" else view
