"""The few exceptions that cross rooms, each with the data needed to act; imports nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType

BEGINNING = 3
"""From so many letters on, a name may be a shortened one."""
LISTED = 30
"""So many names are told where none is near."""


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


class Several(BadInput):
    """More than one thing is wrong in what somebody wrote: `problems`, each with its own place."""

    def __init__(self, problems: Sequence[BadInput]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.where, first.key, first.problem)
        self.args = ("; ".join(map(str, self.problems)),)


class Problems:
    """Gathers what is wrong, so that a person is told all of it at once."""

    def __init__(self) -> None:
        self._found: list[BadInput] = []

    def gather(self) -> Problems:
        """Within, what the body refuses is kept; what it would have checked after that is not."""
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if isinstance(error, BadInput):
            self.add(error)
        return isinstance(error, BadInput)

    def add(self, error: BadInput) -> None:
        self._found += problems_of(error)

    def tell(self) -> None:
        """Raises what was found: the one, or Several."""
        if self._found:
            raise Several(self._found) if len(self._found) > 1 else self._found[0]


def problems_of(error: BadInput) -> tuple[BadInput, ...]:
    """One by one."""
    return error.problems if isinstance(error, Several) else (error,)


class UnknownName(BadInput):
    """A name that is not among the known ones; the text names the nearest that is."""

    def __init__(self, where: str, key: str, name: object, known: Iterable[str]) -> None:
        self.name, known = name, tuple(dict.fromkeys(known))
        self.nearest = nearest(str(name), known)
        hint = f"did you mean {self.nearest!r}?" if self.nearest else f"known: {_listed(known)}"
        super().__init__(where, key, f"{name!r} is not known; {hint}")


def check_name(name: object, known: Iterable[str], where: str = "", key: str = "") -> None:
    """The one gate for names that somebody wrote: operations, statuses, members, variables. Raises UnknownName."""
    known = tuple(known)
    if name not in known:
        raise UnknownName(where, key, name, known)


class NoSuchSandbox(MockenvError):
    """A request or a call names a sandbox that does not exist."""

    text = "Sandbox {!r} does not exist."

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(self.text.format(name))


class WorldReplaced(NoSuchSandbox):
    """The world that let a waiting request in is no more, though another has its sandbox's name."""

    text = "Sandbox {!r} was reset or restored while this request waited; the world that it came to does not exist any more."


class StateError(CannotStart):
    """What is kept cannot be read or written, is not ours, or is in use; it is left untouched. `place` is where it is kept."""

    text = "{}: {}"
    loss = ""
    """What an answer says that could tell of something lost."""
    status = 500
    """The answer's."""

    def __init__(self, place: object, problem: str) -> None:
        self.place, self.problem = place, problem
        super().__init__(self.text.format(place, problem))

    def again(self) -> StateError:
        """The same for somebody else who waits: an exception that is raised twice gathers both tracebacks."""
        return type(self)(self.place, self.problem)

    def own_up(self) -> str:
        return self.loss.format(self.problem)


class StateFileError(StateError):
    """The same of a file."""

    text = "state file {}: {}; it was left untouched"
    loss = "the state may be lost, its file {}"


class DatabaseError(StateError):
    """The same of a database, which comes back as a rule."""

    text = "database {}: {}"
    loss = "the database cannot be asked ({})"
    status = 503


class ElsewhereError(StateError):
    """A sandbox is another replica's by now, or nobody's at this moment. What gets this has not happened: ask again."""

    text = "sandbox {!r}: {}"
    loss = "{}"
    status = 503


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, capitals aside, if one is close; of those that begin with it the shortest."""
    from difflib import get_close_matches  # only who errs pays for it

    folded, wanted = {one.casefold(): one for one in known}, name.casefold()
    begun = [one for one in folded if len(wanted) >= BEGINNING and one.startswith(wanted)]
    found = [min(begun, key=len)] if begun else get_close_matches(wanted, folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _listed(known: tuple[str, ...]) -> str:
    shown = sorted(known)[:LISTED]
    return ", ".join(shown) + (f" and {len(known) - LISTED} more" if len(known) > LISTED else "") or "none"
