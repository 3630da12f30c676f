"""A token as a person copies it from the console, for the clients that decrypt; who only asks the REST API needs one part of it."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.providers.phase.encryption.keys import account_keys, share_of
from mockenv.providers.phase.fakes import SERVICE, SERVICE_ACCOUNT, USER
from mockenv.store.base import Document

SPELLINGS = {USER: "pss_user:v1", SERVICE: "pss_service:v1", SERVICE_ACCOUNT: "pss_service:v2"}


def spell(work: Work, token: Document, value: str) -> str:
    """Type, version, the digits that are sent, the account's public key, the holder's share of its private key, and the key
    that the service's share is wrapped with."""
    share = share_of(work, token)
    return ":".join(
        (SPELLINGS[token["type"]], value, account_keys(work, token["account"]).public.hex(), share.held, share.wrapping)
    )
