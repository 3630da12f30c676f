"""An empty project of somebody who has installed the built wheel, and pastes a page's blocks into it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.processes import environment

BY_DEFAULT = "http://127.0.0.1:6368"
"""Where the pages say that the server is."""
PATIENCE = 60.0
COMMAND = '#!/bin/sh\nexec {python} -m mockenv "$@"\n'


@dataclass
class Project:
    """`folder` is empty but for what blocks have put there; `package` holds the wheel's content, `url` is the page's server."""

    folder: Path
    package: Path
    url: str = BY_DEFAULT

    def __post_init__(self) -> None:
        self.bin = self.package / "bin"
        self.bin.mkdir(exist_ok=True)
        command = self.bin / "mockenv"
        command.write_text(COMMAND.format(python=sys.executable))
        command.chmod(0o755)

    @property
    def environ(self) -> dict[str, str]:
        found = environment({"PYTHONPATH": str(self.package), "MOCKENV_URL": self.url, "HOME": str(self.folder)})
        return {**found, "PATH": f"{self.bin}:{Path(sys.executable).parent}:{found['PATH']}"}

    def here(self, text: str) -> str:
        return text.replace(BY_DEFAULT, self.url)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(self.here(text))
        return path

    def run(self, command: Sequence[str]) -> str:
        """What it prints. Raises AssertionError with all that it said where it ends otherwise than with 0."""
        done = subprocess.run(
            command, env=self.environ, cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout
