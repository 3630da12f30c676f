"""How deep and how large a GraphQL document may be; measures before validation, which takes long for hostile ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_TOKENS = 20_000
"""Beyond this a document is not even parsed."""


class Size(NamedTuple):
    depth: int
    fields: int


def check_size(document: DocumentNode, max_depth: int, max_fields: int) -> GraphQLError | None:
    """What is too much, if anything; 0 is no limit."""
    try:
        size = measure(document)
    except RecursionError:
        size = Size(MAX_TOKENS, 0)
    if max_depth and size.depth > max_depth:
        text = f"The document is nested more than {max_depth} levels deep"
        return GraphQLError(text, extensions={"code": "DEPTH_LIMIT_EXCEEDED"})
    if max_fields and size.fields > max_fields:
        text = f"The document asks for {size.fields} fields, more than {max_fields}"
        return GraphQLError(text, extensions={"code": "COMPLEXITY_LIMIT_EXCEEDED"})  # gqlgen's code
    return None


def measure(document: DocumentNode) -> Size:
    """Of all operations together, fragments counted wherever they are spread, and of fragments that nobody spreads."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    known: dict[str, Size] = {}
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    sizes = [_measure(one.selection_set, fragments, known) for one in operations]
    sizes += [_fragment(name, fragments, known) for name in fragments if name not in known]
    return Size(max((size.depth for size in sizes), default=0), sum(size.fields for size in sizes))


def _measure(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], known: dict[str, Size]) -> Size:
    depth = fields = 0
    for node in selections.selections:
        if isinstance(node, FieldNode):
            inner = _measure(node.selection_set, fragments, known) if node.selection_set else Size(0, 0)
            inner = Size(inner.depth + 1, inner.fields + 1)
        elif isinstance(node, InlineFragmentNode):
            inner = _measure(node.selection_set, fragments, known)
        else:
            assert isinstance(node, FragmentSpreadNode)
            inner = _fragment(node.name.value, fragments, known)
        depth, fields = max(depth, inner.depth), fields + inner.fields
    return Size(depth, fields)


def _fragment(name: str, fragments: Mapping[str, FragmentDefinitionNode], known: dict[str, Size]) -> Size:
    if name not in known:
        known[name] = Size(0, 0)  # a fragment that spreads itself, or is not there: validation says so
        if name in fragments:
            known[name] = _measure(fragments[name].selection_set, fragments, known)
    return known[name]
