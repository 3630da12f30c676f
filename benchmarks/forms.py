"""Other forms of ours beside this checkout: an earlier commit, and what `make compiled` built; by the same Python, with the same packages."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

from benchmarks.servers import Server
from benchmarks.tools import HERE, Missing

BEFORE, COMPILED = "before", "compiled"
FILES = ("mockenv", "openapi", "fixtures")
BUILT = HERE.parent / "build" / "compiled"


def unpack(commit: str, folder: Path) -> None:
    """Put what serves at a commit or a tag into a folder. Raises Missing."""
    command = ["git", "archive", "--format=tar", commit, "--", *FILES]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, check=False)
    if done.returncode:
        raise Missing(f"git has no files of {commit!r}: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def built() -> Path:
    """Where the compiled form lies. Raises Missing where it is not of today's code."""
    for path in (HERE.parent / "mockenv").rglob("*.py"):
        twin = BUILT / path.relative_to(HERE.parent)
        if not twin.exists() or twin.read_bytes() != path.read_bytes():
            raise Missing("nothing is compiled of this code: `make compiled` builds it")
    return BUILT


def in_form(name: str, form: str) -> str:
    """What a row of another form is called."""
    return f"{name}, {form}"


def of_form(server: Server, form: str, folder: Path) -> Server:
    """The same server, of the files in that folder."""
    return replace(server, name=in_form(server.name, form), environ={**server.environ, "PYTHONPATH": str(folder)})
