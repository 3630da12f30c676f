"""LaunchDarkly's MCP server, over stdio: every tool of it but those for AI configs does what it says, against a sandbox."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.contract import nodejs

FLAG = {"projectKey": "projectKey", "featureFlagKey": "dark-mode"}
BODY = {
    "name": "Dark mode",
    "key": "dark-mode",
    "temporary": True,
    "tags": ["ui"],
    "variations": [{"value": True}, {"value": False}],
}
TOOLS = {
    *("list-feature-flags", "create-feature-flag", "get-feature-flag", "update-feature-flag", "delete-feature-flag"),
    *("get-flag-status-across-environments", "get-environments", "get-audit-log-entries", "get-code-references"),
}


class Client:
    """A program that speaks the protocol to a server that it has started: one JSON-RPC message a line."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self.server, self.numbers = server, count(1)
        hello = {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        self.ask("initialize", hello)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self.numbers)
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        assert self.server.stdout is not None
        for line in self.server.stdout:
            told = json.loads(line)
            if told.get("id") == number:
                return told["result"]
        raise AssertionError("the server has ended")

    def use(self, tool: str, **request: Any) -> Any:
        """What a tool says, read; raises AssertionError where it tells of an error."""
        result = self.ask("tools/call", {"name": tool, "arguments": {"request": request}})
        text = "".join(part["text"] for part in result["content"])
        assert not result.get("isError"), text
        return json.loads(text) if text else None

    def _send(self, message: dict[str, Any]) -> None:
        assert self.server.stdin is not None
        self.server.stdin.write(json.dumps(message) + "\n")
        self.server.stdin.flush()


@pytest.fixture
def mcp(mockenv: Sandbox) -> Iterator[Client]:
    """In the sandbox by its token: the server takes no address with a path."""
    folder = nodejs.packages()
    script = folder / "node_modules" / "@launchdarkly" / "mcp-server" / "bin" / "mcp-server.js"
    token = mockenv.tokens["launchdarkly"]["owner"]
    command = ["node", str(script), "start", "--server-url", mockenv.server.url, "--api-key", token, "--log-level", "error"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder) as server:
        try:
            yield Client(server)
        finally:
            server.kill()


def test_every_tool_but_those_for_ai_configs_does_what_it_says(mcp: Client, mockenv: Sandbox) -> None:
    tools = {tool["name"] for tool in mcp.ask("tools/list", {})["tools"]}
    assert {name for name in tools if "ai-config" not in name} == TOOLS
    assert [one["key"] for one in mcp.use("get-environments", projectKey="projectKey")["items"]] == ["test", "production"]
    assert mcp.use("list-feature-flags", projectKey="projectKey", env="test")["items"] == []
    assert mcp.use("create-feature-flag", projectKey="projectKey", FeatureFlagBody=BODY)["key"] == "dark-mode"
    [listed] = mcp.use("list-feature-flags", projectKey="projectKey", env="test", summary=False, tag="ui")["items"]
    assert (listed["key"], listed["environments"]["test"]["on"]) == ("dark-mode", False)
    patch = {"patch": [{"op": "replace", "path": "/environments/test/on", "value": True}], "comment": "now"}
    assert mcp.use("update-feature-flag", **FLAG, PatchWithComment=patch)["environments"]["test"]["on"] is True
    assert mcp.use("get-feature-flag", **FLAG, env="test")["environments"]["test"]["on"] is True
    assert mcp.use("get-flag-status-across-environments", **FLAG)["environments"]["test"] == {"name": "new"}
    entries = mcp.use("get-audit-log-entries", limit=5)["items"]
    assert entries[0]["comment"] == "now"
    assert mcp.use("get-code-references", projKey="projectKey", withBranches="true")["items"] == []
    assert mcp.use("delete-feature-flag", **FLAG) is None
    ld = Browser(mockenv, mockenv.headers("launchdarkly", "owner"))
    assert ld("GET", "/api/v2/flags/projectKey/dark-mode").status_code == 404
    with pytest.raises(AssertionError, match="Unknown flag key dark-mode"):
        mcp.use("get-feature-flag", **FLAG)
