"""GET and POST /graphql: the request, then the engine. The engine is imported here, late: graphql-core takes 100 ms."""

from __future__ import annotations

from pathlib import Path

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Parked, Refused, Reply
from mockenv.providers.archie import asking, persisted
from mockenv.providers.archie.asking import Asked


def handle(call: Call, work: Work) -> Reply | Parked:
    from mockenv.providers.archie import engine

    call.named = named_fields(call, work)
    asked = _asked(call, work)
    persisted.keep(work, asked)
    return engine.run(sdl_of(call.dialect.document.source), call, work, asked)


def named_fields(call: Call, work: Work) -> tuple[str, ...]:
    """The root fields that are asked for: what faults and journal call the request. The operation's own name where it is no good."""
    from mockenv.providers.archie import engine

    try:
        fields = engine.named_fields(sdl_of(call.dialect.document.source), call, work, _asked(call, work))
    except Refused:
        fields = ()
    return fields or ((call.match.operation.id,) if call.match.operation else ())


def is_query(call: Call, work: Work) -> bool:
    """Whether the operation is no mutation. Raises Refused for what cannot be executed."""
    from mockenv.providers.archie import engine

    return engine.is_query(sdl_of(call.dialect.document.source), call, work, _asked(call, work))


def sdl_of(document: Path) -> Path:
    """The schema lies beside the document."""
    return document.with_suffix(".graphql")


def _asked(call: Call, work: Work) -> Asked:
    return persisted.expand(work, asking.read(call, work))


OPERATIONS: dict[str, Handler] = {"graphql": handle, "graphqlByGet": handle}
