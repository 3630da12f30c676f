"""Connections to PostgreSQL, and what goes wrong with them in one line without a password; knows no table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString
from urllib.parse import unquote

from mockenv.errors import CannotStart, DatabaseError
from mockenv.settings import shown_place

if TYPE_CHECKING:
    import psycopg

    Session = psycopg.Connection[Any]

CONNECT_SECONDS = 2
"""The shortest that libpq knows."""
SESSION: tuple[LiteralString, ...] = (
    "SET idle_in_transaction_session_timeout = '2s'",  # who is cut off in the middle must not keep rows from whoever takes over
    "SET lock_timeout = '5s'",
    "SET client_min_messages = warning",
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
ADVICE = "pip install 'mockenv[postgres]'"


class Connection:
    """One session, made when it is first needed and again after it broke. Not for two threads at once."""

    def __init__(self, url: str, name: str = "mockenv") -> None:
        self._url, self._name = url, name
        self._open: Session | None = None
        self.place = shown_place(url)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All that is done in it or nothing. Raises DatabaseError; whether a commit that broke off was one, nobody knows."""
        with self._telling():
            connection = self._connected()
            with connection.transaction():
                yield connection

    def wait(self, seconds: float) -> None:
        """Until this session is notified of what it listens to, or so long. Raises DatabaseError."""
        with self._telling():
            for _ in self._connected().notifies(timeout=seconds, stop_after=1):
                pass

    @contextmanager
    def _telling(self) -> Iterator[None]:
        psycopg = driver()
        try:
            yield
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError) or (self._open and self._open.closed):
                self.close()
            raise DatabaseError(self.place, self._said(error)) from None

    @property
    def is_open(self) -> bool:
        return self._open is not None

    def close(self) -> None:
        if self._open:
            self._open.close()
            self._open = None

    def _connected(self) -> Session:
        if self._open is None:
            more = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 2_000, "application_name": self._name}
            made = driver().connect(self._url, autocommit=True, client_encoding="utf8", prepare_threshold=3, **more)
            for statement in SESSION:
                made.execute(statement)
            self._open = made
        return self._open

    def _said(self, error: psycopg.Error) -> str:
        """The line that says most. libpq's may quote the address as it was given."""
        text = error.diag.message_primary or str(error)
        lines = [line.strip(" -\t") for line in text.splitlines() if line.strip()] or [type(error).__name__]
        line = lines[0] if not lines[0].startswith("Multiple connection attempts") else lines[-1]
        line = line.removeprefix("connection failed: ").rstrip(".")
        password = self._url.partition("://")[2].rpartition("@")[0].partition(":")[2]
        for secret in filter(None, (self._url, self._url.partition("?")[2], password, unquote(password))):
            line = line.replace(secret, "***")
        return line


def driver() -> Any:
    """psycopg, imported now. Raises CannotStart."""
    try:
        import psycopg
    except ImportError:  # also where it is there without its libpq
        raise CannotStart(f"--state postgresql://… needs psycopg 3: {ADVICE}") from None
    return psycopg


def rows_of(connection: Session, query: LiteralString, *values: object) -> Sequence[tuple[Any, ...]]:
    """What a query finds."""
    return connection.execute(query, values).fetchall()
