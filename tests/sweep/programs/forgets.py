"""Planted: a change whose answer is a refusal is taken for done."""

from __future__ import annotations

from contextlib import suppress

from tests.sweep.programs.service import Refused, ask

SITE = "/api/v1/vector/sites/12345"

with suppress(Refused):
    ask("PUT", SITE, {"partner_customer_id": "renamed"})
ask("GET", SITE)
