"""An earlier commit of ours beside today's: its files out of git, run by the same Python with the same packages."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

from benchmarks.servers import Server
from benchmarks.tools import HERE, Missing

BEFORE = "before"
FILES = ("mockenv", "openapi", "fixtures")


def unpack(commit: str, folder: Path) -> None:
    """Put what serves at a commit or a tag into a folder. Raises Missing."""
    command = ["git", "archive", "--format=tar", commit, "--", *FILES]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, check=False)
    if done.returncode:
        raise Missing(f"git has no files of {commit!r}: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def earlier(server: Server, folder: Path) -> Server:
    """The same server, of the files in that folder."""
    return replace(server, name=f"{server.name}, {BEFORE}", environ={**server.environ, "PYTHONPATH": str(folder)})
