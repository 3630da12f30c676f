"""Phase's ciphertexts, by libsodium: sealed to a public key, opened with the private one; knows no account and no secret.

A text goes to a recipient in four parts, `ph:v1:<one-time public key>:<base64>`: the key of XChaCha20-Poly1305 is what the
sender transmits with in libsodium's key exchange, and the nonce stands behind the ciphertext.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from functools import cache
from types import ModuleType
from typing import NamedTuple

CIPHERTEXT = re.compile(r"ph:v1:([0-9a-fA-F]{64}):(.+)", re.DOTALL)
NONCE = 24


class Unreadable(Exception):
    """No ciphertext of this recipient's."""


class KeyPair(NamedTuple):
    """For libsodium's key exchange."""

    public: bytes
    private: bytes


def key_pair(seed: bytes) -> KeyPair:
    return KeyPair(*_sodium().crypto_kx_seed_keypair(seed))


def seal(text: str, recipient: bytes, one_time: KeyPair, nonce: bytes) -> str:
    """`recipient` is a public key. The same one-time keys and nonce give the same ciphertext."""
    _, transmit = _sodium().crypto_kx_client_session_keys(one_time.public, one_time.private, recipient)
    return f"ph:v1:{one_time.public.hex()}:{b64encode(encrypt(text, transmit, nonce)).decode()}"


def unseal(ciphertext: object, keys: KeyPair) -> str:
    """Raises Unreadable."""
    found = CIPHERTEXT.fullmatch(ciphertext) if isinstance(ciphertext, str) else None
    if found is None:
        raise Unreadable
    try:
        receive, _ = _sodium().crypto_kx_server_session_keys(keys.public, keys.private, bytes.fromhex(found[1]))
        sealed = b64decode(found[2])
        return bytes(_sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[:-NONCE], None, sealed[-NONCE:], receive)).decode()
    except Exception as why:  # tampered with, for somebody else, no base64, too short, no UTF-8: what pynacl raises varies
        raise Unreadable from why


def encrypt(text: str, key: bytes, nonce: bytes) -> bytes:
    return bytes(_sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(text.encode(), None, nonce, key)) + nonce


@cache
def _sodium() -> ModuleType:
    """Only those whose clients encrypt pay for it."""
    from nacl import bindings

    return bindings
