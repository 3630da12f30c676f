"""Three replicas on one database for all the tests of a module, and which of them works on what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mockenv.client import Sandbox
from mockenv.store.postgres.shares import share_of
from tests.edge.test_parking import until
from tests.postgres import Cluster
from tests.processes import Served
from tests.test_fleet import pid_of, replicas

SHARES = 64


@dataclass
class Fleet:
    """Running."""

    postgres: Cluster
    url: str
    servers: list[Served]

    def home(self, sandbox: str) -> Served:
        """Where it is worked on."""
        pid = pid_of(self.postgres, self.url, sandbox)
        return next(one for one in self.servers if one.process.pid == pid)

    def away(self, sandbox: str) -> Served:
        """Another one."""
        home = self.home(sandbox)
        return next(one for one in self.servers if one is not home)

    def sandbox(self, name: str) -> tuple[Sandbox, Sandbox]:
        """A new one as it is seen at home, and by way of another."""
        self.servers[0].mockenv.sandbox(name=name)
        return self.home(name).mockenv.get(name), self.away(name).mockenv.get(name)

    def counts(self) -> list[int]:
        """How many shares each has, the fewest first."""
        found = self.postgres.run(
            self.url, "SELECT count(share) FROM mockenv.replica LEFT JOIN mockenv.share ON holder = id GROUP BY id"
        )
        return sorted(count for (count,) in found)

    def settled(self, *counts: int) -> None:
        """Returns once the shares lie so."""
        until(lambda: self.counts() == sorted(counts))


@pytest.fixture(scope="module")
def fleet(postgres: Cluster) -> Iterator[Fleet]:
    url = postgres.database()
    with replicas(url, 3, "--clock", "manual") as servers:
        made = Fleet(postgres, url, servers)
        made.settled(22, 21, 21)
        yield made


def apart(count: int) -> list[str]:
    """Names of sandboxes in as many different shares."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < count:
        found.setdefault(share_of(f"apart-{number}", SHARES), f"apart-{number}")
        number += 1
    return list(found.values())
