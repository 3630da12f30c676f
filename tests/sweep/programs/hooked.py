"""An environment for every site that a webhook tells of. Planted: what is told twice is done twice."""

from __future__ import annotations

import json
import threading

from tests.runtime.receiver import Received, receiving
from tests.sweep.programs.service import ask, patiently

SITES = "/api/v1/vector/sites"
HOOKS = "/api/v1/vector/webhooks"
EVENTS = ["vector.site.pending", "vector.site.updated"]
is_through = threading.Event()


def work(request: Received) -> int:
    told = json.loads(request.body)
    if told["event"] == "vector.site.updated":  # of one site's events this one comes last
        is_through.set()
        return 204
    site = told["data"]["id"]
    number = len(patiently("GET", f"{SITES}/{site}/environments"))
    ask("POST", f"{SITES}/{site}/environments", {"name": f"env-{number}", "php_version": "8.3"})
    return 204


with receiving() as receiver:
    receiver.answer = work
    hook = ask("POST", HOOKS, {"url": receiver.url, "events": EVENTS})
    site = ask("POST", SITES, {"partner_customer_id": "cust_1", "dev_php_version": "8.3"})
    ask("PUT", f"{SITES}/{site['id']}", {"partner_customer_id": "cust_2"})
    if not is_through.wait(20):
        raise SystemExit("nobody told of the site")
    ask("DELETE", f"{HOOKS}/{hook['id']}")
