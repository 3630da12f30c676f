"""From a reply to status, headers and bytes; knows no provider."""

from __future__ import annotations

import orjson

from mockenv.edge.exchange import Rendered
from mockenv.kernel.instant import SECOND, Instant, http_date
from mockenv.provider import Reply


def render(reply: Reply, now: Instant) -> Rendered:
    """The Date header is the sandbox's, so a client's caching and signatures agree with what it is told."""
    body = reply.body
    if body is None:
        raw = b""
        headers = [("Date", http_date(now // SECOND))]
    else:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = [("Content-Type", reply.content_type), ("Date", http_date(now // SECOND))]
    if reply.headers:
        headers.extend(reply.headers.items())
    headers.append(("Content-Length", str(len(raw))))
    return Rendered(reply.status, headers, raw)
