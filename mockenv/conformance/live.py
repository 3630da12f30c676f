"""A suite on the real service and on mockenv, one after the other, with the same names on both."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from mockenv.anyservice.serving.service import AnyService
from mockenv.client import Mockenv
from mockenv.conformance.conforming import Outcome, Point, conform
from mockenv.conformance.learning import Proposal
from mockenv.conformance.modelling import changes_that_help
from mockenv.conformance.options import options_that_help
from mockenv.conformance.ours import Options, Ours
from mockenv.conformance.playing import Played, Player, Target
from mockenv.conformance.suite import Suite
from mockenv.errors import BadInput, check_name
from mockenv.provider import Provider
from mockenv.runtime.outbound import Outbound

THE_SERVICE, MOCKENV = "the service", "mockenv"


class Live:
    """One comparison. `told` is what the suite needs to be there at the service."""

    def __init__(self, suite: Suite, provider: Provider, ours: Ours) -> None:
        self._suite, self._provider, self._ours = suite, provider, ours
        self._playing: Played | None = None
        self.points: Sequence[Point] = [Point(one.name, one.operation or None, one.source) for one in suite.steps]

    def progress(self) -> str:
        """How far the real service's run is, for people who wait."""
        done = len(self._playing.exchanges) + len(self._playing.skipped) if self._playing else 0
        return f"{done} of {len(self.points)} steps, {self._playing.requests if self._playing else 0} requests"

    def shown(self) -> Iterator[str]:
        """What would be asked, and what has to be there."""
        for name, need in self._suite.needs.items():
            yield f"needs {name}: {need.why} (--set {name}=…)"
        for step in self._suite.steps:
            yield f"{step.method} {step.path}  {step.name}  {step.source}"
            if step.undo:
                yield f"  undone by {step.undo.method} {step.undo.path}"
        yield f"at most {self._suite.requests} requests and {self._suite.seconds:g} seconds"

    def target(self, base: str, authorization: str, told: Mapping[str, str]) -> Target:
        """The real service. Raises BadInput where something is missing that the suite needs."""
        for name in told:
            check_name(name, self._suite.needs, "", "--set")
        for name, need in self._suite.needs.items():
            if name not in told:
                raise BadInput("", f"--set {name}", f"is missing: {need.why}")
        return Target(THE_SERVICE, base, authorization, told)

    async def run(
        self, there: Target, out: Outbound, *, only_safe: bool, learn: bool, tell: Callable[[str], object]
    ) -> tuple[Outcome, Sequence[Proposal]]:
        """`tell` hears at once of what could not be taken away. Raises NotPlayable."""
        run = secrets.token_hex(4)
        with self._ours.running() as server:
            theirs = await self._play(there, out, run, only_safe, tell)

            async def against(options: Options) -> Outcome:
                return conform(self._suite, self._provider, theirs, await self._play_ours(server, out, run, only_safe, options))

            found = await against({})
            proposals = await options_that_help(self._provider, found.drifts, against) if learn else []
        is_inferred = isinstance(self._provider, AnyService)
        return found, [*proposals, *(changes_that_help(self._provider, found) if learn and is_inferred else ())]

    async def _play(self, target: Target, out: Outbound, run: str, only_safe: bool, tell: Callable[[str], object]) -> Played:
        player = Player(self._suite, target, out, run, only_safe=only_safe)
        self._playing = player.played
        try:
            return await player.play()
        finally:
            for what in player.played.left:
                tell(f"could not be taken away: {what}")

    async def _play_ours(self, server: Mockenv, out: Outbound, run: str, only_safe: bool, options: Options) -> Played:
        """Mockenv's own run has no budget: it costs nothing, and must not end before the other's."""
        suite = replace(self._suite, requests=10 * self._suite.requests, seconds=10 * self._suite.seconds)
        with self._ours.world(server, options) as sandbox:
            needs = {name: need.mockenv for name, need in suite.needs.items()}
            target = Target(MOCKENV, sandbox.url, self._ours.authorization(sandbox, suite.role), needs, pace=0.0)
            return await Player(suite, target, out, run, only_safe=only_safe).play()
