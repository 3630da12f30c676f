"""Which root fields of a document would be executed: through fragments, without what @skip and @include take out; executes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_directive_values,
    get_variable_values,
)

Fragments = Mapping[str, FragmentDefinitionNode]


def root_fields(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> tuple[str, ...]:
    """Each once, in order; of a valid document. None where its variables are no good: nothing is executed then."""
    values = get_variable_values(schema, operation.variable_definitions or (), variables)
    if isinstance(values, list):
        return ()
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    return tuple(dict.fromkeys(_fields(operation.selection_set, fragments, values)))


def _fields(selections: SelectionSetNode, fragments: Fragments, values: Any) -> Iterator[str]:
    """Type conditions need no look: a valid one at the root is the root's own type."""
    for node in selections.selections:
        if not _is_included(node, values):
            continue
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, fragments, values)
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(fragments[node.name.value].selection_set, fragments, values)


def _is_included(node: Any, values: Any) -> bool:
    skip = get_directive_values(GraphQLSkipDirective, node, values)
    include = get_directive_values(GraphQLIncludeDirective, node, values)
    return not (skip and skip["if"]) and not (include and not include["if"])
