"""Where the measured programs are installed: outside the tree, pinned, once; measures nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PINS = HERE / "pins"


def cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "mockenv-tables"


def python_with(pins: str, *more: str) -> Path:
    """The interpreter of a virtual environment with what `pins/NAME.txt` names, and `more` beside it."""
    text = (PINS / f"{pins}.txt").read_text()
    home = cache() / f"{pins}-{_short(text + ' '.join(more))}"
    python = home / "bin" / "python"
    if not (home / ".ready").exists():
        _say(f"installing {pins} into {home}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(PINS / f"{pins}.txt"), *more)
        (home / ".ready").touch()
    return python


def pinned(pins: str) -> dict[str, str]:
    """Which version of what `pins/NAME.txt` names."""
    return dict(line.split("==") for line in (PINS / f"{pins}.txt").read_text().splitlines() if "==" in line)


def node_home() -> Path | None:
    """A folder with what package.json names in its node_modules; None where there is no Node."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    manifest = HERE / "package.json"
    home = cache() / f"node-{_short(manifest.read_text())}"
    if not (home / ".ready").exists():
        _say(f"installing Node packages into {home}")
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(manifest, home)
        _run("npm", "install", "--prefix", str(home), "--silent", "--no-audit", "--no-fund", "--ignore-scripts")
        (home / ".ready").touch()
    return home


def compiled(source: str, command: list[str], target: str) -> Path:
    """What `command` makes of `clients/SOURCE` in the cache, made again when the source has changed."""
    path = HERE / "clients" / source
    home = cache() / f"{path.stem}-{path.suffix[1:]}-{_short(path.read_text())}"
    if not (home / target).exists():
        home.mkdir(parents=True, exist_ok=True)
        _run(*[part.format(source=path, home=home) for part in command])
    return home


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
