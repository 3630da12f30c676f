"""Whose keys are what: all are drawn from the sandbox's seed, so nothing of them is stored or shown, and a restart changes none."""

from __future__ import annotations

from typing import NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.providers.phase.encryption.sealing import NONCE, KeyPair, encrypt, key_pair, seal
from mockenv.providers.phase.model import ENVIRONMENT, NAME, TOKEN
from mockenv.store.base import Document

ACCOUNT, CIPHERTEXT = f"{NAME}/account_keys", f"{NAME}/ciphertext"


class Share(NamedTuple):
    """An account's private key in two parts, each worth nothing alone: one is in the token, the other is the service's."""

    held: str
    """The holder's part."""
    wrapping: str
    """The key that the service's part is encrypted with; only the token has it."""
    wrapped: str
    """The service's part, encrypted: what it can give away."""


def account_keys(work: Work, account: str) -> KeyPair:
    return key_pair(work.draw(ACCOUNT, account).bytes("seed", 32))


def environment_seed(work: Work, environment: str) -> str:
    """What an environment's keys follow from, in the form in which it is passed on."""
    return work.draw(ENVIRONMENT, environment).hex("key seed", 64)


def environment_keys(work: Work, environment: str) -> KeyPair:
    return key_pair(bytes.fromhex(environment_seed(work, environment)))


def share_of(work: Work, token: Document) -> Share:
    draw = work.draw(TOKEN, token["id"])
    private = account_keys(work, token["account"]).private
    held, wrapping = draw.bytes("share", 32), draw.bytes("wrapping key", 32)
    kept = bytes(one ^ other for one, other in zip(private, held, strict=True)).hex()
    wrapped = encrypt(kept, wrapping, draw.bytes("wrapping nonce", NONCE))
    return Share(held.hex(), wrapping.hex(), wrapped.hex())


def seal_for(work: Work, text: str, recipient: KeyPair, what: str) -> str:
    """`what` names the ciphertext: it is the same however often it is asked for, as if it were stored."""
    draw: Draw = work.draw(CIPHERTEXT, what)
    return seal(text, recipient.public, key_pair(draw.bytes("one-time seed", 32)), draw.bytes("nonce", NONCE))
