"""The work that every server is given, and the world that it begins in; knows no server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Replies = dict[str, Json]
"""Work → what mockenv answers to it."""

SITE = 12345
FIRST = 67890
PAGE = 15
ENVIRONMENTS = f"/api/v1/vector/sites/{SITE}/environments"
ENVIRONMENT = f"{ENVIRONMENTS}/{FIRST}"
TOKEN = "vp_live_b2e93b6551d81f892c28dff338482b8015d20850"
"""The owner's in mockenv's default sandbox: a real token, so that it is looked up."""


@dataclass(frozen=True)
class Work:
    """One sort of request; `%d` in a body is a number that no other request has."""

    name: str
    method: str
    path: str
    body: str = ""

    def with_number(self, number: int) -> bytes:
        return self.body.replace("%d", str(number)).encode()


GET = Work("GET one", "GET", ENVIRONMENT)
LIST = Work("LIST 15", "GET", ENVIRONMENTS)
CREATE = Work("POST create", "POST", ENVIRONMENTS, json.dumps({"name": "env-%d", "php_version": "8.3"}))
UPDATE = Work("PUT one", "PUT", ENVIRONMENT, json.dumps({"custom_domain": "www-%d.example.com"}))
WORKS = (GET, LIST, CREATE, UPDATE)
INVALID = json.dumps({"name": "Not A Name", "php_version": "8.3"}).encode()
"""A create that the document forbids: who answers 2xx to it does not validate."""


def world() -> Json:
    """A fixture: one site with a page of environments, all active."""
    environments = [
        {"id": FIRST + number, "site_id": SITE, "name": f"stage-{number}", "custom_domain": f"stage-{number}.example.com"}
        for number in range(PAGE)
    ]
    site = {"id": SITE, "partner_customer_id": "cust_abc123", "name": "Client Project Alpha"}
    return {"vector": {"sites": [site], "environments": environments, "next": {"environment": FIRST + PAGE}}}
