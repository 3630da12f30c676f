"""Relay Proxy configurations: a key with a policy; no relay is imitated, the API around it is."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly.account.crud import Sort
from mockenv.providers.launchdarkly.account.secrets import Secret
from mockenv.providers.launchdarkly.fakes import object_id
from mockenv.providers.launchdarkly.members import MEMBER, caller_of, show_summary
from mockenv.store.base import Document, Kind

RELAY = "launchdarkly/relay_configuration"
KINDS = (Kind(RELAY),)
SHOWN_DIGITS = 4


def _make(call: Call, work: Work, body: Document) -> Document:
    id, now, member = object_id(work), work.now // MILLISECOND, caller_of(call, work)
    about = {"creator": member["_id"] if member else None, "creationDate": now, "lastModified": now}
    return {"id": id, "_id": id, "name": body["name"], "policy": body["policy"], **about, "resets": 0, "key": _key(work, id, 0)}


def _key(work: Work, id: str, resets: int) -> str:
    return f"rel-{work.draw(RELAY, id).uuid(f'key/{resets}')}"


def _more(call: Call, work: Work, one: Document) -> Document:
    member = work.get(MEMBER, one["creator"]) if one["creator"] else None
    return {"displayKey": one["key"][-SHOWN_DIGITS:], **({"_creator": show_summary(call, member)} if member else {})}


RELAYS = Sort(
    kind=RELAY,
    label="relay-proxy-config",
    schema="RelayAutoConfig",
    path=lambda one: f"account/relay-auto-configs/{one['_id']}",
    shown=("_id", "name", "policy", "creationDate", "lastModified"),
    defaults={"name": "", "policy": []},
    make=_make,
    more=_more,
    actions={
        "+": "createRelayAutoConfiguration",
        "-": "deleteRelayAutoConfiguration",
        "name": "updateRelayAutoConfigurationName",
        "policy": "updateRelayAutoConfigurationPolicy",
    },
    has_links=False,
)
KEY = Secret(RELAYS, "key", "fullKey", _key, "resetRelayAutoConfiguration")


def get_all(call: Call, work: Work) -> Reply:
    return Reply(200, {"items": [RELAYS.show(call, work, one) for one in work.find(RELAY)]})


OPERATIONS: dict[str, Handler] = {
    "getRelayProxyConfigs": get_all,
    **RELAYS.handlers("getRelayProxyConfig", "postRelayAutoConfig", "patchRelayAutoConfig", "deleteRelayAutoConfig"),
    "postRelayAutoConfig": KEY.post,
    "resetRelayAutoConfig": KEY.reset,
}
