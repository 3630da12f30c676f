"""POST /graphql: the body, then the engine. The engine is imported here, late: graphql-core takes 100 ms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Parked, Refused, Reply
from mockenv.providers.archie.options import option


def handle(call: Call, work: Work) -> Reply | Parked:
    from mockenv.providers.archie import engine

    call.named = named_fields(call, work)
    return engine.run(sdl_of(call.dialect.document.source), call, work, _body(call, work))


def named_fields(call: Call, work: Work) -> tuple[str, ...]:
    """The root fields that are asked for: what faults and journal call the request. The endpoint's own name where it is no good."""
    from mockenv.providers.archie import engine

    try:
        body = call.body()
        fields = engine.named_fields(sdl_of(call.dialect.document.source), work, body)
    except Refused:
        fields = ()
    return fields or ("graphql",)


def is_query(call: Call, work: Work) -> bool:
    """Whether the operation is no mutation. Raises Refused for what cannot be executed."""
    from mockenv.providers.archie import engine

    return engine.is_query(sdl_of(call.dialect.document.source), work, _body(call, work))


def sdl_of(document: Path) -> Path:
    """The schema lies beside the document."""
    return document.with_suffix(".graphql")


def _body(call: Call, work: Work) -> dict[str, Any]:
    try:
        body: dict[str, Any] = call.body()
    except Refused as refused:
        if option(work, "request_error_status") == "200":
            refused.reply.status = 200
        raise
    return body


OPERATIONS: dict[str, Handler] = {"graphql": handle}
