"""The one operation of the document, and the fields behind it."""

from __future__ import annotations

from mockenv.provider import Handler, Poll
from mockenv.providers.archie.operations.endpoint import handle, poll

OPERATIONS: dict[str, Handler] = {"graphql": handle}
POLLS: dict[str, Poll] = {"graphql": poll}
