"""Gates that keep a step from finishing until they are opened."""

from __future__ import annotations

from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.store.base import Document

HOLD = "kernel/hold"


def is_held(work: Work, entry: Document) -> bool:
    hold = work.get(HOLD, entry["step"])
    return hold is not None and f"{entry['resource']}/".startswith(f"{hold.get('resource') or entry['resource']}/")


def release(work: Work, step: str) -> int:
    """Open a gate; what it held is due now. How many entries that were."""
    work.delete(HOLD, step)
    held = [entry for entry in work.find(agenda.AGENDA, state="held") if entry["step"] == step]
    for entry in held:
        agenda.put(work, {**entry, "state": "pending", "due": work.now})
    return len(held)
