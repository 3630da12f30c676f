"""What a context gets from every flag, by the vendor's own evaluator; imported late, since that takes long and few ask for it."""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Any

from mockenv.contract.jsonbody import BadJSON, parse_json
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call
from mockenv.providers.launchdarkly.errors import invalid
from mockenv.providers.launchdarkly.sdk.payload import all_of
from mockenv.providers.launchdarkly.segments.model import memberships_of
from mockenv.store.base import Document

NEVER = 1e12
"""Seconds until a store of big segments is taken for stale: it is the sandbox's own."""
SHOWN = ("variation", "version", "trackEvents", "trackReason", "debugEventsUntilDate", "prerequisites")


def context_of(call: Call) -> Document:
    """In the path, or what is reported in the body. Raises Refused (400) for what is not (base64 of) a JSON object."""
    if "context" not in call.params:
        reported: Document = call.body()
        return reported
    text = call.params["context"]
    try:
        value = parse_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (BadJSON, binascii.Error, ValueError):
        raise invalid(call, "The context is not base64 of JSON") from None
    if not isinstance(value, dict):
        raise invalid(call, "The context is not an object")
    return value


def evaluations(call: Call, work: Work, environment: Document, context: Document, available: str) -> Document:
    """Flag → value, variation and version, of the flags that this sort of SDK may see. Raises Refused (400) for a bad context."""
    from ldclient import Config, LDClient
    from ldclient.feature_store import InMemoryFeatureStore
    from ldclient.versioned_data_kind import FEATURES, SEGMENTS

    read = _read_context(call, context)
    make: Any = InMemoryFeatureStore  # it has no types
    payload, store = all_of(work, environment["_id"]), make()
    store.init({FEATURES: payload["flags"], SEGMENTS: payload["segments"]})
    reasons = call.raw_query.get("withReasons", [""])[0].lower() == "true"
    told = {"big_segments": _memberships(work, environment, read)} if _has_big(payload) else {}
    with LDClient(Config("local", feature_store=store, use_ldd=True, send_events=False, **told)) as client:
        state: dict[str, Any] = client.all_flags_state(read, with_reasons=reasons).to_json_dict()
    found = {}
    for key, flag in payload["flags"].items():
        if flag["clientSideAvailability"][available]:
            about = state["$flagsState"][key]
            told = {name: about[name] for name in (*SHOWN, "reason") if about.get(name) is not None}
            found[key] = {"value": state.get(key), "flagVersion": flag["version"], "trackEvents": False, **told}
    return found


def _has_big(payload: Document) -> bool:
    return any(segment["unbounded"] for segment in payload["segments"].values())


def _memberships(work: Work, environment: Document, context: Any) -> Any:
    """What the evaluator asks of a store of big segments, for this context alone: hash of a key → segment → in or out."""
    from ldclient.config import BigSegmentsConfig
    from ldclient.interfaces import BigSegmentStore, BigSegmentStoreMetadata

    keys = [context.get_individual_context(at).key for at in range(context.individual_context_count)]
    known = {base64.b64encode(sha256(key.encode()).digest()).decode(): memberships_of(work, environment, key) for key in keys}

    class Store(BigSegmentStore):
        def get_metadata(self) -> Any:
            return BigSegmentStoreMetadata(work.now // MILLISECOND)

        def get_membership(self, context_hash: str) -> Any:
            return known.get(context_hash)

        def stop(self) -> None:
            pass

    return BigSegmentsConfig(Store(), stale_after=NEVER)


def require_hash(call: Call, environment: Document, context: Document) -> None:
    """In secure mode, who asks must have had his key signed by a server that knows the SDK key."""
    if not environment["secureMode"]:
        return
    key = _read_context(call, context).fully_qualified_key
    right = hmac.new(environment["apiKey"].encode(), key.encode(), "sha256").hexdigest()
    if not hmac.compare_digest(call.raw_query.get("h", [""])[0], right):
        raise invalid(call, "Environment is in secure mode, and the hash is not the context's")


def _read_context(call: Call, context: Document) -> Any:
    from ldclient import Context

    read = Context.from_dict({"kind": "user", **context})  # users of older SDKs name no kind
    if not read.valid:
        raise invalid(call, f"The context cannot be used: {read.error}")
    return read
