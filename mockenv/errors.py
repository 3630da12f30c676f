"""The few exceptions that cross rooms, each with the data needed to act; imports nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MockenvError(Exception):
    """Anything that mockenv refuses; its text is one line a person can act on."""


class CannotStart(MockenvError):
    """The server cannot start (exit code 1)."""


class BadInput(MockenvError):
    """A fixture, scenario, setting or control value is wrong.

    `where` names the file or field, `key` the dotted path in it.
    """

    def __init__(self, where: str, key: str, problem: str) -> None:
        self.where, self.key, self.problem = where, key, problem
        super().__init__(": ".join(part for part in (where, key, problem) if part))


class UnknownName(BadInput):
    """A name that is not among the known ones; the text names the nearest that is."""

    def __init__(self, where: str, key: str, name: object, known: Iterable[str]) -> None:
        self.name, self.nearest = name, nearest(str(name), known)
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else f"; known: {', '.join(sorted(known)) or 'none'}"
        super().__init__(where, key, f"{name!r} is not known{hint}")


class NoSuchSandbox(MockenvError):
    """A request or a call names a sandbox that does not exist."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Sandbox {name!r} does not exist.")


class StateFileError(CannotStart):
    """A state file that cannot be read, is not ours, or is in use; it is left untouched."""

    def __init__(self, path: object, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"state file {path}: {problem}; it was left untouched")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, if one is close."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
