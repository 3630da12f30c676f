"""How a service tells of its events, where its model says which of its resources are subscriptions; sends nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import orjson

from mockenv.anyservice.model import Webhooks
from mockenv.kernel.events.deliveries import DELIVERY
from mockenv.kernel.events.publisher import Publisher
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, Instant, Microseconds, iso_seconds
from mockenv.kernel.values.signing import STANDARD_PREFIX, standard_webhooks
from mockenv.store.base import Document


class AnyHooks(Publisher):
    """Five attempts, as the Standard Webhooks specification proposes; a vendor's own ways are not known."""

    waits: Sequence[Microseconds] = (5 * SECOND, 300 * SECOND, 1_800 * SECOND, 7_200 * SECOND)
    timeout = 15.0

    def __init__(self, service: str, told: Webhooks) -> None:
        self._service, self._told = service, told

    @property
    def kind(self) -> str:
        return f"{self._service}/{self._told.resource}"

    def wants(self, subscription: Document, event: Document) -> bool:
        """All events, or those that it names: whole, without the service's name, or with wildcards."""
        type = event["type"]
        if not type.startswith(f"{self._service}.") or event["resource"].startswith(f"{self.kind}/"):
            return False
        names = subscription["wire"].get(self._told.events) if self._told.events else None
        short = type.removeprefix(f"{self._service}.")
        return (
            not names or not isinstance(names, list) or any(fnmatchcase(one, str(name)) for name in names for one in (type, short))
        )

    def identify(self, work: Work, ordinal: int) -> str:
        return f"msg_{work.draw(DELIVERY, ordinal).hex('id', 24)}"

    def body(self, subscription: Document, event: Document) -> bytes:
        return orjson.dumps({"type": event["type"], "timestamp": iso_seconds(event["at"]), "data": event["data"]})

    def headers(self, subscription: Document, delivery: Document, now: Instant) -> Mapping[str, str]:
        plain = {"Content-Type": "application/json"}
        secret = subscription["wire"].get(self._told.secret) if self._told.secret else None
        if not isinstance(secret, str) or not secret:
            return plain
        key = secret if secret.startswith(STANDARD_PREFIX) else STANDARD_PREFIX + b64encode(secret.encode()).decode()
        return {**plain, **standard_webhooks(key, delivery["id"], now, delivery["body"].encode())}


def address(told: Webhooks, document: Document, id: str) -> None:
    """What the kernel must find in a subscription, beside what clients see of it."""
    wire: dict[str, Any] = document["wire"]
    enabled = wire.get(told.enabled, True) if told.enabled else True
    document |= {"id": id, "url": str(wire.get(told.url) or ""), "enabled": bool(enabled) and bool(wire.get(told.url))}
