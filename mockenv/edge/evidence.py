"""What is found out and written down about a reply: departures from the document, journal, metrics, log; changes no world."""

from __future__ import annotations

import logging
from typing import Any

import orjson

from mockenv.contract.document import JSON
from mockenv.edge.exchange import Exchange, Rendered
from mockenv.edge.requested_faults import SANDBOX_HEADER
from mockenv.edge.requestlog import RequestLog
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.worlds.journal import MAX_BODY, Entry
from mockenv.kernel.worlds.observation import Observations
from mockenv.kernel.worlds.unmatched import REASONS, Stranger
from mockenv.provider import Reply, Stream

log = logging.getLogger("mockenv.edge")

TLS_HELLO = b"\x16\x03"
UNREAD = {408: "too_slow", 413: "too_large", 431: "too_large"}
BEGINNING = 32
STRAY = "The world that it came to was reset, restored or dropped while it waited."


class Evidence:
    """Three of the closing stages of every provider's request."""

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

    def ignored(self, x: Exchange) -> None:
        """What was asked for and not done, since nobody here knows it: most often a word of another version of the service."""
        operation, reply = x.call.match.operation, x.reply
        if operation is None or reply is None or reply.status >= 400 or x.faults or x.provider.hides_bodies(x.call):
            return
        for name in x.call.ignored():
            if self._observations.ignored(x.provider.name, operation.id, reply.status, name):
                log.warning("%s %s: ignored member %s: %s does not know it", x.call.method, x.request.path, name, operation.id)

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
            if sandbox.watches.waiting:
                sandbox.watches.notify(set())
        is_lost = sandbox is None or (sandbox.is_gone and not sandbox.has_moved)
        lacks = x.call.absent is not None or operation is None
        if is_lost or (lacks and rendered.status >= 400):  # a preflight is somebody's
            self._observations.unmatched.note(_stranger(x, rendered.status))
        self._requests.note(
            x.call.method, x.request.path, rendered.status, seconds, x.provider.name, sandbox.name if sandbox else None
        )

    def turned_away(self, stranger: Stranger) -> None:
        self._observations.unmatched.note(stranger)


def unreadable(status: int, data: bytes, method: str, target: str) -> Stranger:
    """What could not be read as a request: its beginning, and what was understood of it."""
    why = "tls" if data.startswith(TLS_HELLO) else UNREAD.get(status, "unreadable")
    beginning = data.partition(b"?")[0][:BEGINNING]  # what is behind it may be secret
    detail = f"{REASONS[why]}; it begins with {beginning!r}" if why == "unreadable" and data else ""
    return Stranger(why, status, method, target.partition("?")[0], detail=detail)


def _stranger(x: Exchange, status: int) -> Stranger:
    """A request to a service that belongs to no world, or for which the service has nothing."""
    request, match = x.request, x.call.match
    if x.sandbox is None or x.sandbox.is_gone:
        named = request.sandbox if request.sandbox is not None else x.call.headers.get(SANDBOX_HEADER)
        detail = f"sandbox {named!r} does not exist" if named is not None else "the sandbox of its token does not exist any more"
        return Stranger("no_sandbox", status, request.method, request.path, named, detail)
    if x.call.absent is not None:
        detail = f"{x.provider.title} has {x.call.absent}, which is absent here"
        return Stranger("absent", status, request.method, request.path, x.sandbox.name, detail)
    if match.allowed:
        detail = f"the path takes {', '.join(match.allowed)}"
        return Stranger("wrong_method", status, request.method, request.path, x.sandbox.name, detail)
    return Stranger("no_route", status, request.method, request.path, x.sandbox.name, f"{x.provider.title} has no such path")


def journal_entry(x: Exchange, rendered: Rendered, operation: str | None, seconds: float) -> Entry:
    """Kept as it came; what is secret in it is taken out when somebody reads it."""
    request, connection, call, body = x.request, x.request.connection, x.call, rendered.body
    entry = Entry(  # by place: to name them all takes three times as long, and this is on every request's path
        0,
        x.now,
        x.provider.name,
        operation,
        request.method,
        request.path,
        request.query_string,
        request.headers,
        request.body[:MAX_BODY],
        rendered.status,
        rendered.headers if rendered.status else (),
        bytes(memoryview(body)[:MAX_BODY]),  # a copy: orjson's own block is far larger
        seconds,
        x.started,
        x.provider.hides_bodies(call),
        x.faults,
        connection.number,
        connection.requests,
    )
    entry.stages, entry.note = x.at, x.note
    entry.is_stray, entry.is_spoilt = x.is_stray, x.wire is not None and x.wire.kind != "drip"
    entry.is_request_cut = request.unread is not None or len(request.body) > MAX_BODY
    entry.is_reply_cut = len(body) > MAX_BODY
    return entry


def _as_sent(reply: Reply, media: str) -> Any:
    """The body as a client reads it: some services write some of their JSON themselves. What goes on is not read to its end."""
    if isinstance(reply.body, Stream):
        return b""
    if isinstance(reply.body, bytes):
        return orjson.loads(reply.body) if media == JSON else reply.body
    return orjson.loads(orjson.dumps(reply.body))
