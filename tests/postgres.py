"""A PostgreSQL of our own: a cluster in a temporary folder, reached by a socket in it, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

USER = "mockenv"
UNDER_ROOT = "nobody"
"""PostgreSQL does not run as root."""
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")
"""The machine will not lose its power during a test."""


def binary(name: str) -> str:
    """Where a program of PostgreSQL is: on the way, or where Debian has it. Raises FileNotFoundError."""
    debians = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or next(map(str, debians), None)
    if found is None:
        raise FileNotFoundError(f"{name}: PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found


def is_installed() -> bool:
    try:
        return bool(binary("postgres"))
    except FileNotFoundError:
        return False


class Cluster:
    """Made and running."""

    def __init__(self, settings: Sequence[str] = FAST) -> None:
        self._settings = settings
        self.folder = Path(mkdtemp(prefix="mockenv-pg-"))
        self._numbers = count(1)
        self._as: Sequence[str] = ()
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNDER_ROOT)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
        self._call("initdb", "--pgdata", self._data, "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Returns when it answers."""
        options = " ".join(("-k", str(self.folder), "-h", "''", *self._settings))
        self._call("pg_ctl", "--pgdata", self._data, "--log", str(self.folder / "log"), "--options", options, "--wait", "start")

    def stop(self) -> None:
        """At once, as a crash would; whoever is connected is cut off."""
        self._call("pg_ctl", "--pgdata", self._data, "--mode", "immediate", "--wait", "stop")

    def end(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def database(self) -> str:
        """The URL of a new, empty one."""
        name = f"test{next(self._numbers)}"
        self.run("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://{USER}:secret@/{database}?host={self.folder}"

    def run(self, database: str, statement: str) -> list[tuple[Any, ...]]:
        """What a person at psql would get."""
        import psycopg  # what no other test waits for

        url = self.url(database) if "://" not in database else database
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _call(self, name: str, *arguments: str) -> None:
        command = [*self._as, binary(name), *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def cluster(settings: Sequence[str] = FAST) -> Iterator[Cluster]:
    made = Cluster(settings)
    try:
        yield made
    finally:
        made.end()
