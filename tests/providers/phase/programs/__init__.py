"""Phase's own programs, pinned, each where its dependencies disturb nobody; installed once for all runs in this checkout."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
PINNED = ("phase-cli==1.21.3", "phase-dev==2.1.2")
PATIENCE = 60.0
"""Real seconds after which a program counts as hanging."""


def python_programs() -> Path:
    """The directory of a virtual environment's programs that has the CLI and the Python SDK."""
    constraints = HERE / "constraints.txt"

    def install(into: Path) -> None:
        venv.create(into, with_pip=True)
        pip = [str(into / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--constraint", str(constraints), *PINNED], check=True)

    return _installed("phase-python", [*PINNED, constraints.read_text()], install) / "bin"


def node_programs() -> Path | None:
    """A directory in which Node finds the SDK; None where there is no Node."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    package = HERE / "package.json"

    def install(into: Path) -> None:
        into.mkdir()
        shutil.copy(package, into)
        quiet = ["--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        subprocess.run(["npm", "install", *quiet], cwd=into, check=True)

    return _installed("phase-node", [package.read_text()], install)


def run(command: list[str], environ: Mapping[str, str], cwd: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    """A program with nothing of this machine's user in sight and no terminal: what it asks for is typed on its standard input."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LANG": "C.UTF-8", "COLUMNS": "300"}
    kept |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "NO_PROXY": "*"}
    return subprocess.run(
        command,
        env=kept | dict(environ),
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        start_new_session=True,
    )


def _installed(name: str, pins: list[str], install: object) -> Path:
    """What `install` makes of these pins, made now if it is not there; workers beside wait for it."""
    assert callable(install)
    told = sha256("\n".join([sys.version, *pins]).encode()).hexdigest()[:12]
    home = ROOT / ".venv" / "programs"
    home.mkdir(parents=True, exist_ok=True)
    target = home / f"{name}-{told}"
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / ".complete").exists():
            shutil.rmtree(target, ignore_errors=True)
            install(target)
            (target / ".complete").touch()
    return target
