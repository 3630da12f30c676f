"""LaunchDarkly's own webhooks: what may be set of one, and how the audit log's entries are told and signed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

import orjson

from mockenv.kernel.events.deliveries import DELIVERY
from mockenv.kernel.events.publisher import Publisher
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, Instant, Microseconds
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly.account.crud import Sort
from mockenv.providers.launchdarkly.audit import EVENT
from mockenv.providers.launchdarkly.fakes import hex_of, object_id
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.providers.launchdarkly.policy import allows
from mockenv.store.base import Document, Kind

WEBHOOK = "launchdarkly/webhook"
KINDS = (Kind(WEBHOOK),)
RETRY_AFTER = 60 * SECOND
"""One retry is documented; when it comes is a guess."""


def _make(call: Call, work: Work, body: Document) -> Document:
    given = {name: value for name, value in body.items() if value is not None}
    id = object_id(work)
    secret = {"secret": given.get("secret") or hex_of(work, WEBHOOK, id, "secret", 1)} if given["sign"] else {}
    return {
        "id": id,
        "_id": id,
        **{name: given[name] for name in ("name", "url", "on") if name in given},
        **secret,
        "statements": given.get("statements", []),
        "tags": list(dict.fromkeys(given.get("tags", []))),
    }


WEBHOOKS = Sort(
    kind=WEBHOOK,
    label="webhook",
    schema="Webhook",
    path=lambda one: f"webhooks/{one['_id']}",
    shown=("_id", "name", "url", "secret", "statements", "on", "tags"),
    defaults={"url": "", "on": True, "statements": [], "tags": []},
    optional=("name", "secret"),
    make=_make,
    actions={
        "+": "createWebhook",
        "-": "deleteWebhook",
        "name": "updateName",
        "url": "updateUrl",
        "secret": "updateSecret",
        "statements": "updateStatements",
        "on": "updateOn",
        "tags": "updateTags",
    },
    created=200,  # as documented, for a POST
    kept=lambda one: {**one, "enabled": one["on"]},  # the courier's word
)


def get_all(call: Call, work: Work) -> Reply:
    items = [WEBHOOKS.show(call, work, one) for one in work.find(WEBHOOK)]
    return Reply(200, {"_links": {"self": link_here(call, f"{ROOT}/webhooks")}, "items": items})


class AuditHooks(Publisher):
    """Each entry is POSTed as it stands in the log; a webhook with a policy hears of what that allows."""

    kind = WEBHOOK
    waits: Sequence[Microseconds] = (RETRY_AFTER,)
    timeout = 30.0

    def wants(self, subscription: Document, event: Document) -> bool:
        if event["type"] != EVENT:
            return False
        statements, tags = subscription["statements"], event["data"]["tags"]
        accesses = event["data"]["entry"]["accesses"]
        return not statements or any(allows(statements, one["action"], one["resource"], tags) for one in accesses)

    def identify(self, work: Work, ordinal: int) -> str:
        return work.draw(DELIVERY, ordinal).uuid("launchdarkly")

    def body(self, subscription: Document, event: Document) -> bytes:
        return orjson.dumps(event["data"]["entry"])

    def headers(self, subscription: Document, delivery: Document, now: Instant) -> Mapping[str, str]:
        plain = {"Content-Type": "application/json", "User-Agent": "LaunchDarkly/1.0"}  # a guess
        if "secret" not in subscription:
            return plain
        return {
            **plain,
            "X-LD-Signature": hmac.new(subscription["secret"].encode(), delivery["body"].encode(), "sha256").hexdigest(),
        }


OPERATIONS: dict[str, Handler] = {
    "getAllWebhooks": get_all,
    **WEBHOOKS.handlers("getWebhook", "postWebhook", "patchWebhook", "deleteWebhook"),
}
