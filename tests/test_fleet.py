"""Servers on one database: each works on some sandboxes, and when one is killed, paused or stopped the others go on with its."""

from __future__ import annotations

import os
import random
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import cycle

import pytest
import requests

from mockenv.store.postgres.shares import share_of
from tests.conftest import Browser
from tests.edge.test_parking import until
from tests.postgres import Cluster
from tests.processes import PATIENCE, Served, run, served
from tests.runtime.conftest import subscribe
from tests.runtime.receiver import receiving
from tests.store.clients import SITE
from tests.store.test_killed import EVENT, check_told, check_units
from tests.store.test_postgres_server import kept_in

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "4"))
SEED = int(os.environ.get("CRASH_SEED", "1"))


@contextmanager
def replicas(url: str, count: int, *flags: str) -> Iterator[list[Served]]:
    with ExitStack() as stack:
        more = ("--state", url, "--log-level", "error", *flags)
        yield [stack.enter_context(served(*more)) for _ in range(count)]


def create(server: Served, name: str, tries: int = 1) -> int:
    """One environment by a connection of its own; a broken connection counts as nothing and is tried again."""
    headers = {"Authorization": "Bearer x", "Connection": "close"}
    for _ in range(tries):
        try:
            return requests.post(
                f"{server.url}{SITE}/environments", json={"name": name, "php_version": "8.3"}, headers=headers, timeout=PATIENCE
            ).status_code
        except requests.ConnectionError:
            continue
    return 0


def names(server: Served) -> list[str]:
    found = server.mockenv.get().resources(provider="vector", kind="environment")
    return [one["document"]["name"] for one in found]


def pid_of(postgres: Cluster, url: str, sandbox: str = "default") -> int:
    """Who works on it; 0 where nobody does at this moment."""
    share = f"SELECT holder FROM mockenv.share WHERE share = {share_of(sandbox, 64)}"
    found = postgres.run(url, f"SELECT owner FROM mockenv.replica WHERE id = ({share})")
    return int(found[0][0].rpartition(":")[2]) if found else 0


def home_first(postgres: Cluster, url: str, servers: list[Served]) -> list[Served]:
    """The one that works on `default`, then the others."""
    pid = pid_of(postgres, url)
    return sorted(servers, key=lambda one: one.process.pid != pid)


def test_whichever_is_asked_there_is_one_world_and_one_journal(postgres: Cluster) -> None:
    with replicas(postgres.database(), 3, "--clock", "manual") as servers:
        for number, server in enumerate(servers):
            assert create(server, f"e{number}") == 201
        assert [names(one) for one in servers] == [["e0", "e1", "e2"]] * 3
        servers[1].mockenv.sandbox(name="other")
        assert "other" in [one["name"] for one in servers[2].mockenv.sandboxes()]
        assert [len(one.mockenv.get().journal()) for one in servers] == [3, 3, 3]
        servers[2].mockenv.get().advance("1m")
        [state] = {one["document"]["status"] for one in servers[0].mockenv.get().resources(provider="vector", kind="environment")}
        assert state == "active"


def test_when_one_is_killed_the_others_go_on_with_its_sandboxes_and_whoever_asks_meanwhile_only_waits(postgres: Cluster) -> None:
    url = postgres.database()
    with replicas(url, 3, "--clock", "manual") as servers:
        first, *others = home_first(postgres, url, servers)
        assert create(first, "before") == 201
        first.process.kill()
        first.process.wait(PATIENCE)
        with ThreadPoolExecutor() as pool:
            asked = [pool.submit(create, server, f"after-{number}", 5) for number, server in enumerate(others * 2)]
            assert [one.result() for one in asked] == [201] * 4
        for server in others:
            assert sorted(names(server)) == ["after-0", "after-1", "after-2", "after-3", "before"]


def test_a_stop_hands_over_and_nothing_is_lost(postgres: Cluster) -> None:
    url = postgres.database()
    with replicas(url, 2, "--clock", "manual") as servers:
        first, second = home_first(postgres, url, servers)
        assert create(second, "before") == 201
        assert first.end()[0] == 0
        assert create(second, "after") == 201
        assert names(second) == ["before", "after"]
        assert second.end()[0] == 0


def test_one_that_was_paused_and_has_been_succeeded_acknowledges_nothing_and_works_again_beside_the_others(
    postgres: Cluster,
) -> None:
    url = postgres.database()
    with replicas(url, 2, "--clock", "manual") as servers:
        paused, other = home_first(postgres, url, servers)
        assert create(paused, "before") == 201
        paused.process.send_signal(signal.SIGSTOP)
        try:
            asked = [_ask_without_waiting(paused, f"lost-{number}") for number in range(3)]
            assert create(other, "meanwhile", 10) == 201
        finally:
            paused.process.send_signal(signal.SIGCONT)
        with ThreadPoolExecutor() as pool:
            answers = list(pool.map(_answer, asked))
        acknowledged = [f"lost-{number}" for number, answer in enumerate(answers) if answer.startswith(b"HTTP/1.1 201")]
        kept = names(other)
        assert {"before", "meanwhile", *acknowledged} <= set(kept)
        until(lambda: create(paused, "after") == 201)  # 503 until it has stepped down, and what got a 503 has not happened
        assert names(other) == names(paused)
        assert set(names(other)) == {*kept, "after"}


def _ask_without_waiting(server: Served, name: str) -> socket.socket:
    host, port = server.url.removeprefix("http://").rsplit(":", 1)
    body = f'{{"name":"{name}","php_version":"8.3"}}'
    head = f"POST {SITE}/environments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nConnection: close\r\n"
    made = socket.create_connection((host, int(port)), timeout=PATIENCE)
    made.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    return made


def _answer(asked: socket.socket) -> bytes:
    """What came until the end; a reset is an end, too."""
    with closing(asked):
        try:
            return b"".join(iter(lambda: asked.recv(1 << 16), b""))
        except OSError:
            return b""


def test_kills_under_load_take_back_nothing_and_nothing_happens_twice(postgres: Cluster) -> None:
    """Clients that use any of three replicas; the one that works for them is killed again and again, and begun anew beside the others."""
    chance, url = random.Random(SEED), postgres.database()
    flags = ("--state", url, "--log-level", "error", "--speed", "10")
    acknowledged: list[str] = []
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving())
        running = [stack.enter_context(served(*flags)) for _ in range(3)]
        default = running[1].mockenv.get()
        subscribe(Browser(default, default.headers("vector")), receiver.url, EVENT)
        for number in range(ROUNDS):
            answers = chance.randrange(3, 40)
            turns = cycle(running)
            for count in range(answers):
                name = f"r{number}e{count}"
                if create(next(turns), name) == 201:
                    acknowledged.append(name)
            working, *_ = home_first(postgres, url, running)
            with ThreadPoolExecutor() as pool:
                asked = {f"r{number}k{at}": pool.submit(create, one, f"r{number}k{at}") for at, one in enumerate(running * 2)}
                working.process.kill()
                acknowledged += [name for name, one in asked.items() if one.result() == 201]
            running.remove(working)
            running.append(stack.enter_context(served(*flags)))
        found = names(running[0])
        assert set(acknowledged) <= set(found)
        assert len(found) == len(set(found))
        for one in running:
            one.process.kill()
        kept = kept_in(url)
        check_units(kept)
        check_told(receiver, kept)


@pytest.mark.parametrize("address", ["nowhere", ":80", "host:", "host:99999"])
def test_an_address_that_is_none_is_refused(postgres: Cluster, address: str) -> None:
    ended = run("serve", "--port", "0", "--state", postgres.database(), "--replica-address", address)
    assert (ended.returncode, ended.stderr) == (1, f"mockenv: replica-address: {address!r} is not HOST:PORT\n")


def test_replicas_without_a_database_are_refused() -> None:
    ended = run("serve", "--port", "0", "--replica-address", "host:80")
    assert "replica-address: wants --state postgresql://…" in ended.stderr


def test_nobody_throws_away_what_others_work_on(postgres: Cluster) -> None:
    url = postgres.database()
    with replicas(url, 1, "--clock", "manual") as (first,):
        assert create(first, "kept") == 201
        ended = run("serve", "--port", "0", "--state", url, "--state-fresh")
        assert ended.returncode == 1
        assert ended.stderr.startswith("mockenv: state-fresh: others work on the database (")
        assert names(first) == ["kept"]
