"""Made-up tokens, salts and digests in the real ones' forms; all chance is the sandbox's."""

from __future__ import annotations

from base64 import b64encode
from hashlib import blake2b

from mockenv.kernel.values import tokens
from mockenv.kernel.values.chance import Draw

USER, SERVICE, SERVICE_ACCOUNT = "User", "Service", "ServiceAccount"
TYPES = (USER, SERVICE, SERVICE_ACCOUNT)
DIGITS = 64


def mint(sandbox: str, draw: Draw) -> str:
    """A service account's new token, of which 64 digits are sent: what a person copies is longer."""
    mark = f"{SERVICE_ACCOUNT} "
    return tokens.issue_at(sandbox, draw, "token", mark, DIGITS).removeprefix(mark)


def is_ours(value: str) -> bool:
    """Whether some mockenv made this token, of whatever type: then it is never taken for a stranger's."""
    return any(tokens.is_ours(f"{type} {value}") for type in TYPES)


def token_digest(value: str) -> str:
    """What is stored of a token."""
    return blake2b(value.encode(), digest_size=32).hexdigest()


def salt(draw: Draw) -> str:
    """An environment's salt for the digests of its keys."""
    return draw.hex("salt", DIGITS)


def key_digest(salt: str, key: str) -> str:
    """What a key is found by, as every client works it out: BLAKE2b of the key as it is given, keyed with the salt's digits.

    Equal keys of two environments cannot be told from the digests.
    """
    return blake2b(key.encode("utf-8", "replace"), digest_size=32, key=salt.encode()).hexdigest()


def credentials(draw: Draw) -> dict[str, str]:
    """A temporary user of AWS, by the provider's own names for the parts."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return {
        "username": f"phase-{draw.hex('username', 8)}",
        "access_key_id": "AKIA" + "".join(letters[byte % 32] for byte in draw.bytes("access key id", 16)),
        "secret_access_key": b64encode(draw.bytes("secret access key", 30)).decode(),
    }
