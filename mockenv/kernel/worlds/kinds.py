"""What the kernel itself keeps in a sandbox, beside what the providers do."""

from __future__ import annotations

from mockenv.kernel import faults
from mockenv.kernel.events import deliveries, event
from mockenv.kernel.unit import agenda
from mockenv.store.base import Kind

CLOCK, META = "kernel/clock", "kernel/sandbox"
KINDS: tuple[Kind, ...] = (*agenda.KINDS, *faults.KINDS, *event.KINDS, *deliveries.KINDS)
