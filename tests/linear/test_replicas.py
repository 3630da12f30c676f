"""Clients of two replicas at once, the working one paused in between: one order explains all that was answered, and nothing else may."""

from __future__ import annotations

import signal
from collections.abc import Hashable
from threading import Thread
from typing import Any

import pytest
import requests

from tests.conftest import Browser
from tests.edge.test_parking import until
from tests.linear.history import Operation, Recorder, is_linearizable, race
from tests.linear.test_linear import Answer, OneResource, launchdarkly, with_a_lie, work
from tests.postgres import Cluster
from tests.processes import Served
from tests.test_fleet import pid_of, replicas

EACH = 3
FOREVER = 1e9
UNKNOWN = 0


class Perhaps(OneResource):
    """What was not answered may have happened at any time since, or never: after everything else it makes no difference."""

    def step(self, state: Any, asked: Any, answered: Any) -> Hashable | None:
        if answered[0] != UNKNOWN:
            return super().step(state, asked, answered)
        (exists, _), (verb, *told) = state, asked
        if verb == "create" and not exists:
            return (True, told[0])
        if verb == "update" and exists:
            return (True, told[0])
        return (False, None) if verb == "delete" else state


def ask(client: Browser, asked: tuple[Any, ...]) -> Answer:
    """A broken connection, or a 503 from one that had to give way, tells nothing."""
    try:
        answer = launchdarkly(client, asked)
    except requests.ConnectionError:
        return UNKNOWN, None
    return answer if answer[0] != 503 else (UNKNOWN, None)


def open_ended(one: Operation) -> Operation:
    return Operation(one.asked, one.answered, one.began, FOREVER) if one.answered[0] == UNKNOWN else one


@pytest.mark.parametrize("seed", range(2))
def test_what_two_replicas_answer_while_one_takes_over_from_the_other_has_one_order_in_each_sandbox(
    postgres: Cluster, seed: int
) -> None:
    url = postgres.database()
    with replicas(url, 2, "--clock", "manual") as (first, second):
        paused_one, other = two_apart(postgres, url, first)
        histories = {name: Recorder() for name in (paused_one, other)}
        clients = [(name, browser(one, name)) for name in histories for one in (first, second) for _ in range(EACH)]
        pausing = Thread(target=pause_once, args=(postgres, url, first, paused_one, histories[paused_one]))
        pausing.start()
        workers = [work(histories[name], client, ask, seed * 100 + at) for at, (name, client) in enumerate(clients)]
        race(*workers)
        pausing.join()
        for recorder in histories.values():
            check(recorder)
        for _, client in clients:
            client.session.close()


def check(recorder: Recorder) -> None:
    """One order explains it, and would not if one answer were another."""
    operations = [open_ended(one) for one in recorder.operations]
    model = Perhaps(conflict=409, deleted=204)
    assert is_linearizable(operations, model)
    known = [one for one in operations if one.ended != FOREVER]
    assert len(known) > len(operations) // 3
    assert not is_linearizable(with_a_lie(known), model)


def browser(server: Served, name: str) -> Browser:
    sandbox = server.mockenv.get(name)
    return Browser(sandbox, sandbox.headers("launchdarkly"))


def two_apart(postgres: Cluster, url: str, first: Served) -> tuple[str, str]:
    """Sandboxes, once each replica has its half: one that `first` works on, and one that it does not."""
    until(lambda: postgres.run(url, "SELECT count(*) FROM mockenv.share GROUP BY holder") == [(32,), (32,)])
    names = [first.mockenv.sandbox(name=f"s{number}").name for number in range(12)]
    homes = {pid_of(postgres, url, name) == first.process.pid: name for name in names}
    return homes[True], homes[False]


def pause_once(postgres: Cluster, url: str, server: Served, name: str, recorder: Recorder) -> None:
    """Once some have been answered, until another has taken over."""
    until(lambda: len(recorder.operations) >= EACH)
    server.process.send_signal(signal.SIGSTOP)
    try:
        until(lambda: pid_of(postgres, url, name) not in (0, server.process.pid))
    finally:
        server.process.send_signal(signal.SIGCONT)
