"""What a create and a read cost when so many are stored, beside a small server that is asked in the same moments."""

from __future__ import annotations

from benchmarks.client import pipeline
from benchmarks.plan import Plan
from benchmarks.process import Running, running
from benchmarks.results import Figure, Table
from benchmarks.servers import mockenv
from benchmarks.work import CREATE, GET, Work
from mockenv.cli.progress import say

COLUMNS = ["create, ms", "get, ms", "create ÷", "get ÷", "RSS, MB"]
SMALL = 100
SAMPLE = 50
"""Requests of one sample: one batch of a pipeline."""


def measure(plan: Plan) -> dict[str, Table]:
    table = Table(f"Growth, and ÷ a server with {SMALL} stored that is asked in the same moments", COLUMNS)
    with running(mockenv("--clock", "manual")) as large, running(mockenv("--clock", "manual")) as small:
        stored = 0
        for wanted in plan.extent.stored:
            say(f"growth: {wanted:,} stored")
            fill(large, wanted - stored)
            stored = wanted + plan.extent.samples * SAMPLE
            table.rows[f"{wanted:,} stored"] = list(_compare(large, small, plan.extent.samples))
    return {"growth": table}


def fill(server: Running, count: int) -> None:
    if count > 0:
        pipeline(server.port, CREATE, count)


def _compare(large: Running, small: Running, samples: int) -> list[Figure]:
    """Reads first: creates make the small one larger."""
    small.renew()
    fill(small, SMALL)
    get, get_small = _both(large, small, GET, samples)
    create, create_small = _both(large, small, CREATE, samples)
    ratios = [
        Figure.of(mine / theirs for mine, theirs in zip(*pair, strict=True)) for pair in ((create, create_small), (get, get_small))
    ]
    return [Figure.of(create), Figure.of(get), *ratios, Figure.of([large.memory().rss])]


def _both(large: Running, small: Running, work: Work, count: int) -> tuple[list[float], list[float]]:
    samples = [(pipeline(large.port, work, SAMPLE)[0], pipeline(small.port, work, SAMPLE)[0]) for _ in range(count)]
    return [one for one, _ in samples], [other for _, other in samples]
