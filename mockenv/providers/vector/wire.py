"""How a generation of the service is spoken: this one writes things as they are stored, and its paths are the operations' own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from mockenv.contract.document import Operation
from mockenv.provider import Handler

ACCOUNTS = (
    ("/vector/account/api-keys", "/vector/api-keys"),
    ("/vector/account/ssh-keys", "/vector/ssh-keys"),
    ("/vector/account/secrets", "/vector/global-secrets"),
)
"""Where the vendor's Node clients look for them, and no reference."""


class Wire:
    """January's, and what another generation overrides."""

    aliases: Sequence[tuple[str, str]] = (
        *ACCOUNTS,
        ("/vector/secrets", "/vector/global-secrets"),
        ("/reset-sftp-password", "/sftp/reset-password"),
        ("/reset-database-password", "/database/reset-password"),
        ("/db/imports", "/database/import"),
        ("/db/import", "/database/import-direct"),
        ("/db/exports", "/database/export"),
        ("/db/export", "/database/export"),
    )
    """What is in the paths of the vendor's clients of that week, and no page of its guide; and what it means."""

    def path(self, path: str) -> str:
        """As the document spells it."""
        return self._alias.sub(lambda found: self._meanings[found[0]], path, count=1)

    @cached_property
    def _alias(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{'|'.join(map(re.escape, self._meanings))})(?=/|$)")

    @cached_property
    def _meanings(self) -> Mapping[str, str]:
        return dict(self.aliases)

    def meant(self, operation: Operation, body: Any) -> Any:
        """A body in the operations' own words."""
        return body

    def spoken(self, operations: Mapping[str, Handler]) -> Mapping[str, Handler]:
        """The operations, told and telling in this generation's words."""
        return operations
