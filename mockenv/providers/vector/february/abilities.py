"""What tokens may do, as February calls it."""

from __future__ import annotations

from collections.abc import Sequence

_RENAMED = {
    "site": "vector:sites",
    "log": "vector:logs",
    "cdn": "vector:cdn",
    "webhook": "vector:webhooks",
    "secret": "vector:secrets",
    "sshkey": "vector:ssh-keys",
}
_MEANT = {f"{name}:{way}": f"{stored}:{way}" for name, stored in _RENAMED.items() for way in ("read", "write")}
_SHOWN = {stored: name for name, stored in _MEANT.items()}


def meant(names: Sequence[str]) -> list[str]:
    """As they are stored; what has no other name keeps its own."""
    return [_MEANT.get(name, name) for name in names]


def shown(names: Sequence[str]) -> list[str]:
    return [_SHOWN.get(name, name) for name in names]
