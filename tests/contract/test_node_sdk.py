"""LaunchDarkly's SDK for Node evaluates what was made over REST, and sees a change arrive."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.contract import nodejs

FLAG = "/api/v2/flags/projectKey"


def test_the_node_sdk_evaluates_what_was_made_over_rest_and_sees_it_change(mockenv: Sandbox, tmp_path: Path) -> None:
    folder, script = nodejs.packages(), tmp_path / "sdk.mjs"
    shutil.copy(nodejs.HERE / script.name, script)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    ld = Browser(mockenv, mockenv.headers("launchdarkly", "owner"))
    assert ld("POST", FLAG, {"name": "Dark mode", "key": "dark-mode"}).status_code == 201
    key = ld("GET", "/api/v2/projects/projectKey/environments/test").json()["apiKey"]
    with subprocess.Popen(["node", script, mockenv.url, key, "dark-mode"], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as sdk:
        try:
            assert sdk.stdout is not None
            assert sdk.stdout.readline().strip() == "false"
            ld("PATCH", f"{FLAG}/dark-mode", [{"op": "replace", "path": "/environments/test/on", "value": True}])
            assert sdk.stdout.readline().strip() == "true"
            assert sdk.wait(30) == 0
        finally:
            sdk.kill()
