"""Made-up tokens, keys and digests in the real ones' forms; all chance is the sandbox's."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from mockenv.kernel.values import tokens
from mockenv.kernel.values.chance import Draw

USER, SERVICE, SERVICE_ACCOUNT = "User", "Service", "ServiceAccount"
TYPES = (USER, SERVICE, SERVICE_ACCOUNT)
DIGITS = 64


@dataclass(frozen=True)
class Minted:
    """A service account's new token, as it is shown once."""

    value: str
    full: str

    @property
    def bearer(self) -> str:
        return f"{SERVICE_ACCOUNT} {self.value}"


def mint(sandbox: str, draw: Draw) -> Minted:
    mark = f"{SERVICE_ACCOUNT} "
    value = tokens.issue_at(sandbox, draw, "token", mark, DIGITS).removeprefix(mark)
    parts = ":".join(draw.hex(purpose, DIGITS) for purpose in ("public", "share", "wrap"))
    return Minted(value, f"pss_service:v2:{value}:{parts}")


def is_ours(value: str) -> bool:
    """Whether some mockenv made this token, of whatever type: then it is never taken for a stranger's."""
    return any(tokens.is_ours(f"{type} {value}") for type in (USER, SERVICE_ACCOUNT))


def token_digest(value: str) -> str:
    """What is stored of a token."""
    return blake2b(value.encode(), digest_size=32).hexdigest()


def key_digest(environment: str, key: str) -> str:
    """Salted by environment, blind to case: equal keys of two environments cannot be told from the digests."""
    return blake2b(key.upper().encode("utf-8", "replace"), digest_size=32, key=environment.encode()[:64]).hexdigest()
