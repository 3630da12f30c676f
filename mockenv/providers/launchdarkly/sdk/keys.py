"""Which environment an SDK speaks of: by its SDK key, its mobile key or its client-side ID; knows no operation."""

from __future__ import annotations

from collections.abc import Mapping

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Caller, Refused
from mockenv.providers.launchdarkly.errors import failure
from mockenv.providers.launchdarkly.model import ENVIRONMENT, live_old_keys
from mockenv.store.base import Document
from mockenv.toolbox import find_one

SERVER, MOBILE = "sdk-", "mob-"
INVALID = "Invalid SDK key"
"""Guess, like everything about refusals here but the status: SDKs look at nothing else."""


def key_of(headers: Mapping[str, str]) -> str | None:
    """SDKs send their key alone; some put a scheme before it."""
    words = headers.get("authorization", "").split()
    return words[-1] if words else None


def environment_of(work: Work, key: str) -> Document | None:
    """By a key that works now: an old one does until its expiry."""
    if key.startswith(MOBILE):
        return find_one(work, ENVIRONMENT, mobile_key=key)
    found = find_one(work, ENVIRONMENT, sdk_key=key)
    if found is None or key == found["apiKey"]:
        return found
    return found if any(one["apiKey"] == key for one in live_old_keys(work, found)) else None


def admit(call: Call, work: Work) -> Caller:
    """Raises Refused: 401 for a key that opens nothing, 404 for a client-side ID that is nobody's."""
    id = call.params.get("clientSideId")
    if id is not None:
        if work.get(ENVIRONMENT, id) is None:
            raise Refused(failure(call, 404, "Unknown client-side ID"))
        return Caller("sdk", id)
    key = key_of(call.headers)
    wanted = MOBILE if call.path.startswith(("/msdk", "/meval", "/mobile")) else SERVER
    environment = environment_of(work, key) if key and key.startswith(wanted) else None
    if environment is None:
        raise Refused(failure(call, 401, INVALID))
    return Caller("sdk", environment["_id"])


def require_environment(call: Call, work: Work) -> Document:
    environment = work.get(ENVIRONMENT, call.caller.id)
    assert environment is not None  # whoever was admitted has one
    return environment
