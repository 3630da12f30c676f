"""One, two and three servers on one PostgreSQL, over few and many sandboxes, beside one with a state file; and how they grow."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from benchmarks.client import Connection, pipeline
from benchmarks.load import CONNECTIONS, Round, run_round
from benchmarks.plan import Plan
from benchmarks.process import Running, running
from benchmarks.results import Figure, Table
from benchmarks.servers import Server, mockenv
from benchmarks.tools import need
from benchmarks.work import CREATE, ENVIRONMENTS, GET, Work
from mockenv.cli.progress import say
from tests.postgres import Cluster, cluster

SANDBOXES = (1, 10, 1_000)
REPLICAS = 3
SHARES = 64
WORKS = (GET, CREATE)
DURABLE = ("-c", "max_connections=200")
"""PostgreSQL as it is, on a disk that is waited for."""
SLOW = ("--speed", "0.001")
"""No step falls due while it is measured."""
KEPT = "mockenv.record"
SMALL, LARGE, MILLION = 1_000, 100_000, 1_000_000
SAMPLE = 20


def measure(plan: Plan) -> dict[str, Table]:
    need("wrk")
    tables = {work.name: Table(f"{work.name}, over so many sandboxes", _columns()) for work in WORKS}
    growth = Table(f"A create on PostgreSQL, and ÷ a server with {SMALL:,} stored", ["start, s", "create, ms", "create ÷"])
    with cluster(DURABLE) as postgres:
        _throughput(plan, postgres, tables)
        for stored in (LARGE, MILLION) if plan.million else (LARGE,):
            say(f"fleet: {stored:,} stored")
            growth.rows[f"{stored:,} stored"] = _growth(plan, postgres, stored)
    return {**{f"fleet {name}": table for name, table in tables.items()}, "fleet growth": growth}


def _columns() -> list[str]:
    return [f"{count:,}: {what}" for count in SANDBOXES for what in ("requests/s", "p99, ms")]


def _throughput(plan: Plan, postgres: Cluster, tables: dict[str, Table]) -> None:
    with running(mockenv(*SLOW, "--state", "state.json")) as alone:
        _make_sandboxes(alone)
        _measure(plan, [alone], "one process, --state FILE", tables)
    with ExitStack() as stack:
        url, servers = postgres.database(), list[Running]()
        for count in range(1, REPLICAS + 1):
            servers.append(stack.enter_context(running(_on(url))))
            if count == 1:
                _make_sandboxes(servers[0])
            _await_balance(postgres, url, count)
            _measure(plan, servers, f"{count} on PostgreSQL", tables)


def _on(url: str) -> Server:
    return mockenv(*SLOW, "--state", url)


def _make_sandboxes(server: Running) -> None:
    say(f"fleet: {max(SANDBOXES):,} sandboxes")
    with Connection(server.port) as connection:
        for number in range(max(SANDBOXES)):
            connection.ask("POST", "/_mockenv/sandboxes", json.dumps({"name": f"s{number}"}).encode())


def _await_balance(postgres: Cluster, url: str, count: int) -> None:
    wanted = [SHARES // count + (number < SHARES % count) for number in range(count)]
    query = "SELECT count(*) FROM mockenv.share GROUP BY holder ORDER BY 1 DESC"
    while [held for (held,) in postgres.run(url, query)] != wanted:
        time.sleep(0.1)
    time.sleep(1)  # the last share is read


def _measure(plan: Plan, servers: Sequence[Running], name: str, tables: dict[str, Table]) -> None:
    for work in WORKS:
        say(f"fleet: {work.name}, {name}")
        tables[work.name].rows[name] = [figure for count in SANDBOXES for figure in _over(plan, servers, work, count)]


def _over(plan: Plan, servers: Sequence[Running], work: Work, sandboxes: int) -> list[Figure]:
    _at_once(servers, work, plan.extent.warm_up, sandboxes)
    rounds = [_at_once(servers, work, plan.extent.seconds, sandboxes) for _ in range(plan.extent.rounds)]
    rates, slowest = ([sum(one.rate for one in some) for some in rounds], [max(one.p99_ms for one in some) for some in rounds])
    return [Figure.of(rates), Figure.of(slowest)]


def _at_once(servers: Sequence[Running], work: Work, seconds: int, sandboxes: int) -> list[Round]:
    """The connections are shared out among the servers, as a balancer would."""
    each = [len(range(at, CONNECTIONS, len(servers))) for at in range(len(servers))]
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(run_round, one.port, work, seconds, some, sandboxes) for one, some in zip(servers, each, strict=True)]
        return [one.result() for one in asked]


# Growth


def _growth(plan: Plan, postgres: Cluster, stored: int) -> list[Figure]:
    with ExitStack() as stack:
        large, small = (stack.enter_context(running(_on(_filled(postgres, count)))) for count in (stored, SMALL))
        samples = [[pipeline(one.port, CREATE, SAMPLE)[0] for one in (large, small)] for _ in range(plan.extent.samples)]
    mine, theirs = zip(*samples, strict=True)
    return [Figure.of([large.start_ms / 1e3]), Figure.of(mine), Figure.of(_ratios(mine, theirs))]


def _ratios(mine: Iterable[float], theirs: Iterable[float]) -> list[float]:
    return [one / other for one, other in zip(mine, theirs, strict=True)]


def _filled(postgres: Cluster, count: int) -> str:
    """A database with so many environments, all like the first: written behind its server's back, while there is none."""
    url = postgres.database()
    with running(_on(url)) as server, Connection(server.port) as connection:
        first = connection.ask("GET", ENVIRONMENTS).json()["data"][0]["id"]
    begin = 1_000_000
    made = "jsonb_build_object('id', n, 'name', 'filled-' || n, 'custom_domain', 'filled-' || n || '.example.com')"
    postgres.run(
        url,
        f"INSERT INTO {KEPT} (sandbox, kind, id, seq, document) SELECT sandbox, kind, n::text, n, (document::jsonb || {made})::json"
        f" FROM {KEPT}, generate_series({begin}, {begin + count - 1}) AS n"
        f" WHERE sandbox = 'default' AND kind = 'vector/environment' AND id = '{first}';"
        f" UPDATE {KEPT} SET document = json_build_object('next', {begin + count})"
        " WHERE sandbox = 'default' AND kind = 'kernel/counter' AND id = 'vector/environment'",
    )
    return url
