"""docs/pytest-neighbours.md: what else may stand in a test process, drawn from the measured table."""

from __future__ import annotations

from collections.abc import Sequence

from docs.grid import grid
from docs.howto import NOTE
from tables.kept import Row

TEXT = """# Beside other pytest plugins and fakes

mockenv's fixtures run a real server in the test process, on a thread of its own. What else people have there was tried, each in a
project of its own: a site walks through its steps on a running clock, and a webhook tells of it, while the neighbour freezes time,
blocks sockets, replaces HTTP, forks or fakes the file system.

{verdicts}

*works with a line*: with what stands beside it. A frozen or moved machine clock stops neither the steps nor the webhooks: a sandbox has
[a clock of its own](clock.md). Where a fake answers in the place of HTTP libraries, it has to let requests to mockenv through. Where
nothing in this process may run, the server runs outside: `mockenv serve`, and `pytest --mockenv-url http://localhost:6368`.
"""


def draw_neighbours(rows: Sequence[Row]) -> str:
    verdicts = grid(
        ["neighbour", "version", "verdict", "line"],
        ([f"`{row['program']}`", row["version"], row["seen"]["verdict"], row["seen"].get("line", "")] for row in rows),
    )
    return f"{NOTE.format(source='docs/tables/pytest-neighbours.yaml and docs/neighbours_page.py')}\n\n" + TEXT.format(
        verdicts=verdicts
    )
