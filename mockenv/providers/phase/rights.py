"""What the five default roles may do; custom roles are stored in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rights = Mapping[str, tuple[str, ...]]

ALL = ("create", "read", "update", "delete")
READ = ("read",)
NONE: tuple[str, ...] = ()

_ORGANISATION: Rights = dict.fromkeys(
    (
        "Organisation", "Billing", "Apps", "Members", "MemberPersonalAccessTokens", "ServiceAccounts", "ServiceAccountTokens",
        "ExternalIdentities", "Roles", "IntegrationCredentials", "NetworkAccessPolicies",
    ),
    ALL,
) | {"Logs": READ} | dict.fromkeys(("SSO", "Teams", "SCIM", "LogStreams"), ALL)  # fmt: skip
_OTHERS: Rights = {name: actions for name, actions in _ORGANISATION.items() if name != "MemberPersonalAccessTokens"}
"""The roles without global access are not asked about other people's tokens at all."""
_APP: Rights = dict.fromkeys(
    (
        "Environments", "Secrets", "DynamicSecretLeases", "RotatingSecrets", "Lockbox", "Logs", "Tokens", "Members",
        "ServiceAccounts", "Integrations",
    ),
    ALL,
) | {"EncryptionMode": ("read", "update"), "Teams": ALL}  # fmt: skip

ENVIRONMENTS_BUT_DELETE = ("read", "create", "update")


def _role(description: str, organisation: Rights, app: Rights, *, everywhere: bool = False) -> dict[str, Any]:
    return {
        "description": description,
        "policy": {
            "permissions": {name: list(actions) for name, actions in organisation.items()},
            "appPermissions": {name: list(actions) for name, actions in app.items()},
            "globalAccess": everywhere,
        },
    }


# The descriptions are mockenv's own words.
DEFAULT_ROLES: Mapping[str, Mapping[str, Any]] = {
    "Owner": _role("Everything, everywhere; one person.", _ORGANISATION, _APP, everywhere=True),
    "Admin": _role(
        "Everything but the organisation itself, everywhere.",
        {**_ORGANISATION, "Organisation": ("read", "update")},
        _APP,
        everywhere=True,
    ),
    "Manager": _role(
        "Accounts and apps; environments where access was given, without deleting them.",
        {**_OTHERS, "Organisation": READ, **dict.fromkeys(("SSO", "SCIM", "LogStreams"), NONE)},
        {**_APP, "Environments": ENVIRONMENTS_BUT_DELETE},
    ),
    "Developer": _role(
        "Secrets and environments where access was given, without deleting environments.",
        {
            **dict.fromkeys(_OTHERS, NONE),
            **dict.fromkeys(("Apps", "Members", "Roles", "NetworkAccessPolicies", "Logs", "Teams"), READ),
            "IntegrationCredentials": ("create", "read", "update"),
        },
        {
            **_APP,
            **dict.fromkeys(("RotatingSecrets", "Logs", "Members", "Teams"), READ),
            "Environments": ENVIRONMENTS_BUT_DELETE,
            "DynamicSecretLeases": ("create", "read"),
            "Tokens": ("read", "create"),
            "ServiceAccounts": ("create",),
        },
    ),
    "Service": _role(
        "For service accounts: secrets and environments where access was given.",
        {
            **dict.fromkeys(_OTHERS, READ),
            **dict.fromkeys(("Organisation", "Billing", "Logs", "SSO", "Teams", "SCIM", "LogStreams"), NONE),
            "Apps": ("create", "read", "update"),
        },
        {
            **dict.fromkeys(_APP, READ),
            **dict.fromkeys(("Lockbox", "Logs", "Tokens"), NONE),
            "Environments": ("read", "create", "update", "delete"),
            "Secrets": ALL,
            "DynamicSecretLeases": ("create", "read"),
        },
    ),
}
VALID = {"permissions": _ORGANISATION, "appPermissions": _APP}


def allows(policy: Mapping[str, Any], resource: str, action: str, *, in_app: bool) -> bool:
    """Whether a role's policy grants an action; what it does not name it does not grant."""
    scope = policy.get("appPermissions" if in_app else "permissions") or {}
    return action in (scope.get(resource) or ())
