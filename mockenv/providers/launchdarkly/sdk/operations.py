"""The endpoints of SDKs: what they poll, what they are streamed, what they ask to have evaluated, and their events."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import sha256

import orjson

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.provider import Call, Handler, Refused, Reply, Stream
from mockenv.providers.launchdarkly.errors import failure
from mockenv.providers.launchdarkly.flags.model import CONFIGURATION, FLAG
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.providers.launchdarkly.sdk import evaluating
from mockenv.providers.launchdarkly.sdk.keys import environment_of, key_of, require_environment
from mockenv.providers.launchdarkly.sdk.payload import all_of
from mockenv.providers.launchdarkly.sdk.stream import BEAT, QUIET, ClientFeed, ServerFeed
from mockenv.providers.launchdarkly.segments.model import BIG, SEGMENT
from mockenv.store.base import Document

WATCHED = (FLAG, CONFIGURATION, SEGMENT, BIG, ENVIRONMENT)
BY_ID, BY_KEY = "usingEnvironmentId", "usingMobileKey"


# Server-side SDKs


def get_all(call: Call, work: Work) -> Reply:
    """With an ETag: an SDK that polls is told in a word that nothing has changed."""
    payload = orjson.dumps(all_of(work, require_environment(call, work)["_id"]))
    tag = f'"{sha256(payload).hexdigest()[:32]}"'
    if call.header("if-none-match") == tag:
        return Reply(304, headers={"ETag": tag})
    return Reply(200, payload, {"ETag": tag})


def _get_one(kind: str) -> Handler:
    def get(call: Call, work: Work) -> Reply:
        found = all_of(work, require_environment(call, work)["_id"])[kind].get(call.params["key"])
        if found is None:
            raise Refused(failure(call, 404))
        return Reply(200, found)

    return get


def stream_all(call: Call, work: Work) -> Reply:
    """It ends when the key does."""
    key = key_of(call.headers) or ""

    def read(work: Work) -> Document | None:
        environment = environment_of(work, key)
        return all_of(work, environment["_id"]) if environment else None

    return _stream(ServerFeed(_sandbox(work), read).read, work)


# Client-side SDKs


def _evaluate(available: str) -> Handler:
    def get(call: Call, work: Work) -> Reply:
        environment, context = require_environment(call, work), evaluating.context_of(call)
        if available == BY_ID:
            evaluating.require_hash(call, environment, context)
        return Reply(200, evaluating.evaluations(call, work, environment, context, available))

    return get


def _stream_evaluations(available: str) -> Handler:
    def get(call: Call, work: Work) -> Reply:
        environment, context = require_environment(call, work), evaluating.context_of(call)
        if available == BY_ID:
            evaluating.require_hash(call, environment, context)
        evaluating.evaluations(call, work, environment, context, available)  # a bad context is refused, not streamed
        return _stream(ClientFeed(_sandbox(work), partial(_found, call, environment, context, available)).read, work)

    return get


def _found(call: Call, environment: Document, context: Document, available: str, work: Work) -> Document | None:
    found = work.get(ENVIRONMENT, environment["_id"])
    if found is None or (available == BY_KEY and found["mobileKey"] != environment["mobileKey"]):
        return None
    return evaluating.evaluations(call, work, found, context, available)


def get_goals(call: Call, work: Work) -> Reply:
    """Experiments are not imitated."""
    return Reply(200, [])


# Events


def take_events(call: Call, work: Work) -> Reply:
    """They are journalled like any request; of summaries it is kept when a flag was last asked for."""
    environment = require_environment(call, work)
    events = call.json() if call.raw else []
    for event in events if isinstance(events, list) else []:
        if isinstance(event, dict) and event.get("kind") == "summary" and isinstance(event.get("features"), dict):
            for key in event["features"]:
                _note_requested(work, f"{environment['_id']}:{key}")
    return Reply(202)


def _note_requested(work: Work, id: str) -> None:
    one = work.get(CONFIGURATION, id)
    if one is not None:
        work.put(CONFIGURATION, id, {**one, "requested": work.now // MILLISECOND})


def take_diagnostics(call: Call, work: Work) -> Reply:
    return Reply(202)


def _stream(read: Callable[[], bytes | None], work: Work) -> Reply:
    stream = Stream(read, _sandbox(work), WATCHED, beat=BEAT, quiet=QUIET)
    return Reply(200, stream, {"Cache-Control": "no-store"}, "text/event-stream")


def _sandbox(work: Work) -> Sandbox:
    assert isinstance(work.sandbox, Sandbox)  # units of work of requests are a sandbox's
    return work.sandbox


OPERATIONS: dict[str, Handler] = {
    "sdkGetAll": get_all,
    "sdkGetFlag": _get_one("flags"),
    "sdkGetSegment": _get_one("segments"),
    "sdkStreamAll": stream_all,
    "sdkTakeEvents": take_events,
    "sdkTakeDiagnostics": take_diagnostics,
    "clientEvaluate": _evaluate(BY_ID),
    "clientEvaluateReported": _evaluate(BY_ID),
    "clientStream": _stream_evaluations(BY_ID),
    "clientStreamReported": _stream_evaluations(BY_ID),
    "clientGetGoals": get_goals,
    "clientTakeEvents": take_events,
    "clientTakeDiagnostics": take_diagnostics,
    "mobileEvaluate": _evaluate(BY_KEY),
    "mobileEvaluateReported": _evaluate(BY_KEY),
    "mobileStream": _stream_evaluations(BY_KEY),
    "mobileStreamReported": _stream_evaluations(BY_KEY),
    "mobileTakeEvents": take_events,
    "mobileTakeEventsInBulk": take_events,
    "mobileTakeDiagnostics": take_diagnostics,
}
