"""The run that races many clients on one resource, again and again, and has every history explained by one order."""

from __future__ import annotations

from soak.watching import watched
from tests.linear.history import Recorder, is_linearizable, race
from tests.linear.test_linear import OneResource, clients, launchdarkly, work


def order(scale: float) -> str:
    rounds, threads, operations = max(1, round(150 * scale)), 8, 0
    with watched() as server:
        for seed in range(rounds):
            recorder = Recorder()
            with server.mockenv.sandbox(clock="manual") as sandbox, clients(sandbox, "launchdarkly", threads) as racing:
                race(*[work(recorder, client, launchdarkly, seed * 100 + number) for number, client in enumerate(racing)])
            operations += len(recorder.operations)
            if not is_linearizable(recorder.operations, OneResource(conflict=409, deleted=204)):
                raise AssertionError(f"seed {seed}: no order explains {recorder.operations}")
        return f"{rounds} histories of {threads} threads, {operations:,} operations: each has its order"
