"""Names that webhooks go to: looked up beside the loop, shared, and waited for by nobody at the end."""

from __future__ import annotations

import asyncio
import sys
import threading
from ipaddress import ip_address

import pytest

from mockenv.client import Mockenv
from mockenv.runtime.resolver import AT_ONCE, Address, Resolver
from tests.conftest import Browser
from tests.processes import served
from tests.runtime.conftest import make_site, subscribe

HOME = ip_address("127.0.0.1")


def test_those_who_ask_for_one_name_share_one_lookup() -> None:
    asked: list[str] = []
    let = threading.Event()

    def lookup(host: str, port: int) -> list[Address]:
        asked.append(host)
        let.wait(10)
        return [HOME]

    async def main() -> list[list[Address]]:
        resolver = Resolver(lookup)
        together = [asyncio.create_task(resolver.resolve("one.test", 80)) for _ in range(5)]
        for _ in range(3):
            await asyncio.sleep(0)
        let.set()
        return [*await asyncio.gather(*together), await resolver.resolve("one.test", 80)]

    assert asyncio.run(main()) == [[HOME]] * 6
    assert asked == ["one.test"] * 2  # and what it was is not kept


def test_an_address_needs_no_lookup() -> None:
    def lookup(host: str, port: int) -> list[Address]:
        raise AssertionError(host)

    assert asyncio.run(Resolver(lookup).resolve("::1", 80)) == [ip_address("::1")]


def test_a_name_that_there_is_not_raises_what_the_system_says() -> None:
    with pytest.raises(OSError, match=r"."):
        asyncio.run(Resolver().resolve("no.such.host.invalid", 80))


def test_who_gives_up_takes_the_answer_from_nobody_and_lookups_that_hang_are_no_more_than_their_number() -> None:
    let, begun = threading.Event(), threading.Semaphore(0)

    def lookup(host: str, port: int) -> list[Address]:
        begun.release()
        let.wait(10)
        return [HOME]

    async def main() -> None:
        resolver = Resolver(lookup)
        tasks = [asyncio.create_task(resolver.resolve(f"{number}.test", 80)) for number in range(AT_ONCE + 3)]
        stays = asyncio.create_task(resolver.resolve("0.test", 80))
        for _ in range(3):
            await asyncio.sleep(0)
        for task in tasks[:AT_ONCE]:
            task.cancel()
        await asyncio.gather(*tasks[:AT_ONCE], return_exceptions=True)
        assert sum(begun.acquire(blocking=False) for _ in range(AT_ONCE + 3)) <= AT_ONCE
        let.set()
        assert await asyncio.gather(stays, *tasks[AT_ONCE:]) == [[HOME]] * 4

    asyncio.run(main())


def test_a_stop_waits_for_no_name_server() -> None:
    command = [sys.executable, "-m", "tests.runtime.programs.no_name_server"]
    with served("--clock", "manual", command=command) as server:
        vector = _vector(server.mockenv)
        for number in range(AT_ONCE + 3):
            subscribe(vector, f"https://{number}.example.test/hook", "vector.site.pending")
        make_site(vector)
        advancing = threading.Thread(target=_advance, args=(server.mockenv,))
        advancing.start()
        assert server.process.stdout is not None
        for _ in range(3):
            assert server.process.stdout.readline().startswith("asked for ")
        code, _, err = server.end(within=1.0)
        advancing.join(10)
    assert (code, "Traceback" in err) == (0, False), err


def _vector(mockenv: Mockenv) -> Browser:
    sandbox = mockenv.get()
    return Browser(sandbox, sandbox.headers("vector"))


def _advance(mockenv: Mockenv) -> None:
    """Waits for the deliveries, which have no end; the server's is ours."""
    try:
        mockenv.get().advance("2s")
    except (OSError, ConnectionError):
        return
