"""Worlds: made, listed, shown, reset, dropped."""

from __future__ import annotations

from typing import Any

from mockenv.control.operations.time import show_clock
from mockenv.control.plane import ControlPlane
from mockenv.errors import UnknownName
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_short
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.provider import Call, Reply

MINIMAL = "return=minimal"
"""How a client says that it does not want to hear what a call found out (RFC 7240)."""
TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


def list_sandboxes(call: Call, plane: ControlPlane) -> Reply:
    sandboxes = [plane.sandboxes.get(name) for name in plane.sandboxes.names()]
    return Reply(200, {"sandboxes": [_line(one) for one in sandboxes]})


def _line(sandbox: Sandbox) -> dict[str, Any]:
    newest = sandbox.journal.newest(1)
    with sandbox.unit(now=0) as work:
        pending = work.count(AGENDA, state="pending")
    line = {"name": sandbox.name, "seed": sandbox.meta["seed"], "clock": show_clock(sandbox), "pending": pending}
    return {**line, "requests": sandbox.journal.last, "last_request": iso_short(newest[0].at) if newest else None}


def create_sandbox(call: Call, plane: ControlPlane) -> Reply:
    return Reply(201, show_sandbox(call, plane, plane.sandboxes.create(call.body())))


def get_sandbox(call: Call, plane: ControlPlane) -> Reply:
    return Reply(200, show_sandbox(call, plane, plane.sandboxes.get(call.params["sandbox"])))


def delete_sandbox(call: Call, plane: ControlPlane) -> Reply:
    """The leak report: what was made there and never deleted."""
    sandbox, reply = plane.sandboxes.get(call.params["sandbox"]), Reply(204)
    if call.header("prefer") != MINIMAL:
        with sandbox.unit() as work:
            reply = Reply(200, {"held": held_in(work, plane)})
    plane.sandboxes.drop(sandbox.name)
    if sandbox.name == "default":
        plane.sandboxes.create(sandbox.meta["plan"])  # it always exists
    return reply


def held_in(work: Work, plane: ControlPlane) -> list[str]:
    """The names of all that was made there and is still there, and could be deleted. What came with the fixture does not count."""
    return [f"{kind}/{id}" for kind in plane.deletable for id in work.made(kind)]


def reset_sandbox(call: Call, plane: ControlPlane) -> Reply:
    return Reply(200, show_sandbox(call, plane, plane.sandboxes.reset(call.params["sandbox"])))


def get_variables(call: Call, plane: ControlPlane) -> Reply:
    """What a client of one provider needs to be pointed here, with the token of one role."""
    sandbox, provider = plane.sandboxes.get(call.params["sandbox"]), plane.providers.get(call.params["provider"])
    if provider is None:
        raise UnknownName("", "provider", call.params["provider"], plane.providers)
    role = call.query().get("role", provider.clients_role or provider.roles[0])
    token = plane.sandboxes.grants.of(sandbox.name)[provider.name].get(role)
    if token is None:
        raise UnknownName("", "role", role, provider.roles)
    with sandbox.unit() as work:
        variables = {**provider.variables(work, _url(call, sandbox), role, token), **_trust(call, plane)}
    return Reply(200, {"provider": provider.name, "role": role, "variables": variables})


def show_sandbox(call: Call, plane: ControlPlane, sandbox: Sandbox) -> dict[str, Any]:
    """All that a client needs to be pointed at it."""
    return {
        "name": sandbox.name,
        "seed": sandbox.meta["seed"],
        "fixture": sandbox.meta["plan"]["fixture"],
        "clock": show_clock(sandbox),
        "base_urls": dict.fromkeys(plane.providers, _url(call, sandbox)),
        "tokens": plane.sandboxes.grants.of(sandbox.name),
        "delays": sandbox.meta["delays"],
        "options": sandbox.options,
    }


def _trust(call: Call, plane: ControlPlane) -> dict[str, str]:
    """Where OpenSSL and Go, requests, curl and Node look for what they trust. Who came by a proxy has its certificate to trust."""
    if plane.ca is None or plane.settings.base_url or not call.origin.startswith("https:"):
        return {}
    return dict.fromkeys(TRUST, str(plane.ca))


def _url(call: Call, sandbox: Sandbox) -> str:
    return f"{call.base_url.partition('/_sandbox/')[0]}/_sandbox/{sandbox.name}"
