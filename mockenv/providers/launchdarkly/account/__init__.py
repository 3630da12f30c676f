"""What belongs to the account and to no project: who is in it, what was done, who is told of it."""

from __future__ import annotations

from mockenv.provider import Handler
from mockenv.providers.launchdarkly.account import auditlog, identity, repositories, webhooks
from mockenv.store.base import Kind

OPERATIONS: dict[str, Handler] = {
    **auditlog.OPERATIONS,
    **identity.OPERATIONS,
    **repositories.OPERATIONS,
    **webhooks.OPERATIONS,
}
KINDS: tuple[Kind, ...] = (*repositories.KINDS, *webhooks.KINDS)
