"""Who it is that asks, and which versions of the API there are."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly.members import TOKEN, account_id, caller_of
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
    token = work.get(TOKEN, call.caller.id) if call.caller.id else None
    role = call.caller.role if call.caller.issued else "unknown"
    name = f"{role} token" if token is None else token.get("name", "")
    id = work.draw(TOKEN, role).hex("id", 24) if token is None else token["_id"]
    identity |= {"tokenName": name, "tokenId": id, "serviceToken": bool(token and token["serviceToken"])}
    return Reply(200, {**identity, **({"memberId": member["_id"]} if member else {})})


def get_versions(call: Call, work: Work) -> Reply:
    return Reply(200, {"validVersions": list(VERSIONS), "latestVersion": VERSIONS[0], "currentVersion": VERSIONS[0], "beta": False})


OPERATIONS: dict[str, Handler] = {"getCallerIdentity": get_caller_identity, "getVersions": get_versions}
