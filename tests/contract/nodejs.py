"""Node's packages of tests/contract/node, installed once outside the tree; knows no document."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "node"
OLDEST = 20
INSTALL = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]


def packages() -> Path:
    """A folder with this folder's files and their packages. Skips where there is no Node, which CI must have."""
    if not _is_there():
        assert not os.environ.get("CI"), f"Node {OLDEST} or newer is not there"
        pytest.skip(f"wants Node {OLDEST} or newer, with npm")
    manifest = (HERE / "package.json").read_bytes()
    folder = (
        Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mockenv" / f"node-{sha256(manifest).hexdigest()[:16]}"
    )
    if not (folder / ".installed").exists():
        _install(folder, manifest)
    return folder


def run(*command: str | Path, cwd: Path) -> str:
    """What the program says on stdout. Raises AssertionError with all that it said where it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def tool(name: str, folder: Path) -> Path:
    return folder / "node_modules" / ".bin" / name


def _is_there() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    return int(version.lstrip("v").partition(".")[0]) >= OLDEST


def _install(folder: Path, manifest: bytes) -> None:
    """Aside, then moved: workers may come here together, and whoever comes second keeps what is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent))
    (draft / "package.json").write_bytes(manifest)
    run(*INSTALL, cwd=draft)
    (draft / ".installed").write_text(json.dumps(sorted(json.loads(manifest)["dependencies"])))
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft)
