"""How a generation of the service is spoken: this one writes things as they are stored, and its paths are the operations' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.contract.document import Operation
from mockenv.provider import Handler


class Wire:
    """January's, and what another generation overrides."""

    def path(self, path: str) -> str:
        """As the document spells it."""
        return path

    def meant(self, operation: Operation, body: Any) -> Any:
        """A body in the operations' own words."""
        return body

    def spoken(self, operations: Mapping[str, Handler]) -> Mapping[str, Handler]:
        """The operations, told and telling in this generation's words."""
        return operations
