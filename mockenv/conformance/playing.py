"""Plays a suite on one service, within its budget, and takes away what it made, also when it breaks off. Compares nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from mockenv.conformance.asking import ask
from mockenv.conformance.pointers import MISSING, at_pointer
from mockenv.conformance.suite import RUN, VARIABLE, Step, Suite
from mockenv.errors import MockenvError
from mockenv.kernel.time.clock import Wall, pause
from mockenv.recording.exchange import Answered, Asked, Exchange, body_of
from mockenv.runtime.outbound import NotSentError, Outbound
from mockenv.version import __version__

WRONG = "mockenv-conform-wrong-token"
REFUSED, BUSY, UNSTEADY = 401, 429, (502, 503, 504)
LONGEST_REST = 60.0
TRIES = 3


class NotPlayable(MockenvError):
    """The service cannot be asked at all; its text says why."""


@dataclass(frozen=True)
class Target:
    """A service to play on. `authorization` is the whole header; `pace` multiplies the pauses between polls."""

    name: str
    base: str
    authorization: str
    needs: Mapping[str, str]
    pace: float = 1.0


@dataclass
class Played:
    """What came of it: step → exchange, step → why there is none, the variables, and what could not be taken away."""

    target: Target
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    requests: int = 0


class Player:
    """One run of one suite on one target."""

    def __init__(self, suite: Suite, target: Target, out: Outbound, run: str, *, only_safe: bool = False) -> None:
        self._suite, self._target, self._out, self._only_safe = suite, target, out, only_safe
        self._wall = Wall()
        self._started = self._wall.stopwatch()
        self._undo: list[Step] = []
        self.played = Played(target, variables={RUN: run, **target.needs})

    async def play(self) -> Played:
        """Raises NotPlayable where nothing can be asked, after what was made has been taken away."""
        try:
            for at, step in enumerate(self._suite.steps):
                await self._step(step, is_first=at == 0)
        finally:
            await self._take_away()
        return self.played

    async def _step(self, step: Step, *, is_first: bool) -> None:
        why = self._reason_not_to(step)
        if why:
            self.played.skipped[step.name] = why
            return
        try:
            answered = await self._until(step) if step.until else await self._patiently(step)
        except NotSentError as error:
            if is_first:
                raise NotPlayable(f"{self._target.base}: {error}") from None
            self.played.skipped[step.name] = f"{self._target.name} did not answer: {error}"
            return
        if is_first and step.auth == "token" and answered.answered.status == REFUSED:
            raise NotPlayable(f"{self._target.base} refuses the token that it was asked with (401)")
        if answered.answered.status in (BUSY, *UNSTEADY):
            self.played.skipped[step.name] = f"{self._target.name} answered {answered.answered.status}, again and again"
            return
        self.played.exchanges[step.name] = answered
        self._remember(step, answered)

    def _reason_not_to(self, step: Step) -> str:
        unknown = sorted(step.variables() - self.played.variables.keys())
        if self._only_safe and not step.is_safe:
            return "only what changes nothing is asked"
        if unknown:
            return f"wants {', '.join(unknown)}, which {self._target.name} has not told"
        if self.played.requests + len(self._undo) >= self._suite.requests:
            return f"the budget of {self._suite.requests} requests is spent"
        if self._wall.stopwatch() - self._started > self._suite.seconds:
            return f"the budget of {self._suite.seconds:g} seconds is spent"
        return ""

    def _remember(self, step: Step, exchange: Exchange) -> None:
        for name, pointer in step.keep.items():
            value = at_pointer(exchange.answered.json, pointer)
            if value is not MISSING and isinstance(value, str | int):
                self.played.variables[name] = str(value)
        ok = exchange.answered.status < 400
        if ok and step.undo and not step.undo.variables() - self.played.variables.keys():
            self._undo.append(step.undo)
        if ok:  # what undoes something may have been a step of its own
            self._undo = [one for one in self._undo if not _is_same(self._asked(one), exchange.asked)]

    async def _take_away(self) -> None:
        """The youngest first. What is gone already is as it should be."""
        for step in reversed(self._undo):
            asked = self._asked(step)
            status: int | None = None
            with suppress(NotSentError):
                status = (await self._patiently(step)).answered.status
            if status is None or (status >= 400 and status not in (404, 410)):
                self.played.left.append(f"{asked.method} {asked.target}: {status or 'no answer'}")
        self._undo = []

    async def _until(self, step: Step) -> Exchange:
        assert step.until is not None
        started = self._wall.stopwatch()
        while True:
            exchange = await self._patiently(step)
            value = at_pointer(exchange.answered.json, step.until.at)
            is_late = self._wall.stopwatch() - started > step.until.within
            spent = self.played.requests + len(self._undo) >= self._suite.requests
            if value in step.until.values or exchange.answered.status >= 400 or is_late or spent:
                return exchange
            await pause(step.until.every * self._target.pace)

    async def _patiently(self, step: Step) -> Exchange:
        """Once more where the service is busy or unsteady: what it says then is about its hour, not about it."""
        exchange = await self._ask(step)
        for _ in range(TRIES - 1):
            if exchange.answered.status not in (BUSY, *UNSTEADY):
                break
            await pause(_rest(exchange.answered) * self._target.pace)
            exchange = await self._ask(step)
        return exchange

    async def _ask(self, step: Step) -> Exchange:
        self.played.requests += 1
        asked, number = self._asked(step), self.played.requests
        return await ask(self._out, self._target.base, asked, number, step.operation or None, self._wall)

    def _asked(self, step: Step) -> Asked:
        values = self.played.variables
        headers = {"user-agent": f"mockenv-conform/{__version__}", "accept": "application/json", "accept-encoding": "identity"}
        headers |= {name.lower(): filled(value, values) for name, value in {**self._suite.headers, **step.headers}.items()}
        if step.auth != "none":
            headers["authorization"] = self._target.authorization if step.auth == "token" else _wrong(self._target.authorization)
        body = None
        if step.body is not None:
            headers.setdefault("content-type", "application/json")
            text = isinstance(step.body, str)
            body = body_of(step.body.encode() if text else orjson.dumps(filled(step.body, values)), "text" if text else None)
        path = VARIABLE.sub(lambda one: quote(values[one[1]], safe=""), step.path)
        query = urlencode({name: filled(value, values) for name, value in step.query.items()}, doseq=True)
        return Asked(step.method, path, query, tuple(headers.items()), body)


def filled(value: Any, values: Mapping[str, str]) -> Any:
    """With the variables' values in the places of their names; a text that is one variable of digits stays a text."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda one: values.get(one[1], one[0]), value)
    if isinstance(value, Mapping):
        return {name: filled(inner, values) for name, inner in value.items()}
    return [filled(inner, values) for inner in value] if isinstance(value, Sequence) else value


def _is_same(one: Asked, other: Asked) -> bool:
    return (one.method, one.target, one.body) == (other.method, other.target, other.body)


def _wrong(authorization: str) -> str:
    """The same scheme, and a token that nobody issued."""
    scheme, blank, _ = authorization.rpartition(" ")
    return f"{scheme}{blank}{WRONG}"


def _rest(answered: Answered) -> float:
    told = answered.header("retry-after") or "1"
    return min(float(told) if told.isdigit() else 1.0, LONGEST_REST)
