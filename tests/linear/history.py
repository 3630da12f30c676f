"""Histories of concurrent operations, and whether one order explains them all (Wing and Gong's search); knows no server."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any, Protocol

PATIENCE = 60.0


@dataclass(frozen=True)
class Operation:
    """One call: what was asked, what was answered, and when it began and ended."""

    asked: Hashable
    answered: Any
    began: float
    ended: float


class Model(Protocol):
    """What one resource does when it is asked by one client at a time."""

    def start(self) -> Hashable: ...

    def step(self, state: Any, asked: Any, answered: Any) -> Hashable | None:
        """The state afterwards; None where this answer cannot be."""


@dataclass
class Recorder:
    """Collects operations from many threads, each with the moments between which it must have had its effect."""

    operations: list[Operation] = field(default_factory=list)

    def call(self, asked: Hashable, ask: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answered = ask()
        self.operations.append(Operation(asked, answered, began, time.perf_counter()))
        return answered


def race(*workers: Callable[[], object]) -> None:
    """All at once, each in a thread of its own; what one raises is raised here."""
    gate, errors = Barrier(len(workers)), list[BaseException]()

    def run(worker: Callable[[], object]) -> None:
        try:
            gate.wait(PATIENCE)
            worker()
        except BaseException as error:  # noqa: BLE001  # told to whoever started the race
            errors.append(error)

    threads = [Thread(target=run, args=(worker,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a racer is stuck"
    if errors:
        raise errors[0]


def is_linearizable(operations: Sequence[Operation], model: Model) -> bool:
    """Whether there is an order that a single client could have seen, and in which nothing that ended comes after what began later."""
    history = sorted(operations, key=lambda one: one.began)
    everything = (1 << len(history)) - 1
    stack: list[tuple[int, Hashable]] = [(0, model.start())]
    seen = set(stack)
    while stack:
        done, state = stack.pop()
        if done == everything:
            return True
        for number in next_ones(history, done):
            after = model.step(state, history[number].asked, history[number].answered)
            node = (done | 1 << number, after)
            if after is not None and node not in seen:
                seen.add(node)
                stack.append(node)
    return False


def next_ones(history: Sequence[Operation], done: int) -> list[int]:
    """Those that may come next: no other that is open has ended before they began."""
    found: list[int] = []
    first_end = float("inf")
    for number, one in enumerate(history):
        if done >> number & 1:
            continue
        if one.began > first_end:
            break  # in order of their beginnings: all that follow began later still
        found.append(number)
        first_end = min(first_end, one.ended)
    return found
