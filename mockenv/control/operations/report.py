"""What there is to say about the client of a sandbox."""

from __future__ import annotations

from mockenv.control.operations.sandboxes import held_in
from mockenv.control.plane import ControlPlane
from mockenv.kernel.events.deliveries import TAKEN
from mockenv.provider import Call, Reply


def get_report(call: Call, plane: ControlPlane) -> Reply:
    """Judged anew with every call; nothing is settled for it, and nothing changed."""
    # A module for each rule, of which a start has no need.
    from mockenv.control.report.judging import judge, parse_suppressed
    from mockenv.control.report.story import Story, read

    sandbox, suppressed = plane.sandboxes.get(call.params["sandbox"]), parse_suppressed(call.query().get("suppress", ""))
    journal = sandbox.journal
    requests = read(journal, plane.providers, is_auto=sandbox.clock.mode == "auto")
    with sandbox.unit() as work:
        story = Story(requests, work.find(TAKEN), held_in(work, plane), journal.dropped)
        return Reply(200, {"sandbox": sandbox.name, **judge(story, suppressed)})
