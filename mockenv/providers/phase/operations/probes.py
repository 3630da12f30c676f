"""The two routes that ask nobody who he is."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.phase.errors import by_django

VERSION = "v2.73.2"


def get_health(call: Call, work: Work) -> Reply:
    return by_django(200, {"status": "alive", "version": VERSION})


def get_root(call: Call, work: Work) -> Reply:
    """Guess: the real message goes on after these words."""
    return by_django(200, {"message": "API is alive.", "status": "ok"})
