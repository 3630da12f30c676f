"""Files on which others rely: replaced whole and safely, held by one process at a time; knows no format."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from mockenv.errors import StateFileError


def replace_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Have `path` hold `pieces`. Raises OSError; then the file is what it was, and so it is if a crash comes in between.

    Each write lets go of the interpreter, so that pieces are what others wait for at most, not the whole.
    """
    draft = path.with_name(f"{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Have what was replaced here outlive a power cut: a name is on disk only when its folder is."""
    if os.name != "posix":
        return
    with suppress(OSError):  # it may not be ours to read, and network folders may not know how
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def hold(path: Path) -> IO[bytes]:
    """Hold `path` for this process, until what is returned is closed: a second server on one file is refused."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lockfile = path.with_name(f"{path.name}.lock").open("ab")
    except OSError as error:
        raise StateFileError(path, f"its folder cannot be written ({error.strerror})") from None
    try:
        import fcntl
    except ImportError:
        return lockfile  # Windows: nothing guards the file there
    try:
        fcntl.flock(lockfile, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lockfile.close()
        raise StateFileError(path, "is in use by another mockenv") from None
    return lockfile
