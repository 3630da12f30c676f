"""One delivery by a Python verifier: `python_.py LIBRARY`, told on standard input; prints what its caller gets. Knows nothing of mockenv."""

from __future__ import annotations

import base64
import json
import sys
from typing import Any


def standardwebhooks(headers: dict[str, str], body: bytes, secret: str) -> Any:
    from standardwebhooks import Webhook

    return Webhook(secret).verify(body, headers)


def svix(headers: dict[str, str], body: bytes, secret: str) -> Any:
    from svix import Webhook

    return Webhook(secret).verify(body, headers)


def stripe(headers: dict[str, str], body: bytes, secret: str) -> Any:
    from stripe import WebhookSignature

    return WebhookSignature.verify_header(body.decode(), headers["x-vector-signature"], secret, tolerance=300)


LIBRARIES = {"standardwebhooks": standardwebhooks, "svix": svix, "stripe": stripe}


def told(library: str, headers: dict[str, str], body: bytes, secret: str) -> dict[str, Any]:
    try:
        LIBRARIES[library]({name.lower(): value for name, value in headers.items()}, body, secret)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is to be seen
        return {"error": f"{type(error).__name__}: {error}"}
    return {"ok": True}


if __name__ == "__main__":
    delivery = json.load(sys.stdin)
    print(json.dumps(told(sys.argv[1], delivery["headers"], base64.b64decode(delivery["body"]), delivery["secret"])))
