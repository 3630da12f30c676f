"""Webhook signatures that more than one service uses; knows no subscription."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256

from mockenv.kernel.values.instant import SECOND, Instant

STANDARD_PREFIX = "whsec_"


def standard_webhooks(secret: str, id: str, now: Instant, body: bytes) -> Mapping[str, str]:
    """The three headers of the Standard Webhooks specification, version 1 (symmetric).

    The key is what `secret` says in Base64 behind `whsec_`; a secret that is no Base64 counts as its own bytes.
    """
    timestamp = str(now // SECOND)
    signed = f"{id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(standard_key(secret), signed, sha256)).decode()
    return {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def standard_key(secret: str) -> bytes:
    text = secret.removeprefix(STANDARD_PREFIX)
    return base64.b64decode(text + "=" * (-len(text) % 4))


def timestamped_hex(secret: str, now: Instant, body: bytes) -> str:
    """`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `t`, a dot and the exact bytes; the key is the secret as written."""
    timestamp = str(now // SECOND)
    return f"t={timestamp},v1={hmac.digest(secret.encode(), timestamp.encode() + b'.' + body, sha256).hex()}"
