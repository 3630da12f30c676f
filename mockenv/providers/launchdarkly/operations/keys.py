"""New keys for an environment; its client-side ID never changes. The requests have no body and any content type."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call, Reply
from mockenv.providers.launchdarkly.access import require_environment, require_write
from mockenv.providers.launchdarkly.fakes import mobile_key, sdk_key
from mockenv.providers.launchdarkly.lifecycle import OLD_KEY, note
from mockenv.providers.launchdarkly.model import ENVIRONMENT, live_old_keys
from mockenv.providers.launchdarkly.operations import trail
from mockenv.providers.launchdarkly.operations.representation import show_environment
from mockenv.store.base import Document


def reset_environment_sdk_key(call: Call, work: Work) -> Reply:
    """Until `expiry` the old key works beside the new one. One that is past ends it at once (a guess)."""
    environment = require_environment(call, work)
    require_write(call)
    before = show_environment(call, work, environment)
    expiry = work.as_meant(int(call.query().get("expiry") or 0) * MILLISECOND)
    old = {"apiKey": environment["apiKey"], "expiry": expiry // MILLISECOND}
    environment["oldKeys"].append(old)
    environment["oldKeys"] = live_old_keys(work, environment)
    if old in environment["oldKeys"]:
        provision(work, OLD_KEY, environment["_id"], environment)
    environment["version"] += 1
    environment["apiKey"] = sdk_key(work, environment["_id"], environment["version"])
    work.put(ENVIRONMENT, environment["_id"], environment)
    note(work, "sdk-key-reset", environment)
    return _reset(call, work, environment, before)


def reset_environment_mobile_key(call: Call, work: Work) -> Reply:
    """The old key dies at once; `expiry` has long been without effect here."""
    environment = require_environment(call, work)
    require_write(call)
    before = show_environment(call, work, environment)
    environment["version"] += 1
    environment["mobileKey"] = mobile_key(work, environment["_id"], environment["version"])
    work.put(ENVIRONMENT, environment["_id"], environment)
    note(work, "mobile-key-reset", environment)
    return _reset(call, work, environment, before)


def _reset(call: Call, work: Work, environment: Document, before: Document) -> Reply:
    shown = show_environment(call, work, environment)
    trail.of_environment(call, work, environment, before, shown)
    return Reply(200, shown)
