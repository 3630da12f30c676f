"""One request to a service, and all of its answer; follows nothing, tries nothing twice."""

from __future__ import annotations

import asyncio

from mockenv.kernel.time.clock import Wall
from mockenv.recording.exchange import Answered, Asked, Exchange, body_of, header
from mockenv.runtime.outbound import NotSentError, Outbound

MAX_REPLY = 4 << 20
ONE_SECONDS = 30.0


async def ask(out: Outbound, base: str, asked: Asked, number: int, operation: str | None, wall: Wall) -> Exchange:
    """Raises NotSentError where there is no whole answer."""
    out.ready()
    raw, started = asked.body.content() if asked.body else b"", wall.stopwatch()
    try:
        async with (
            asyncio.timeout(ONE_SECONDS),
            out.open(asked.method, f"{base}{asked.target}", asked.headers, raw) as reply,
        ):
            content = b""
            async for chunk in reply.aiter_bytes():
                content += chunk
                if len(content) > MAX_REPLY:
                    raise NotSentError(f"an answer of more than {MAX_REPLY >> 20} MiB")
            headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers.raw)
            answered = Answered(reply.status_code, headers, body_of(content, header(headers, "content-type")))
    except TimeoutError:
        raise NotSentError(f"no answer within {ONE_SECONDS:g} s") from None
    return Exchange(number, asked, answered, operation, seconds=wall.stopwatch() - started)
