"""What anybody may read: where things are, and the document."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.launchdarkly.links import ROOT, link_here

NAMES = (
    "account",
    "flag-statuses",
    "flags",
    "integrations",
    "members",
    "projects",
    "public-ip-list",
    "segments",
    "tokens",
    "webhooks",
)
"""As the live index has them, although only projects are served here."""


def get_root(call: Call, work: Work) -> Reply:
    return Reply(200, {"links": {name: link_here(call, f"{ROOT}/{name}") for name in NAMES}})


def get_openapi_spec(call: Call, work: Work) -> Reply:
    return Reply(200, {**call.dialect.document.content, "servers": [{"url": call.base_url}]})
