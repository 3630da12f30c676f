"""The operations that a service has in reality, a list beside its provider: what it has and we have not is told from a typo.

One a line, `METHOD /path name`, or `Query name` of a GraphQL field. Those that are served here may stand there, too.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from mockenv.contract.document import Document, Operation
from mockenv.contract.routing import Routes

FILE = "vendor_operations.txt"


class VendorOperations:
    """Asked for what no document has; a service without such a list has nothing to tell."""

    def __init__(self, path: Path, *, head_as_get: bool) -> None:
        self._path, self._head_as_get = path, head_as_get

    @cached_property
    def listed(self) -> tuple[tuple[str, str, str], ...]:
        """Method, path and name of each."""
        if not self._path.exists():
            return ()
        lines = (line.partition("#")[0].split() for line in self._path.read_text("utf-8").splitlines())
        return tuple((words[0], words[1], words[2] if len(words) > 2 else f"{words[0]} {words[1]}") for words in lines if words)

    def find(self, method: str, path: str) -> str | None:
        """What the service calls the operation that this is a request for; None where it has no such thing either."""
        found = self._routes.match(method, path).operation
        return found.id if found else None

    @cached_property
    def _routes(self) -> Routes:
        """Made when first asked for: a start has no need of it."""
        operations = {name: _operation(method, path, name) for method, path, name in self.listed if path.startswith("/")}
        return Routes(Document(self._path.parent.name, dict, self._path, operations), head_as_get=self._head_as_get)


def _operation(method: str, path: str, name: str) -> Operation:
    return Operation(name, method, path, "", (), False, None, (), {}, True)
