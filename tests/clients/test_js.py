"""The JavaScript client: its types come from the control plane's document, and its own tests pass with this server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.processes import ROOT, environment

CLIENT = ROOT / "clients" / "js"
PATIENCE = 400.0
pytestmark = pytest.mark.skipif(shutil.which("npm") is None and not os.environ.get("CI"), reason="npm is not installed")


RUN = "JAVASCRIPT_CLIENT_RUN"
"""Marks in its environment whatever `npm test` starts, and what that starts."""


def npm(*words: str) -> str:
    command = f"{sys.executable} -m mockenv"
    environ = environment({"CI": "1", "NO_COLOR": "1", "MOCKENV_COMMAND": command, RUN: str(os.getpid())})
    done = subprocess.run(["npm", *words], cwd=CLIENT, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def left_running() -> list[str]:
    """What is still there of it."""
    mark = f"{RUN}={os.getpid()}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile, or somebody else's
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def is_installed() -> bool:
    """Whether what the lock file says is there already."""
    lock, installed = CLIENT / "package-lock.json", CLIENT / "node_modules" / ".package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime


def test_it_is_typed_by_the_document_passes_its_own_tests_in_three_runners_and_is_packed_whole() -> None:
    """One test, because all of it writes into the same folder."""
    if not is_installed():
        npm("ci", "--no-audit", "--no-fund")
    npm("run", "generate")
    npm("run", "types")
    said = npm("test")
    assert all(told in said for told in ("# fail 0", "3 passed (3)", "2 passed")), said
    assert left_running() == []
    packed = npm("pack", "--dry-run", "--json", "--ignore-scripts")
    for path in ("src/index.js", "src/vitest.js", "src/playwright.js", "types/index.d.ts", "generated/control.d.ts"):
        assert f'"{path}"' in packed
    assert "test/" not in packed


def test_its_lock_file_names_no_place_to_download_from() -> None:
    assert '"resolved"' not in (CLIENT / "package-lock.json").read_text()
