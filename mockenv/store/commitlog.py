"""The log beside a state file: the commits that the file does not hold yet, one line for each sync; knows no store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from mockenv.errors import StateFileError
from mockenv.store.memory import Change
from mockenv.store.mirror import Commit
from mockenv.store.table import make_row, seq_of, text_of
from mockenv.store.whole import replace_whole, sync_folder
from mockenv.version import __version__

FORMAT = 1


class Batch(NamedTuple):
    """What one sync made safe."""

    at: int
    """The clock's word for when."""
    commits: Sequence[Commit]


def log_of(path: Path) -> Path:
    """The log of this state file."""
    return path.with_name(f"{path.name}.log")


class CommitLog:
    """Open for more. A line is whole or, where a kill or a power cut came, the last and worth nothing: nobody was told of it."""

    def __init__(self, path: Path, state: str, after: int, batch: Batch) -> None:
        """A new log in the place of an old one, of the state file that holds everything up to commit `after`."""
        header = {"format": FORMAT, "mockenv": __version__, "state": state, "after": after}
        replace_whole(path, [orjson.dumps(header) + b"\n", _line(batch)])
        sync_folder(path.parent)
        self._file = path.open("ab")

    def append(self, batch: Batch) -> None:
        """Raises OSError; after that nobody knows what is in the file, so it must not be gone on with."""
        self._file.write(_line(batch))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def read_log(path: Path, state: str, through: int) -> Iterator[Batch]:
    """The batches of commits beyond `through`, for the state file of this identity. Raises StateFileError."""
    try:
        head, *lines = path.read_bytes().split(b"\n")[:-1] or [b""]
    except OSError as error:
        raise StateFileError(path, f"cannot be read ({error.strerror})") from None
    number = _check_header(path, _loaded(head), state, through)
    for at, line in enumerate(lines, 2):
        content = _loaded(line)
        if content is None and at == len(lines) + 1:
            return
        try:
            batch = _as_read(content)
        except (KeyError, TypeError, ValueError):
            raise StateFileError(path, f"is damaged in line {at}") from None
        if [commit.number for commit in batch.commits] != list(range(number + 1, number + 1 + len(batch.commits))):
            raise StateFileError(path, f"lacks commits before line {at}")
        number += len(batch.commits)
        yield Batch(batch.at, [commit for commit in batch.commits if commit.number > through])


def _check_header(path: Path, header: Any, state: str, through: int) -> int:
    try:
        format, owner, after = header["format"], header["state"], header["after"] + 0
    except (KeyError, TypeError):
        raise StateFileError(path, "is not the log of a mockenv state file") from None
    if format != FORMAT:
        raise StateFileError(path, f"has format {format!r}, this mockenv reads {FORMAT}")
    if owner != state:
        raise StateFileError(path, "belongs to another state file; move it away, or bring its own back")
    if after > through:
        raise StateFileError(path, f"begins after commit {after}, but the state file ends at {through}: that is an older one")
    return int(after)


def _line(batch: Batch) -> bytes:
    """No line at all for no commits."""
    commits = [(commit.number, commit.sandbox, commit.emptied, [_shown(one) for one in commit.changes]) for commit in batch.commits]
    return orjson.dumps({"at": batch.at, "commits": commits}) + b"\n" if commits else b""


def _shown(change: Change) -> tuple[Any, ...]:
    kind, id, row = change
    return (kind, id) if row is None else (kind, id, seq_of(row), orjson.Fragment(text_of(row)))


def _loaded(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _as_read(content: Any) -> Batch:
    commits = [
        Commit(number, sandbox, [_change(*one) for one in changes], emptied)
        for number, sandbox, emptied, changes in content["commits"]
    ]
    if any(type(commit.sandbox) is not str or type(commit.number) is not int for commit in commits):
        raise TypeError
    return Batch(content["at"] + 0, commits)


def _change(kind: str, id: str, seq: int | None = None, document: Any = None) -> Change:
    told = (type(kind), type(id), type(seq), type(document))
    if told == (str, str, type(None), type(None)):
        return kind, id, None
    if told != (str, str, int, dict):
        raise TypeError
    return kind, id, make_row(seq or 0, document)
