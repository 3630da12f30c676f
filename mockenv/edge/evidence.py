"""What is found out and written down about a reply: departures from the document, journal, metrics, log; changes no world."""

from __future__ import annotations

import logging
from typing import Any

import orjson

from mockenv.contract.document import JSON
from mockenv.edge.exchange import Exchange, Rendered
from mockenv.edge.requestlog import RequestLog
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.worlds.journal import MAX_BODY, Entry
from mockenv.kernel.worlds.observation import Observations
from mockenv.provider import Reply

log = logging.getLogger("mockenv.edge")

STRAY = "The world that it came to was reset, restored or dropped while it waited."


class Evidence:
    """Two of the closing stages of every provider's request."""

    def __init__(self, wall: Wall, observations: Observations, requests: RequestLog, *, check_replies: str) -> None:
        self._wall, self._observations, self._requests, self._check_replies = wall, observations, requests, check_replies

    def check(self, x: Exchange) -> None:
        """Whether the reply is what the document says."""
        operation, reply = x.call.match.operation, x.reply
        if self._check_replies == "off" or x.faults or operation is None or reply is None:
            return
        media = reply.content_type.partition(";")[0] if reply.body is not None else ""
        for problem in x.provider.validators.reply(operation, reply.status, media, _as_sent(reply, media)):
            if x.provider.hides_bodies(x.call):
                problem = problem.partition(":")[0]  # noqa: PLW2901  # what follows quotes the reply
            log.error("%s %s: reply departs from the document: %s", x.call.method, x.request.path, problem)
            self._observations.violation(x.provider.name, operation.id, reply.status, problem)
            if self._check_replies == "fail":
                x.reply = x.provider.error(x.call, 500, f"mockenv: reply departs from the document: {problem}")

    def record(self, x: Exchange) -> None:
        """Into the journal, the metrics and the log."""
        operation, rendered, sandbox = x.call.match.operation, x.rendered, x.sandbox
        assert rendered is not None
        seconds = self._wall.stopwatch() - x.started
        id = ",".join(x.call.named) if x.call.named else operation.id if operation else None
        self._observations.request(x.provider.name, id, rendered.status)
        if x.is_stray and x.note is None:
            x.note = STRAY
        if sandbox:
            sandbox.journal.record(journal_entry(x, rendered, id, seconds))
        self._requests.note(
            x.call.method, x.request.path, rendered.status, seconds, x.provider.name, sandbox.name if sandbox else None
        )


def journal_entry(x: Exchange, rendered: Rendered, operation: str | None, seconds: float) -> Entry:
    """Kept as it came; what is secret in it is taken out when somebody reads it."""
    request = x.request
    return Entry(
        number=0,
        at=x.now,
        provider=x.provider.name,
        operation=operation,
        method=request.method,
        path=request.path,
        query=request.query_string,
        request_headers=request.headers,
        request_body=request.body[:MAX_BODY],
        status=rendered.status,
        reply_headers=rendered.headers if rendered.status else (),
        reply_body=bytes(memoryview(rendered.body)[:MAX_BODY]),  # a copy: orjson's own block is far larger
        seconds=seconds,
        secret_paths=x.provider.hides_bodies(x.call),
        faults=x.faults,
        note=x.note,
        is_stray=x.is_stray,
        connection=request.connection.number,
        turn=request.connection.requests,
        is_spoilt=x.wire is not None and x.wire.kind != "drip",
        is_request_cut=request.oversized or len(request.body) > MAX_BODY,
        is_reply_cut=len(rendered.body) > MAX_BODY,
    )


def _as_sent(reply: Reply, media: str) -> Any:
    """The body as a client reads it: some services write some of their JSON themselves."""
    if isinstance(reply.body, bytes):
        return orjson.loads(reply.body) if media == JSON else reply.body
    return orjson.loads(orjson.dumps(reply.body))
