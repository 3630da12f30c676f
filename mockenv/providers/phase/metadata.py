"""What the REST framework tells of a route to OPTIONS, on the few paths that let OPTIONS through to it."""

from __future__ import annotations

from collections.abc import Mapping

from mockenv.provider import Reply

NAMES: Mapping[str, str] = {
    "/secrets/tokens/": "Secrets Tokens",
    "/v1/secrets/dynamic/leases/": "Dynamic Secret Lease",
    "/v1/service-accounts/{account}/access/": "Public Service Account Access",
    "/v1/service-accounts/{account}/tokens/": "Public Service Account Tokens",
    "/v1/service-accounts/{account}/tokens/{token}/": "Public Service Account Token Detail",
}
PARSES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


def metadata(path: str) -> Reply:
    """The description is left empty: the service shows its programmers' notes there."""
    return Reply(200, {"name": NAMES[path], "description": "", "renders": ["application/json"], "parses": list(PARSES)})
