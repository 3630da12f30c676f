"""Takes attempts out of the sandboxes and their outcomes back in: in the event loop, one resource's events in order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Protocol

from mockenv.errors import NoSuchSandbox, StateError
from mockenv.kernel.events.attempts import Attempt, Outcome
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.sandboxes import Sandboxes
from mockenv.runtime.syncer import Syncer

log = logging.getLogger("mockenv.webhooks")

AT_ONCE = 256
"""Connections open at the same time, all receivers together."""


GRACE_SECONDS = 0.3
"""What the ends of deliveries may take when the server stops: receivers that hang do not keep it."""


class Sends(Protocol):
    """Who really sends."""

    async def send(self, attempt: Attempt) -> Outcome: ...
    async def close(self) -> None: ...


class Courier:
    """One for all sandboxes. Nothing is ever sent inside a unit of work, nor before `syncer` has made safe what it tells of."""

    def __init__(self, sandboxes: Sandboxes, sender: Sends, syncer: Syncer | None = None) -> None:
        self._sandboxes, self._sender, self._syncer = sandboxes, sender, syncer
        self._queues: dict[tuple[str, str], deque[tuple[Sandbox, Attempt, int]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._limit = asyncio.Semaphore(AT_ONCE)

    def start(self) -> None:
        """From inside the loop."""
        self._loop = asyncio.get_running_loop()
        self._sandboxes.attend(self._attend)

    async def stop(self) -> None:
        """What is under way is let go: it is made again after a restart."""
        for task in self._tasks:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await self._sender.close()

    def _attend(self, sandbox: Sandbox) -> None:
        sandbox.send_through(partial(self._take, sandbox))

    def _take(self, sandbox: Sandbox, attempt: Attempt) -> None:
        key = (sandbox.name, attempt.queue)
        waiting = self._queues.setdefault(key, deque())
        waiting.append((sandbox, attempt, sandbox.generation))
        if len(waiting) == 1:
            assert self._loop is not None
            task = self._loop.create_task(self._work_off(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work_off(self, key: tuple[str, str]) -> None:
        waiting = self._queues[key]
        while waiting:
            sandbox, attempt, generation = waiting[0]
            async with self._limit:
                outcome = await self._send(attempt)
            log.info(
                "%s: %s of %s to %s: %s",
                sandbox.name,
                attempt.delivery,
                attempt.queue,
                attempt.url,
                outcome.status or outcome.error,
            )
            with suppress(NoSuchSandbox):  # the sandbox was dropped meanwhile
                sandbox.finish_attempt(attempt, outcome, generation)
            waiting.popleft()
        del self._queues[key]

    async def _send(self, attempt: Attempt) -> Outcome:
        if self._syncer:
            try:
                await self._syncer.wait()
            except StateError as error:
                return Outcome(None, f"not sent: {error.own_up()}", 0, {}, "")
        for _ in range(attempt.copies):
            outcome = await self._sender.send(attempt)
        return outcome
