"""Subscriptions of integrations to the audit log: kept, listed and changed; nothing is sent to anybody."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.providers.launchdarkly.account.crud import Sort
from mockenv.providers.launchdarkly.errors import failure
from mockenv.providers.launchdarkly.fakes import object_id
from mockenv.providers.launchdarkly.links import link_here
from mockenv.store.base import Document, Kind, by

SUBSCRIPTION = "launchdarkly/integration"
KINDS = (Kind(SUBSCRIPTION, {"integration": by("kind")}),)


def _make(call: Call, work: Work, body: Document) -> Document:
    given = {name: value for name, value in body.items() if value is not None}
    id = object_id(work)
    return {
        "id": id,
        "_id": id,
        "kind": call.params["integrationKey"],
        "name": given["name"],
        "config": given["config"],
        "statements": given.get("statements", []),
        "on": given.get("on", False),
        "tags": list(dict.fromkeys(given.get("tags", []))),
        **{name: given[name] for name in ("url", "apiKey") if name in given},
    }


SUBSCRIPTIONS = Sort(
    kind=SUBSCRIPTION,
    label="integration",
    schema="Integration",
    path=lambda one: f"integrations/{one['kind']}/{one['_id']}",
    shown=("_id", "kind", "name", "config", "statements", "on", "tags", "url", "apiKey"),
    defaults={"name": "", "config": {}, "statements": [], "on": False, "tags": []},
    optional=("url", "apiKey"),
    make=_make,
    more=lambda call, work, one: {"_status": {"successCount": 0, "errorCount": 0}},
    actions={
        "+": "createIntegration",
        "-": "deleteIntegration",
        "name": "updateName",
        "config": "updateConfig",
        "statements": "updateStatements",
        "on": "updateOn",
        "tags": "updateTags",
        "url": "updateUrl",
        "apiKey": "updateApiKey",
    },
)


def get_all(call: Call, work: Work) -> Reply:
    key = call.params["integrationKey"]
    items = [SUBSCRIPTIONS.show(call, work, one) for one in work.find(SUBSCRIPTION, integration=key)]
    return Reply(200, {"_links": {"self": link_here(call, call.path)}, "items": items, "key": key})


def _of_its_kind(handler: Handler) -> Handler:
    """Under another integration's path it is not there."""

    def handle(call: Call, work: Work) -> Reply:
        if SUBSCRIPTIONS.find(call, work)["kind"] != call.params["integrationKey"]:
            raise Refused(failure(call, 404))
        reply = handler(call, work)
        assert isinstance(reply, Reply)  # none of these waits
        return reply

    return handle


OPERATIONS: dict[str, Handler] = {
    "getSubscriptions": get_all,
    "createSubscription": SUBSCRIPTIONS.post,
    "getSubscriptionByID": _of_its_kind(SUBSCRIPTIONS.get),
    "updateSubscription": _of_its_kind(SUBSCRIPTIONS.patch),
    "deleteSubscription": _of_its_kind(SUBSCRIPTIONS.delete),
}
