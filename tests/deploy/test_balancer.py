"""The balancer of deploy/compose before three servers: whichever of them is killed, whoever asks again is answered."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.edge.test_parking import until
from tests.postgres import Cluster
from tests.processes import PATIENCE, ROOT, Served
from tests.store.clients import SITE
from tests.test_fleet import pid_of, replicas

CONFIGURATION = ROOT / "deploy" / "compose" / "haproxy.cfg"
pytestmark = pytest.mark.skipif(shutil.which("haproxy") is None and not os.environ.get("CI"), reason="HAProxy is not installed")


@contextmanager
def balancing(servers: list[Served], folder: Path) -> Iterator[str]:
    """The shipped configuration, with these servers in the place of the compose file's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    named = "\n".join(f"    server replica{at} {urlsplit(one.url).netloc} check" for at, one in enumerate(servers))
    text = CONFIGURATION.read_text().replace("bind :6368", f"bind 127.0.0.1:{port}")
    text = re.sub(r" *server-template .*", named, text).replace(" resolvers docker init-addr none", "")
    (folder / "haproxy.cfg").write_text(text)
    with subprocess.Popen(["haproxy", "-db", "-f", str(folder / "haproxy.cfg")], stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def create(url: str, name: str) -> int:
    """By a connection of its own; 0 where that broke."""
    headers = {"Authorization": "Bearer x", "Connection": "close"}
    try:
        body = {"name": name, "php_version": "8.3"}
        return requests.post(f"{url}{SITE}/environments", json=body, headers=headers, timeout=PATIENCE).status_code
    except requests.ConnectionError:
        return 0


def test_the_shipped_configuration_is_one() -> None:
    done = subprocess.run(
        ["haproxy", "-c", "-f", str(CONFIGURATION)], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr


def test_whichever_replica_is_killed_whoever_asks_again_is_answered_and_nothing_is_lost(postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.database()
    with replicas(url, 3, "--clock", "manual") as servers, balancing(servers, tmp_path) as balanced:
        until(lambda: create(balanced, "e") == 201)
        made = 1
        for number in range(2):
            for count in range(5):
                assert create(balanced, f"e{number}{count}") == 201
                made += 1
            working = next(one for one in servers if one.process.pid == pid_of(postgres, url))
            working.process.kill()
            working.process.wait(PATIENCE)
            until(lambda: create(balanced, f"after{number}") == 201)  # noqa: B023  # asked here and now
            made += 1
        last = next(one for one in servers if one.process.poll() is None)
        names = [one["document"]["name"] for one in last.mockenv.get().resources(provider="vector", kind="environment")]
        assert len(set(names)) == made
