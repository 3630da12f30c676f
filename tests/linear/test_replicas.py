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
from tests.test_fleet import replicas, working_pid

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
def test_what_two_replicas_answer_while_one_takes_over_from_the_other_has_one_order(postgres: Cluster, seed: int) -> None:
    url = postgres.database()
    with replicas(url, 2, "--clock", "manual") as (first, second):
        sandboxes = [one.mockenv.get() for one in (first, second) for _ in range(EACH)]
        clients = [Browser(one, one.headers("launchdarkly")) for one in sandboxes]
        recorder = Recorder()
        pausing = Thread(target=pause_once, args=(postgres, url, first, recorder))
        pausing.start()
        race(*[work(recorder, client, ask, seed * 100 + number) for number, client in enumerate(clients)])
        pausing.join()
        assert working_pid(postgres, url) == second.process.pid
        operations = [open_ended(one) for one in recorder.operations]
        model = Perhaps(conflict=409, deleted=204)
        assert is_linearizable(operations, model)
        known = [one for one in operations if one.ended != FOREVER]
        assert len(known) > len(operations) // 2
        assert not is_linearizable(with_a_lie(known), model)
        for client in clients:
            client.session.close()


def pause_once(postgres: Cluster, url: str, server: Served, recorder: Recorder) -> None:
    """Once some have been answered, until another has taken over."""
    until(lambda: len(recorder.operations) >= 2 * EACH)
    server.process.send_signal(signal.SIGSTOP)
    try:
        until(lambda: working_pid(postgres, url) != server.process.pid)
    finally:
        server.process.send_signal(signal.SIGCONT)
