"""Which options of mockenv's would remove drifts: each is tried on mockenv alone, and what helps is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence

from mockenv.conformance.conforming import Outcome
from mockenv.conformance.drift import Drift
from mockenv.conformance.learning import Proposal
from mockenv.kernel.worlds.options import declared
from mockenv.provider import Provider

Against = Callable[[Mapping[str, str]], Awaitable[Outcome]]
"""The comparison once more, with mockenv's side having these options; the real service is not asked again."""


async def options_that_help(provider: Provider, found: Collection[Drift], against: Against) -> Sequence[Proposal]:
    """The options that help, the most helpful first, each beside those before it."""
    chosen: dict[str, str] = {}
    proposals: list[Proposal] = []
    remaining = len(found)
    while remaining:
        tried = [(len((await against({**chosen, name: value})).drifts), name, value) for name, value in _choices(provider, chosen)]
        left, name, value = min(tried, default=(remaining, "", ""))
        if left >= remaining:
            break
        proposals.append(Proposal(f"--option {provider.name}.{name}={value}", remaining - left, len(found)))
        chosen[name], remaining = value, left
    return proposals


def _choices(provider: Provider, chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, option in declared(provider).items():
        if name not in chosen:
            yield from ((name, value) for value in option.choices if value != option.default)
