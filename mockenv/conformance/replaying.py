"""A recording asked of mockenv again, request by request, and its replies held against mockenv's. The real service is not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mockenv.client import Mockenv
from mockenv.conformance.asking import ask
from mockenv.conformance.comparing import MADE, Comparison, Side
from mockenv.conformance.conforming import Outcome, Point, departures
from mockenv.conformance.drift import Drift
from mockenv.conformance.learning import Proposal
from mockenv.conformance.options import options_that_help
from mockenv.conformance.ours import Options, Ours
from mockenv.conformance.translating import Translation
from mockenv.errors import BadInput
from mockenv.kernel.time.clock import Wall
from mockenv.recording.exchange import Exchange
from mockenv.recording.file import Recording
from mockenv.recording.harvest import harvest
from mockenv.recording.services import Services
from mockenv.runtime.outbound import NotSentError, Outbound

MakeOurs = Callable[[str, Mapping[str, Any] | None], Ours]
"""Mockenv's side for a provider, in a world."""


class Replay:
    """One recording of one service."""

    def __init__(self, recording: Recording, services: Services, make_ours: MakeOurs) -> None:
        """Raises BadInput where nothing in it is any service's."""
        found = next((one for one in map(services.of, (each.asked.path for each in recording.exchanges)) if one), None)
        if found is None:
            raise BadInput(
                recording.where, "exchanges", "holds nothing that any service here knows; --provider or --document says which"
            )
        self._provider, self._services = found, services
        self._exchanges = [one for one in recording.exchanges if services.of(one.asked.path) is found]
        world = harvest(found, self._exchanges, services, at_start=True)
        self._ours = make_ours(found.name, {found.name: world} if world else None)
        self._where = recording.where
        self._names = {one.number: _name(one, services) for one in self._exchanges}
        self.points: Sequence[Point] = [Point(self._names[one.number], services.names(one.asked)) for one in self._exchanges]

    def shown(self) -> Iterator[str]:
        """What would be asked of mockenv."""
        yield from (f"{one.asked.method} {one.asked.target}  {self._names[one.number]}" for one in self._exchanges)

    async def run(self, *, learn: bool) -> tuple[Outcome, Sequence[Proposal]]:
        """The outcome, and which options would help."""
        out = Outbound()
        try:
            with self._ours.running() as server:

                async def against(options: Options) -> Outcome:
                    return await self._against(server, out, options)

                found = await against({})
                return found, await options_that_help(self._provider, found.drifts, against) if learn else []
        finally:
            await out.close()

    async def _against(self, server: Mockenv, out: Outbound, options: Options) -> Outcome:
        translation, drifts = Translation(), list[Drift]()
        skipped: dict[str, str] = {}
        with self._ours.world(server, options) as sandbox:
            for theirs in self._exchanges:
                name = self._names[theirs.number]
                words = (theirs.asked.header("authorization") or "").removeprefix("Bearer ").rpartition(" ")[0]
                token = None if theirs.answered.status == 401 else self._ours.authorization(sandbox, words=words)
                asked = translation.request(theirs.asked, token)
                try:
                    ours = await ask(out, sandbox.url, asked, theirs.number, theirs.operation, Wall())
                except NotSentError as error:
                    skipped[name] = f"mockenv did not answer: {error}"
                    continue
                drifts += self._compare(name, theirs, ours, translation)
        shown = {self._names[one.number]: one for one in self._exchanges}
        return Outcome(self._provider.name, self._where, self.points, drifts, skipped, exchanges=shown)

    def _compare(self, name: str, theirs: Exchange, ours: Exchange, translation: Translation) -> Iterator[Drift]:
        if theirs.answered.status // 100 == ours.answered.status // 100:
            translation.learn(theirs.answered.json, ours.answered.json)
        there, here = ({value: f"{MADE}{word}" for value, word in one.items()} for one in translation.names())
        found = list(Comparison(name, Side(theirs.answered, there), Side(ours.answered, here)).drifts())
        yield from found
        yield from departures(name, self._services.names(theirs.asked), theirs.answered, self._provider, found)


def _name(exchange: Exchange, services: Services) -> str:
    operation = services.names(exchange.asked)
    return f"{exchange.number}-{operation or f'{exchange.asked.method} {exchange.asked.path}'}"
