"""From a GraphQL request to a reply, now or later, on graphql-core; imported only when a request comes."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from functools import lru_cache
from pathlib import Path

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    validate,
)

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Parked, Provider, Refused, Reply
from mockenv.providers.archie.asking import Asked
from mockenv.providers.archie.errors import NO_OPERATION, PARSE_FAILED, VALIDATION_FAILED, FieldError, failure, request_error
from mockenv.providers.archie.limits import MAX_TOKENS, check_size
from mockenv.providers.archie.negotiation import request_status
from mockenv.providers.archie.options import option
from mockenv.providers.archie.rootfields import root_fields
from mockenv.providers.archie.schema import Context, load_schema
from mockenv.providers.archie.waiting import Until

REMEMBERED = 128
"""So many documents are parsed and validated once only: clients send the same few again and again."""
REMEMBERED_LENGTH = 8_192
MAX_ERRORS = 20


def run(path: Path, call: Call, work: Work, asked: Asked) -> Reply | Parked:
    """Execute a request against the schema at `path`. Raises Refused for one that cannot be executed."""
    document, operation = _operation(path, call, work, asked)
    if asked.by_get and operation is not None and operation.operation is not OperationType.QUERY:
        raise Refused(failure(406))
    context = Context(call, work)
    outcome = execute(
        load_schema(path), document, context_value=context, variable_values=asked.variables, operation_name=asked.operation_name
    )
    if isinstance(outcome, ExecutionResult):
        return _answer(outcome, call, work)
    return _Execution(outcome, context).go_on(None, work)  # type: ignore[arg-type]  # awaitable, and always a coroutine


def named_fields(path: Path, call: Call, work: Work, asked: Asked) -> tuple[str, ...]:
    """The root fields of the operation that would be executed. Raises Refused for a document that is no good."""
    document, operation = _operation(path, call, work, asked)
    return root_fields(load_schema(path), document, operation, asked.variables) if operation else ()


def is_query(path: Path, call: Call, work: Work, asked: Asked) -> bool:
    """Whether the operation that would be executed is a query. Raises Refused for a document that is no good."""
    _, operation = _operation(path, call, work, asked)
    return operation is not None and operation.operation is OperationType.QUERY


def _operation(path: Path, call: Call, work: Work, asked: Asked) -> tuple[DocumentNode, OperationDefinitionNode | None]:
    document = prepare(path, call, work, asked.query)
    return document, get_operation_ast(document, asked.operation_name)


# Before the execution


def prepare(path: Path, call: Call, work: Work, text: str) -> DocumentNode:
    """Parsed, measured and valid. Raises Refused."""
    read = _read if len(text) <= REMEMBERED_LENGTH else _read.__wrapped__
    found = read(path, text, int(option(work, "max_depth")), int(option(work, "max_complexity")))
    if isinstance(found, DocumentNode):
        return found
    call.absent = next(filter(None, (_absent(call, error) for error in found)), None)
    raise Refused(_request_error(call, work, found))


def _absent(call: Call, error: GraphQLError) -> str | None:
    """The root field that the vendor has and we have not, where that is what is wrong."""
    assert isinstance(call.dialect, Provider)  # what serves this
    node = error.nodes[0] if error.nodes else None
    if not isinstance(node, FieldNode) or "Cannot query field" not in error.message:
        return None
    listed = call.dialect.vendor_operations.listed
    return next((name for type, name, _ in listed if name == node.name.value and f"on type '{type}'" in error.message), None)


@lru_cache(maxsize=REMEMBERED)
def _read(path: Path, text: str, max_depth: int, max_fields: int) -> DocumentNode | tuple[GraphQLError, ...]:
    try:
        document = parse(text, max_lexical_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        is_empty = error.message.endswith("Unexpected <EOF>.")  # the parser wants one definition at least; gqlgen's does not
        return (GraphQLError(NO_OPERATION) if is_empty else error,)
    if not any(isinstance(one, OperationDefinitionNode) for one in document.definitions):
        return (GraphQLError(NO_OPERATION),)
    too_much = check_size(document, max_depth, max_fields)
    if too_much:
        return (too_much,)
    return tuple(validate(load_schema(path), document, max_errors=MAX_ERRORS)) or document


def _request_error(call: Call, work: Work, errors: Sequence[GraphQLError]) -> Reply:
    """With gqlgen's codes, and the status that follows from them."""
    told = [{"code": _code(error), **(error.extensions or {})} for error in errors]
    formatted = [{**error.formatted, "extensions": some} for error, some in zip(errors, told, strict=True)]
    return request_error(request_status(call, work, [some["code"] for some in told]), formatted)


def _code(error: GraphQLError) -> str:
    return PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED


# The execution


class _Execution:
    """A document that is being executed: driven from one wait to the next, without an event loop or a thread.

    Mutation fields run one after the other and each may wait, so a reply may be parked several times.
    """

    def __init__(self, coroutine: Coroutine[Until, Work | None, ExecutionResult], context: Context) -> None:
        self._coroutine, self._context = coroutine, context

    def go_on(self, sent: Work | None, work: Work) -> Reply | Parked:
        """Run to the next wait or to the end, in this unit of work."""
        self._context.work = work
        until = self._send(sent)
        if isinstance(until, ExecutionResult):
            return _answer(until, self._context.call, work)
        work.checkpoint()  # what was begun stays, whatever comes of the fields behind it
        return Parked(
            [until.resource],
            ready=lambda work: self.go_on(work, work) if until.is_so(work) else None,
            give_up=self._give_up,
        )

    def _send(self, sent: Work | None) -> Until | ExecutionResult:
        try:
            return self._coroutine.send(sent)
        except StopIteration as end:
            result: ExecutionResult = end.value
            return result

    def _give_up(self, work: Work) -> Reply:
        """Nobody can wait here, or nothing is left to happen: every field answers what there is to say now."""
        outcome = self.go_on(work, work)
        while isinstance(outcome, Parked):
            outcome = self.go_on(work, work)
        return outcome


def _answer(result: ExecutionResult, call: Call, work: Work) -> Reply:
    errors = result.errors or []
    for error in errors:
        cause = error.original_error
        if cause is not None and not isinstance(cause, FieldError | GraphQLError):
            raise cause  # a defect of ours: the pipeline logs it and answers 500
    if errors and result.data is None and all(error.path is None for error in errors):
        return _request_error(call, work, errors)  # found out at the execution's start: variables, operation name
    if errors:
        return Reply(200, {"errors": [error.formatted for error in errors], "data": result.data})
    return Reply(200, {"data": result.data})
