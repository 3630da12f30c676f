"""The alarm: it rings in the event loop, by the wall's time whatever the machine's date says, and goes on whatever kept it waiting."""

from __future__ import annotations

import asyncio
import threading

import pytest

from mockenv.bootstrap import Server, build
from mockenv.client import Mockenv
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.values.instant import SECOND, Instant
from mockenv.kernel.worlds.settle import SLICE
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.conftest import Browser
from tests.runtime.conftest import make_site as make_site_over_http

PATIENCE = 20.0
HOUR = 3600 * SECOND
HEADERS = {"Authorization": "Bearer x"}
SITE_KIND = "vector/site"
SITE = {"partner_customer_id": "cust_1", "dev_php_version": "8.3"}


class Apart(Wall):
    """What a server's wall is once the machine's date was set back (or forward) by an hour: so far from it."""

    def __init__(self, by: Instant) -> None:
        super().__init__()
        self._by = by

    def now(self) -> Instant:
        return super().now() + self._by


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["set back", "set forward"])
def test_it_rings_in_time_though_the_machines_date_was_set(by: Instant) -> None:
    running = ThreadedServer(Settings(port=0, speed=100.0, log_level="warning"), wall=Apart(by)).start()
    try:
        sandbox = Mockenv(running.url).get("default")
        vector = Browser(sandbox, sandbox.headers("vector"))
        assert sandbox.wait(f"vector/site/{make_site_over_http(vector)}", "active", timeout=10)
        vector.session.close()
    finally:
        running.stop()


def make_site(server: Server, sandbox: str = "default") -> str:
    headers = {**HEADERS, "X-Mockenv-Sandbox": sandbox}
    reply = server.app.test_client().post("/api/v1/vector/sites", json=SITE, headers=headers)
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


def test_each_of_many_sandboxes_is_woken_when_its_own_time_has_come() -> None:
    async def main() -> None:
        server = build(Settings(clock="manual", log_level="error"))
        server.start()
        woken = {name: asyncio.Event() for name in ("late", "never", "soon", "dropped")}
        for name, changed in woken.items():
            clock = {"mode": "manual"} if name == "never" else {"mode": "real", "speed": 5.0 if name == "late" else 50.0}
            sandbox = server.sandboxes.create({"name": name, "clock": clock})
            sandbox.watches.waiting[make_site(server, name)] = [changed.set]
        server.sandboxes.drop("dropped")
        for name in ("soon", "late"):
            await asyncio.wait_for(woken[name].wait(), PATIENCE)
        assert not woken["never"].is_set()
        await server.stop()
        server.close()

    asyncio.run(main())


def test_what_fell_due_while_nobody_served_is_made_up_for_in_slices() -> None:
    lost = {"does": "step", "lifecycle_kind": SITE_KIND, "lifecycle": "provision", "step": "provisioning", "attempt": 1, "done": []}

    async def main() -> None:
        server = build(Settings(clock="real", log_level="error"))
        sandbox, changed = server.sandboxes.get("default"), asyncio.Event()

        def pending() -> int:
            with sandbox.unit() as work:
                return work.count(AGENDA, state="pending")

        with sandbox.unit() as work:
            for number in range(SLICE + 3):  # of sites that are gone: each is run, and dropped
                agenda.schedule(work, work.now, {**lost, "resource": f"{SITE_KIND}/{number}"})
        server.start()
        assert pending() == 3
        sandbox.watches.waiting[AGENDA] = [changed.set]
        await asyncio.wait_for(changed.wait(), PATIENCE)
        assert pending() == 0
        await server.stop()
        server.close()

    asyncio.run(main())


def test_the_slowest_clock_sets_an_alarm_that_can_be_spelled() -> None:
    async def main() -> None:
        server = build(Settings(clock="real", speed=1e-12, log_level="error"))
        server.start()
        make_site(server)
        assert server.sandboxes.get("default").next_due() is not None
        await server.stop()
        server.close()

    asyncio.run(main())
