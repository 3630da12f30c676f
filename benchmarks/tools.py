"""What a measurement needs from outside: commands and npm packages; set up here, or missed in one line."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
MANIFEST = HERE / "package.json"
MODULES = HERE / "node_modules"
STAMP = MODULES / ".installed"
# None of the three needs a script of its own to be installed; one of their dependencies would report home.
INSTALL = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
DEBIAN = {"wrk": "wrk", "java": "default-jre-headless", "node": "nodejs", "npm": "npm"}


class Missing(Exception):
    """One line: what is not there, and what brings it."""


def need(command: str) -> str:
    """Where a command lies. Raises Missing."""
    path = shutil.which(command)
    if path is None:
        raise Missing(f"{command} is not there; Debian's package {DEBIAN[command]} brings it")
    return path


def module(path: str) -> Path:
    """A file of the installed packages, which are installed at the first call. Raises Missing."""
    _install()
    found = sorted(MODULES.glob(path))
    if not found:
        raise Missing(f"{MODULES.name}/{path} is not there; remove benchmarks/{MODULES.name} and try again")
    return found[0]


def version(package: str) -> str:
    """The version that benchmarks/package.json pins."""
    return str(json.loads(MANIFEST.read_text())["dependencies"][package])


def _install() -> None:
    wanted = MANIFEST.read_text()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    need("npm")
    done = subprocess.run(INSTALL, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise Missing(f"npm install in benchmarks/ failed: {words[0] if words else done.returncode}")
    STAMP.write_text(wanted)
