"""Made-up ids and keys in the real ones' formats; all chance is the sandbox's."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND

OBJECT = "launchdarkly/object"
"""What the counter of the ids counts: projects and environments together."""
UUID = "launchdarkly/uuid"
COUNTER_BITS = 0xFFFFFF


def object_id(work: Work) -> str:
    """24 hex digits as MongoDB makes them: seconds, machine, counter. Ids made together share a prefix and count up."""
    machine = work.draw(OBJECT, "machine")
    counter = (machine.number("counter") + work.next_ordinal(OBJECT)) & COUNTER_BITS
    return f"{work.now // SECOND & 0xFFFFFFFF:08x}{machine.hex('machine', 10)}{counter:06x}"


def sdk_key(work: Work, id: str, version: int) -> str:
    """The server-side key of an environment's version: another one after each reset."""
    return f"sdk-{work.draw(OBJECT, id).uuid(f'sdk/{version}')}"


def mobile_key(work: Work, id: str, version: int) -> str:
    return f"mob-{work.draw(OBJECT, id).uuid(f'mob/{version}')}"


def new_uuid(work: Work) -> str:
    """For what has an id of this form: variations, rules and their clauses."""
    return work.draw(UUID, work.next_ordinal(UUID)).uuid("id")


def hex_of(work: Work, kind: str, id: str, purpose: str, version: int) -> str:
    """32 hex digits that follow from a thing's id and its version."""
    return work.draw(kind, id).hex(f"{purpose}/{version}", 32)
