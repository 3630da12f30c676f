"""What stands before the operations of each path: app, encryption mode, method, the role's permission, in that order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused
from mockenv.providers.phase.access import may
from mockenv.providers.phase.authentication import Principal
from mockenv.providers.phase.errors import refusal, wrong_method
from mockenv.providers.phase.metadata import metadata
from mockenv.providers.phase.model import APP

ACTIONS = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}
NO_APP = "Could not resolve app from request."
NO_SSE = "SSE is not enabled for this App."
NO_ENVIRONMENT = "Environment context required. Supply `app_id` and `env` as query parameters."


class Gate(NamedTuple):
    """One path's gate. `words` is what a refusal calls the resource."""

    needs: Literal["organisation", "app", "environment"]
    resource: str | None
    """None where the operation itself asks what the role allows."""
    words: str
    in_app: bool = False
    action: str | None = None
    """The permission asked for whatever the method; else it follows from the method."""


def _tokens(action: str) -> Gate:
    return Gate("organisation", "ServiceAccountTokens", "service account tokens", action=action)


GATES: Mapping[str, Gate] = {
    "/v1/environments/": Gate("app", "Environments", "environments", in_app=True),
    "/v1/environments/{env_id}/": Gate("app", "Environments", "environments", in_app=True),
    "/v1/apps/": Gate("organisation", "Apps", "apps"),
    "/v1/apps/{app_id}/": Gate("app", "Apps", "apps"),
    "/v1/secrets/": Gate("environment", "Secrets", "secrets in this environment", in_app=True),
    "/v1/secrets/dynamic/": Gate("environment", "Secrets", "secrets in this environment", in_app=True),
    "/v1/secrets/dynamic/leases/": Gate("environment", None, "leases", in_app=True),
    "/secrets/": Gate("environment", "Secrets", "secrets in this environment", in_app=True),
    "/v1/service-accounts/": Gate("organisation", "ServiceAccounts", "service accounts"),
    "/v1/service-accounts/{account}/": Gate("organisation", "ServiceAccounts", "service accounts"),
    "/v1/service-accounts/{account}/access/": Gate("organisation", "ServiceAccounts", "service accounts", action="update"),
    "/v1/service-accounts/{account}/tokens/": _tokens("create"),
    "/v1/service-accounts/{account}/tokens/{token}/": _tokens("delete"),
    "/v1/members/": Gate("organisation", "Members", "members"),
    "/v1/members/{member}/": Gate("organisation", "Members", "members"),
    "/v1/members/{member}/access/": Gate("organisation", "Members", "members"),
    "/v1/roles/": Gate("organisation", "Roles", "roles"),
    "/v1/roles/{role}/": Gate("organisation", "Roles", "roles"),
}


def pass_gate(call: Call, work: Work, who: Principal) -> None:
    """Raises Refused."""
    gate = GATES[call.match.path]
    if gate.needs == "app":
        _check_app(work, who)
    action = _action(call, gate)
    if gate.needs == "environment" and not who.environment:
        raise refusal(403, NO_ENVIRONMENT)
    if gate.resource is None and who.is_legacy:
        raise refusal(403, "Could not resolve account from request.")  # guess: the real service fails (500)
    is_free = gate.needs == "environment" and who.is_legacy
    if gate.resource and not is_free and not may(work, who.role_id, action, gate.resource, in_app=gate.in_app):
        raise refusal(403, f"You don't have permission to {action} {gate.words}.")
    if call.method == "OPTIONS":
        raise Refused(metadata(call.match.path))
    if call.match.operation is None:
        raise Refused(wrong_method(call.method))


def _check_app(work: Work, who: Principal) -> None:
    app = work.get(APP, who.app)
    if app is None:
        raise refusal(403, NO_APP)
    if not app["sseEnabled"]:
        raise refusal(403, NO_SSE)


def _action(call: Call, gate: Gate) -> str:
    """What the role must allow. A method that stands for nothing is refused here, but where all ask for the same."""
    action = gate.action or ACTIONS.get(call.method)
    if action is None and gate.resource is None:
        return ""
    if action is None and gate.needs == "environment":
        raise refusal(403, f"Unsupported HTTP method: {call.method}")  # here alone not 405
    if action is None:
        raise Refused(wrong_method(call.method))
    return action
