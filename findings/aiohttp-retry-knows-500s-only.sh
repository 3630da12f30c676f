#!/bin/sh
# aiohttp-retry 2.9.1: a RetryClient out of the box repeats what is answered 5xx, a POST too. It does not repeat 429, and no request
# that got no answer at all: exceptions are retried only if they are named.
#
# Seen: POST answered 503: sent twice. POST answered 429: once. POST whose connection is closed without an answer: once; with
# `exceptions={Exception}`: three times, as `attempts=3` says.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check aiohttp==3.14.5 aiohttp-retry==2.9.1
env/bin/python - <<'PY'
import asyncio

from aiohttp import ClientError
from aiohttp_retry import ExponentialRetry, RetryClient


async def sent(first, **options):
    count = 0

    async def serve(reader, writer):
        nonlocal count
        count += 1
        await reader.readuntil(b"\r\n\r\n")
        status = first if count == 1 or not first else 200
        if status:
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    patience = ExponentialRetry(attempts=3, start_timeout=0.01, **options)
    async with RetryClient(retry_options=patience) as client:
        try:
            async with client.post(f"http://127.0.0.1:{port}/") as reply:
                await reply.read()
        except ClientError:
            pass
    server.close()
    return count


async def main():
    found = {
        503: await sent(503),
        429: await sent(429),
        "closed": await sent(None),
        "closed, told to": await sent(None, exceptions={Exception}),
    }
    print(found)
    assert found == {503: 2, 429: 1, "closed": 1, "closed, told to": 3}


asyncio.run(main())
PY
