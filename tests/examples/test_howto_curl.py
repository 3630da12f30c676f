"""From any language, with curl only

The control plane is plain HTTP with JSON. These are the commands, as they run in mockenv's own test suite; `$MOCKENV` is the
server's URL. A change (POST, PUT, PATCH) wants the header `Content-Type: application/json`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from mockenv.client import Mockenv

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def sh(script: str, server: Mockenv) -> Any:
    environment = {"PATH": os.environ["PATH"], "MOCKENV": server.url}
    done = subprocess.run(["sh", "-ec", script], env=environment, capture_output=True, text=True, timeout=20, check=True)
    return json.loads(done.stdout)


def test_a_world_for_one_test(mockenv_server: Mockenv) -> None:
    """Make a sandbox, create an environment in it, let time pass, look, and drop it."""
    made = sh(
        """
        curl -s -X POST $MOCKENV/_mockenv/sandboxes -H 'Content-Type: application/json' \\
             -d '{"name": "curl-1", "clock": {"mode": "manual"}}'
        """,
        mockenv_server,
    )
    assert made["name"] == "curl-1"
    created = sh(
        """
        curl -s -X POST $MOCKENV/_sandbox/curl-1/api/v1/vector/sites/12345/environments \\
             -H 'Authorization: Bearer any' -H 'Content-Type: application/json' \\
             -d '{"name": "staging", "php_version": "8.3"}'
        """,
        mockenv_server,
    )
    assert created["data"]["status"] == "pending"
    moved = sh(
        """
        curl -s -X POST $MOCKENV/_mockenv/sandboxes/curl-1/clock/advance -H 'Content-Type: application/json' \\
             -d '{"until": {"resource": "vector/environment/67890", "status": "active"}}'
        """,
        mockenv_server,
    )
    assert moved["reached"]
    dropped = sh("curl -s -X DELETE $MOCKENV/_mockenv/sandboxes/curl-1", mockenv_server)
    assert dropped["held"] == ["vector/environment/67890"]


def test_a_step_that_fails(mockenv_server: Mockenv) -> None:
    """Everything can be said at the start, too."""
    sh(
        """
        curl -s -X POST $MOCKENV/_mockenv/sandboxes -H 'Content-Type: application/json' -d '{
          "name": "curl-2", "clock": {"mode": "auto"},
          "faults": [{"provider": "vector", "resource": "environment", "step": "finalizing", "effect": {"fail": "no capacity"}}]}'
        """,
        mockenv_server,
    )
    sh(
        """
        curl -s -X POST $MOCKENV/api/v1/vector/sites/12345/environments -H 'X-Mockenv-Sandbox: curl-2' \\
             -H 'Authorization: Bearer any' -H 'Content-Type: application/json' -d '{"name": "staging", "php_version": "8.3"}'
        """,
        mockenv_server,
    )
    waited = sh('curl -s "$MOCKENV/_mockenv/sandboxes/curl-2/wait?resource=vector/environment/67890&status=failed"', mockenv_server)
    assert waited["reached"]
    sh("curl -s -X DELETE $MOCKENV/_mockenv/sandboxes/curl-2", mockenv_server)
