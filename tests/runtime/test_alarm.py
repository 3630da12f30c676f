"""The alarm: it rings in the event loop, where all else happens, and goes on whatever kept it waiting."""

from __future__ import annotations

import asyncio
import threading

from mockenv.bootstrap import Server, build
from mockenv.settings import Settings

PATIENCE = 20.0
HEADERS = {"Authorization": "Bearer x"}
SITE = {"partner_customer_id": "cust_1", "dev_php_version": "8.3"}


def make_site(server: Server) -> str:
    reply = server.app.test_client().post("/api/v1/vector/sites", json=SITE, headers=HEADERS)
    assert reply.status_code == 201
    return f"vector/site/{reply.get_json()['data']['id']}"


def test_the_alarm_rings_in_the_event_loop() -> None:
    threads: list[int] = []

    async def main() -> None:
        server = build(Settings(clock="real", speed=1_000.0, log_level="error"))
        server.start()
        sandbox, changed = server.sandboxes.get("default"), asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            threads.append(threading.get_ident())
            loop.call_soon_threadsafe(changed.set)

        sandbox.watches.waiting[make_site(server)] = [wake]
        await asyncio.wait_for(changed.wait(), PATIENCE)
        await server.stop()
        server.close()

    asyncio.run(main())
    assert set(threads) == {threading.get_ident()}
