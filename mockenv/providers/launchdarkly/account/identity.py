"""Who it is that asks, and which versions of the API there are."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly.members import account_id, caller_of
from mockenv.store.base import Document

VERSIONS = (20240415, 20220603, 20210729, 20191212, 20160426)


def get_caller_identity(call: Call, work: Work) -> Reply:
    member = caller_of(call, work)
    identity: Document = {
        "accountId": account_id(work),
        "authKind": "token",
        "tokenKind": "auth",
        "serviceToken": False,
        "scopes": [],
    }
    token = call.caller.role if call.caller.issued else "unknown"
    identity |= {"tokenName": f"{token} token", "tokenId": work.draw("launchdarkly/token", token).hex("id", 24)}
    return Reply(200, {**identity, **({"memberId": member["_id"]} if member else {})})


def get_versions(call: Call, work: Work) -> Reply:
    return Reply(200, {"validVersions": list(VERSIONS), "latestVersion": VERSIONS[0], "currentVersion": VERSIONS[0], "beta": False})


OPERATIONS: dict[str, Handler] = {"getCallerIdentity": get_caller_identity, "getVersions": get_versions}
