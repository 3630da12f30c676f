"""The SDL with its resolvers on it. Imports graphql-core, so it is itself imported only when a request comes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from inspect import isawaitable
from pathlib import Path
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, build_schema

from mockenv.errors import CannotStart
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.archie.drift import read_sdl
from mockenv.providers.archie.errors import FieldError
from mockenv.providers.archie.operations.fields import MUTATION, NODES, QUERY, Field
from mockenv.providers.archie.options import option


@dataclass
class Context:
    """What a resolver works with. `work` changes while a document is executed: a parked one goes on in another unit."""

    call: Call
    work: Work


@cache
def load_schema(path: Path) -> GraphQLSchema:
    schema = build_schema(read_sdl(path))
    for name, query in QUERY.items():
        _type(schema, "Query").fields[name].resolve = _query(query)
    for name, mutation in MUTATION.items():
        _type(schema, "Mutation").fields[name].resolve = _mutation(mutation)
    for type, fields in NODES.items():
        for name, function in fields.items():
            _type(schema, type).fields[name].resolve = lambda node, info, function=function: function(
                info.context.call, info.context.work, node
            )
    return schema


def _type(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.type_map.get(name)
    if not isinstance(found, GraphQLObjectType):
        raise CannotStart(f"the schema has no object type {name!r}")
    return found


def _query(field: Field) -> Any:
    def resolve(root: None, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        context: Context = info.context
        try:
            return field.resolve(context.call, context.work, **arguments)
        except FieldError as refusal:
            return _refuse(context, field, refusal)

    return resolve


def _mutation(field: Field) -> Any:
    """Each is a unit of work of its own: what one has done stays, whatever the next one says."""

    async def resolve(root: None, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        context: Context = info.context
        try:
            payload = field.resolve(context.call, context.work, **arguments)
            if isawaitable(payload):
                payload = await payload
        except FieldError as refusal:
            context.work.undo()
            return _refuse(context, field, refusal)
        context.work.checkpoint()
        return payload

    return resolve


def _refuse(context: Context, field: Field, refusal: FieldError) -> Any:
    if option(context.work, refusal.option) == "errors":
        raise refusal
    return {"success": False, "message": str(refusal), **field.empty}
