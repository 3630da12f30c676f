"""What happens in a sandbox, told while it happens: the operation; what is told is in `feed`."""

from __future__ import annotations

from mockenv.control.operations.feed import Feed
from mockenv.control.plane import ControlPlane
from mockenv.kernel.values.instant import SECOND, parse_duration
from mockenv.kernel.worlds.watches import ANYTHING
from mockenv.provider import Call, Reply, Stream

PULSE = 0.1
"""Real seconds between two tellings: a thousand requests a second are ten of them."""
BEAT = b":\n\n"
"""A comment, which no client takes for an event."""
LAST_ID = "last-event-id"


def stream_sandbox(call: Call, plane: ControlPlane) -> Reply:
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), call.query()
    seconds = parse_duration(query["for"], "", "for") / SECOND if "for" in query else None
    feed = Feed(plane, sandbox, call.header(LAST_ID) or query.get("after"))
    stream = Stream(feed.read, sandbox, [ANYTHING], pulse=PULSE, beat=BEAT, seconds=seconds, outlives_world=True)
    return Reply(200, stream, {"Cache-Control": "no-store"}, "text/event-stream")
