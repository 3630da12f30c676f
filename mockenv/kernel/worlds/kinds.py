"""What the kernel itself keeps in a sandbox, beside what the providers do."""

from __future__ import annotations

from mockenv.kernel import faults
from mockenv.kernel.events import deliveries, event
from mockenv.kernel.unit import agenda

CLOCK, META = "kernel/clock", "kernel/sandbox"
KINDS = (*agenda.KINDS, *faults.KINDS, *event.KINDS, *deliveries.KINDS)
