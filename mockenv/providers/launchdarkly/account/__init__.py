"""What belongs to the account and to no project: who is in it, what was done, who is told of it."""

from __future__ import annotations

from mockenv.provider import Handler
from mockenv.providers.launchdarkly.account import (
    auditlog,
    identity,
    integrations,
    people,
    relays,
    repositories,
    roles,
    teams,
    tokens,
    webhooks,
)
from mockenv.store.base import Kind

OPERATIONS: dict[str, Handler] = {
    **auditlog.OPERATIONS,
    **identity.OPERATIONS,
    **integrations.OPERATIONS,
    **people.OPERATIONS,
    **relays.OPERATIONS,
    **repositories.OPERATIONS,
    **roles.OPERATIONS,
    **teams.OPERATIONS,
    **tokens.OPERATIONS,
    **webhooks.OPERATIONS,
}
KINDS: tuple[Kind, ...] = (*integrations.KINDS, *relays.KINDS, *repositories.KINDS, *webhooks.KINDS)
