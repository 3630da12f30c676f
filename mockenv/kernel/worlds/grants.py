"""Whose token is it: what every sandbox has issued, worked out from its seed and name; keeps nothing on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mockenv.kernel.values import tokens
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.worlds.inhabitant import Inhabitant


class Grant(NamedTuple):
    """An issued token: whose it is and what it may do."""

    sandbox: str
    provider: str
    role: str


class Grants:
    """The tokens of all sandboxes there are. A reset or a restart changes none, since none is stored."""

    def __init__(self, inhabitants: Iterable[Inhabitant]) -> None:
        self._inhabitants = tuple(inhabitants)
        self._issued: dict[str, dict[str, dict[str, str]]] = {}
        self._grants: dict[str, Grant] = {}
        self._homes: dict[str, str] = {}

    def find(self, token: str) -> Grant | None:
        return self._grants.get(token)

    def home(self, token: str) -> str | None:
        """The sandbox that issued a token while it lived; whether it still knows it is the provider's affair."""
        return self._homes.get(tokens.home_of(token) or "")

    def of(self, sandbox: str) -> Mapping[str, Mapping[str, str]]:
        """Provider → role → token."""
        return self._issued[sandbox]

    def issue(self, sandbox: str, seed: int) -> None:
        self._homes[tokens.home_tag(sandbox)] = sandbox
        issued = {one.name: dict(one.tokens(Draw(seed, f"token/{one.name}", sandbox))) for one in self._inhabitants}
        self._issued[sandbox] = issued
        for provider, roles in issued.items():
            for role, token in roles.items():
                self._grants[token] = Grant(sandbox, provider, role)

    def withdraw(self, sandbox: str) -> None:
        del self._homes[tokens.home_tag(sandbox)]
        for roles in self._issued.pop(sandbox).values():
            for token in roles.values():
                self._grants.pop(token, None)
