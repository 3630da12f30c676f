"""How Vector Pro tells of its events: payload, headers, signature, schedule; sends nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import orjson

from mockenv.kernel.events.deliveries import DELIVERY
from mockenv.kernel.events.publisher import Publisher
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, Instant, Microseconds, iso_seconds
from mockenv.kernel.values.signing import standard_webhooks, timestamped_hex
from mockenv.providers.vector.model import WEBHOOK
from mockenv.store.base import Document

SIGNINGS = ("vector", "standard")


class VectorHooks(Publisher):
    """Five attempts, the waits between them as published; any 2xx within 30 seconds is success."""

    kind = WEBHOOK
    waits: Sequence[Microseconds] = (42 * SECOND, 150 * SECOND, 540 * SECOND, 1_800 * SECOND)
    timeout = 30.0

    def wants(self, subscription: Document, event: Document) -> bool:
        """Names, or wildcards such as `vector.site.*`; and the filter, if it has one, must hold of the event's data."""
        type, data = event["type"], event["data"]
        named = event["resource"].startswith("vector/") and any(
            name == type or fnmatchcase(type, name) for name in subscription["events"]
        )
        return named and all(data.get(name) == value for name, value in subscription["filter"].items())

    def identify(self, work: Work, ordinal: int) -> str:
        return work.draw(DELIVERY, ordinal).ulid("id", work.now // 1000)

    def body(self, subscription: Document, event: Document) -> bytes:
        occurred_at = iso_seconds(event["at"]).replace("Z", "+00:00")
        if subscription["type"] == "slack":
            return orjson.dumps({"text": f"{event['type']} ({event['resource']}) at {occurred_at}"})  # guess: no text is published
        return orjson.dumps({"event": event["type"], "occurred_at": occurred_at, "data": event["data"]})

    def headers(self, subscription: Document, delivery: Document, now: Instant) -> Mapping[str, str]:
        plain: dict[str, str] = {"Content-Type": "application/json"}
        if subscription["type"] == "slack":
            return plain
        body, secret = delivery["body"].encode(), subscription["secret"]
        if subscription["signing"] == "standard":
            return {**plain, **standard_webhooks(secret, delivery["id"], now, body)}
        told = {"X-Vector-Event": delivery["event"], "X-Vector-Delivery": delivery["id"]}
        return {**plain, **told, "X-Vector-Signature": timestamped_hex(secret, now, body)}
