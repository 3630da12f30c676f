"""Phase's CLI, as it is released, over the same secrets as the REST API."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.providers.phase.conftest import APP, SEALED_APP, error
from tests.providers.phase.programs.conftest import Cli

SECRETS = f"/v1/secrets/?app_id={APP}&env=development"
EXPORTED = {"PORT": "8080", "URL": "http://db:8080"}


def stored(cli: Cli, query: str = "") -> list[dict[str, Any]]:
    """What the REST API shows."""
    found: list[dict[str, Any]] = cli.phase("GET", SECRETS + query).json()
    return found


def test_what_the_cli_writes_the_api_reads(cli: Cli) -> None:
    assert "PASSWORD" in cli.create("password", "hunter2", "--path", "/db/main")
    [one] = stored(cli, "&key=password&path=/db/main")
    assert (one["key"], one["value"], one["version"], one["folder"] is None) == ("PASSWORD", "hunter2", 1, False)
    cli.secrets("update", "PASSWORD", "--path", "/db/main", "--updated-path", "/db", typed="hunter3")
    [one] = stored(cli)
    assert (one["value"], one["path"], one["version"]) == ("hunter3", "/db", 2)
    assert "Successfully deleted" in cli.secrets("delete", "PASSWORD", "--path", "/db")
    assert stored(cli) == []


def test_what_the_api_writes_the_cli_reads(cli: Cli) -> None:
    cli.phase.add_secrets(
        {"key": "TOKEN", "value": "ä\n1", "comment": "for CI", "tags": ["Prod Data"], "path": "/ci", "type": "sealed"},
        {"key": "OTHER", "value": "2", "path": "/ci"},
    )
    shown = cli.get("token", "--path", "/ci")
    assert shown["value"] == "ä\n1"
    assert (shown["comment"], shown["tags"], shown["path"]) == ("for CI", ["Prod Data"], "/ci")
    listed = cli.secrets("list", "--tags", "prod_data", "--path", "/ci", "--show")
    assert "TOKEN" in listed
    assert "OTHER" not in listed
    assert "not found" in cli.secrets("get", "token", fails=True)


def test_a_members_override_is_his_own_on_both_sides(cli: Cli) -> None:
    made = cli.phase.add_secrets({"key": "A", "value": "shared", "override": {"value": "mine", "isActive": True}})[0]
    assert cli.get("A", role="owner")["value"] == "mine"
    assert cli.get("A", role="manager")["value"] == "shared"
    cli.secrets("update", "A", "--toggle-override", role="owner")
    assert cli.get("A", role="owner")["value"] == "shared"
    cli.secrets("update", "A", "--override", typed="his\n", role="manager")
    one = cli.phase("GET", SECRETS, role="manager").json()[0]
    assert (one["id"], one["value"], one["override"]["value"]) == (made["id"], "shared", "his")


def test_a_program_runs_with_the_secrets_and_their_references(cli: Cli) -> None:
    cli.phase.add_secrets({"key": "HOST", "value": "db"}, {"key": "PORT", "value": "1", "path": "/net"})
    cli.phase.add_secrets({"key": "USER", "value": "${HOST}-admin"}, {"key": "HOST", "value": "sdb"}, env="staging")
    cli.phase.add_secrets({"key": "URL", "value": "${staging.USER}@${HOST}:${/net/PORT}"})
    told = cli.told("run", "--app-id", APP, "--env", "Development", 'echo "[$URL]"')
    assert "[sdb-admin@db:1]" in told
    assert stored(cli, "&key=URL")[0]["value"] == "sdb-admin@db:1"  # the server follows them to the same end
    assert cli("run", "--app-id", APP, "--env", "Development", "exit 7").returncode == 7


READERS: dict[str, Callable[[str], dict[str, str]]] = {
    "dotenv": lambda text: dict(line.replace('"', "").split("=", 1) for line in text.split()),
    "kv": lambda text: dict(line.split("=", 1) for line in text.split()),
    "java_properties": lambda text: dict(line.split("=", 1) for line in text.split()),
    "json": json.loads,
    "yaml": yaml.safe_load,
    "toml": tomllib.loads,
    "csv": lambda text: dict(list(csv.reader(io.StringIO(text)))[1:]),
    "xml": lambda text: {one.attrib["name"]: one.text or "" for one in ElementTree.fromstring(text)},
    "ini": lambda text: dict(line.split(" = ", 1) for line in text.splitlines()[1:]),
    "hcl": lambda text: dict(zip(text.split('"')[1::4], text.split('"')[3::4], strict=True)),
}


def test_what_was_imported_is_exported_in_every_format(cli: Cli) -> None:
    (cli.cwd / "app.env").write_text('# a comment\nport=8080\nURL="http://db:${PORT}"\n')
    assert "imported and encrypted 2 secrets" in cli.secrets("import", "app.env", "--path", "/app")
    cli.phase.add_secrets({"key": "PORT", "value": "8080"})
    for form, read in READERS.items():
        ended = cli("secrets", "export", "--app-id", APP, "--env", "dev", "--path", "/app", "--format", form)
        assert read(ended.stdout) == EXPORTED, (form, ended)


def test_an_app_that_the_server_cannot_read_is_open_to_the_cli(cli: Cli) -> None:
    sealed = f"/v1/secrets/?app_id={SEALED_APP}&env=development"
    assert "KEY" in cli.create("KEY", "behind closed doors", app=SEALED_APP, role="owner")
    assert cli.get("KEY", app=SEALED_APP, role="owner")["value"] == "behind closed doors"
    assert error(cli.phase("GET", sealed)) == (400, "SSE is not enabled for this App")
    records = f"{cli.phase.sandbox.resources()}{cli.phase.sandbox.events()}{cli.phase.sandbox.journal()}"
    assert "behind closed doors" not in records
    assert "'KEY'" not in records  # there the names are secret, too


def test_a_secret_that_is_taken_is_not_made_twice(cli: Cli) -> None:
    cli.phase.sandbox.fault({"reset": True}, operation="createEncryptedSecrets", phase="after", times=1)
    assert "Network error: Please check your connection." in cli.create("LOST", "1", fails=True)
    assert "Request failed with status code 409: Duplicate secret found" in cli.create("LOST", "1", fails=True)
    assert [one["key"] for one in stored(cli)] == ["LOST"]


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ({"reset": True}, "Network error: Please check your connection."),
        ({"truncate": True}, "Connection broken: IncompleteRead"),
        ({"status": 503}, "Request failed with status code 503: Service Unavailable"),
        ({"rate_limit": "30s"}, "Request failed with status code 429: Request was throttled. Expected available in 30 seconds."),
    ],
)
def test_trouble_on_the_way_comes_out_in_the_clis_own_words(cli: Cli, effect: dict[str, Any], words: str) -> None:
    cli.phase.sandbox.fault(effect, operation="listEncryptedSecrets", times=1)
    assert words in cli.secrets("list", fails=True)


def test_who_may_not_is_told_so_by_the_cli(strict_cli: Cli) -> None:
    cli = strict_cli
    tokens = {role: cli.variables(role)["PHASE_SERVICE_TOKEN"] for role in ("owner", "developer")}
    stranger = tokens["owner"].replace(tokens["owner"].split(":")[2], "0" * 64)
    assert "Not authorized. Token expired or deleted" in cli.secrets("list", fails=True, PHASE_SERVICE_TOKEN=stranger)
    assert "Invalid Phase user token" in cli.secrets("list", fails=True, PHASE_SERVICE_TOKEN="pss_user:v1:short")
    hidden = "The environment 'Production' either does not exist or you do not have access to it."
    assert hidden in cli.secrets("list", env="Production", fails=True, role="developer")
    assert "No application found with ID" in cli.secrets("list", app=SEALED_APP, fails=True, role="developer")
    policy = {"permissions": {}, "app_permissions": {"Secrets": ["read"]}}
    reader = cli.phase("POST", "/v1/roles/", {"name": "Reader", "permissions": policy}).json()["id"]
    cli.phase("PUT", f"/v1/members/{cli.phase.member('Developer')}/", {"role_id": reader})
    words = "Not authorized. You don't have permission to create secrets in this environment."
    assert words in cli.create("A", "1", fails=True, role="developer")


def test_a_token_can_be_logged_in_with(cli: Cli) -> None:
    token = cli.variables("service_account")["PHASE_SERVICE_TOKEN"]
    assert "Authentication successful" in cli.told("auth", "--mode", "token", typed=f"{token}\n", PHASE_SERVICE_TOKEN="")
    who = cli.told("users", "whoami", PHASE_SERVICE_TOKEN="")
    assert cli.phase.service_account() in who
    assert "Organization: Acme" in who
    assert "No secrets to display." in cli.secrets("list", PHASE_SERVICE_TOKEN="")


SHOP: dict[str, Any] = {
    "id": "shop",
    "name": "Shop",
    "environments": [
        {
            "name": "live",
            "access": ["service_account"],
            "secrets": [{"key": "PLAIN", "value": "1"}],
            "dynamic_secrets": [{"id": "dyn", "name": "database", "default_ttl": 600, "max_ttl": 900}],
        }
    ],
}


@pytest.mark.mockenv(clock={"mode": "manual", "dates": "sandbox"}, fixture={"phase": {"apps": [SHOP]}})
def test_leases_are_made_shown_renewed_revoked_and_run_out(cli: Cli) -> None:
    there = ("--app-id", "shop", "--env", "live")

    def dynamic(*words: str) -> Any:
        return json.loads(cli("dynamic-secrets", *words, *there).stdout)

    assert [one["name"] for one in dynamic("list")] == ["database"]
    [made] = dynamic("lease", "generate", "dyn", "--lease-ttl", "300")
    first = made["lease"]["id"]
    assert {one["key"] for one in made["lease"]["credentials"]} >= {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert "Updated expiry: 2026-01-24 10:37:00+00:00" in dynamic("lease", "renew", first, "120")["message"]
    refused = cli.told("dynamic-secrets", "lease", "renew", first, "999", *there, fails=True)
    assert "Request failed with status code 400: The renewal TTL would exceed" in refused
    exported = json.loads(cli.secrets("export", "--format", "json", app="shop", env="live"))
    assert exported["PLAIN"] == "1"
    assert exported["AWS_ACCESS_KEY_ID"].startswith("AKIA")
    cli.phase.sandbox.advance("421s")
    second, oldest = dynamic("lease", "get", "dyn")
    assert (oldest["id"], oldest["status"], second["status"]) == (first, "expired", "active")
    assert dynamic("lease", "revoke", second["id"]) == {"message": "Lease revoked successfully"}
    assert dynamic("lease", "get", "dyn")[0]["status"] == "revoked"
