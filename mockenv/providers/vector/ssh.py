"""SSH keys as they are stored, and what is a public key at all; knows no operation."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.providers.vector.model import SITE_SSH_KEY, SSH_KEY
from mockenv.store.base import Document, Kind, by

KINDS = (
    Kind(SSH_KEY, {"fingerprint": by("fingerprint")}),
    Kind(
        SITE_SSH_KEY,
        {"site_id": by("site_id"), "key_id": by("id"), "fingerprint": lambda one: on_site(one["site_id"], one["fingerprint"])},
    ),
)
TYPES = ("ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_ABBREVIATED = re.compile(r"AAAA[A-Za-z0-9+/]*\.\.\.")


def fingerprint_of(public_key: str) -> str | None:
    """As `ssh-keygen -l` prints it; None for what is no public key in OpenSSH's format.

    The guide's own examples end in three dots: such a key is taken, so that they work as they are printed.
    """
    kind, _, rest = public_key.strip().partition(" ")
    text = rest.strip().partition(" ")[0]
    if kind not in TYPES:
        return None
    if _ABBREVIATED.fullmatch(text):
        return _fingerprint(text.encode())
    try:
        blob = b64decode(text, validate=True)
    except (Error, ValueError):
        return None
    name = len(kind).to_bytes(4) + kind.encode()  # what is inside begins with its own kind
    return _fingerprint(blob) if blob.startswith(name) and len(blob) > len(name) else None


def new_ssh_key(work: Work, name: str, fingerprint: str) -> Document:
    """The guide's four members. Account's keys and sites' own are numbered together."""
    return {"id": work.next_ordinal(SSH_KEY), "name": name, "fingerprint": fingerprint, "created_at": iso_micros(work.now)}


def install(work: Work, site_id: int, key: Document) -> None:
    """A copy: when the account's key is deleted, those on the sites stay."""
    work.put(SITE_SSH_KEY, f"{site_id}/{key['id']}", {**key, "site_id": site_id})


def install_all(work: Work, site_id: int) -> None:
    """What a new site begins with. Guess: no event tells of these."""
    for key in work.find(SSH_KEY):
        install(work, site_id, key)


def show(key: Document) -> Document:
    return {name: value for name, value in key.items() if name != "site_id"}


def on_site(site_id: int, fingerprint: str) -> str:
    return f"{site_id}/{fingerprint}"


def _fingerprint(blob: bytes) -> str:
    return f"SHA256:{b64encode(sha256(blob).digest()).decode().rstrip('=')}"
