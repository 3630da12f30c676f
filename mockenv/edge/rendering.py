"""From a reply to status, headers and bytes; knows no provider."""

from __future__ import annotations

import orjson

from mockenv.edge.exchange import Rendered
from mockenv.kernel.values.instant import SECOND, Instant, http_date
from mockenv.provider import Reply, Stream


def render(reply: Reply, now: Instant) -> Rendered:
    """The reply as it goes over the wire."""
    body = reply.body
    if isinstance(body, Stream):
        return Rendered(reply.status, _headers_of(reply, now), stream=body)
    raw = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
    return Rendered(reply.status, [*_headers_of(reply, now), ("Content-Length", str(len(raw)))], raw)


def _headers_of(reply: Reply, now: Instant) -> list[tuple[str, str]]:
    """The Date header agrees with all else that a client is told of time, unless a fault says otherwise."""
    own = [] if reply.body is None else [("Content-Type", reply.content_type)]
    own.append(("Date", http_date(now // SECOND)))
    if not reply.headers:
        return own
    told = {name.lower(): (name, value) for name, value in reply.headers.items()}  # a fault spells them as it likes
    return [*(header for header in own if header[0].lower() not in told), *told.values()]
