"""What mockenv answers to each work: the same bodies are given to the servers that keep no state of their own."""

from __future__ import annotations

from benchmarks.client import Connection, numbers
from benchmarks.process import Running
from benchmarks.work import WORKS, Replies


def ask_all(server: Running) -> Replies:
    """Raises RuntimeError where mockenv itself refuses."""
    replies = Replies()
    with Connection(server.port) as connection:
        for work in WORKS:
            answer = connection.ask(work.method, work.path, work.with_number(next(numbers)))
            if answer.status not in (200, 201):
                raise RuntimeError(f"{work.name}: mockenv answered {answer.status}: {answer.body[:200]!r}")
            replies[work.name] = answer.json()
    server.renew()
    return replies
