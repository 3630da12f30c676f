"""Replicas on one database: one works, the others hand on to it and wait for their turn; knows neither SQL nor requests."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from mockenv.edge import server as edge
from mockenv.edge.relay import Address, Relay
from mockenv.errors import BadInput, DatabaseError
from mockenv.kernel.time.clock import Wall, pause
from mockenv.opening import Port
from mockenv.settings import Settings
from mockenv.store.postgres.lease import Lease
from mockenv.store.postgres.store import stand

LOOK_SECONDS = 0.2
"""Between two looks at whether the lease is free."""

log = logging.getLogger("mockenv.fleet")


def take_turns(url: str, settings: Settings, port: Port, work: Callable[[Lease], None], wait: Callable[[str], None]) -> None:
    """Have `work` done while this replica holds the database's lease, until it ends by itself; `wait` is told who works meanwhile.

    Raises CannotStart.
    """
    if settings.replica_address:
        parse_address(settings.replica_address)
    lease = stand(url, _address(settings, port), Wall().stopwatch)
    while True:
        if not lease.take() and not edge.run(lambda: _wait_for_turn(lease, port, wait)):
            return
        work(lease)
        if not lease.is_lost:
            return
        log.warning("another replica goes on in this one's place; it hands on to it now")


def _address(settings: Settings, port: Port) -> Callable[[str | None], str]:
    """Where others reach this one, when it is known from where the database sees it."""

    def address(seen: str | None) -> str:
        if settings.replica_address:
            return settings.replica_address
        own = [one.partition("%")[0] for one in port.addresses]
        named = [one for one in own if not (ip_address(one).is_loopback or ip_address(one).is_unspecified)]
        everywhere = [seen] if seen and any(ip_address(one).is_unspecified for one in own) else []
        host = next(iter((*named, *everywhere, *(one for one in own if ip_address(one).is_loopback), "127.0.0.1")))
        return f"[{host}]:{port.number}" if ":" in host else f"{host}:{port.number}"

    return address


async def _wait_for_turn(lease: Lease, port: Port, wait: Callable[[str], None]) -> bool:
    """Hand on until the lease is this one's; False if it is told to stop before that."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    relay = Relay(port.listeners)
    watching = loop.create_task(_watch(lease, relay, wait))
    tasks: list[asyncio.Task[Any]] = [watching, loop.create_task(relay.run()), loop.create_task(stop.wait())]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
    return watching in done


async def _watch(lease: Lease, relay: Relay, wait: Callable[[str], None]) -> None:
    """Returns when the lease is taken."""
    holder, is_told = "", False
    while True:
        try:
            if await asyncio.to_thread(lease.take):
                return
            found = await asyncio.to_thread(lease.holder)
        except DatabaseError as problem:
            if not is_told:
                log.error("%s; it will be asked again", problem)
            is_told = True
        else:
            is_told = False
            if found and found.address != holder:
                holder = found.address
                if holder == lease.address:
                    log.error("the replica that works says that it is reached at %s, which is here; see --replica-address", holder)
                relay.hand_on_to(parse_address(holder) if holder and holder != lease.address else None)
                wait(holder)
        await pause(LOOK_SECONDS)


def parse_address(text: str) -> Address:
    """HOST:PORT. Raises BadInput."""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isdigit() and 0 < int(port) < 1 << 16):
        raise BadInput("", "replica-address", f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)
