"""Phase's SDKs for Python and Node, as they are released."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.providers.phase.conftest import APP, Phase
from tests.providers.phase.programs.conftest import Program

PYTHON = """
import json, os, sys
from phase import *
sdk = Phase(init=False, pss=os.environ["PHASE_SERVICE_TOKEN"], host=os.environ["PHASE_HOST"])
where = {"app_id": os.environ["PHASE_APP_ID"], "env_name": "Development", "secret_path": "/sdk"}
def show(key):
    one = sdk.get_secret(GetSecretOptions(key_to_find=key, **where))
    return one and [one.value, one.path, bool(one.overridden)]
told = [sdk.create_secrets(CreateSecretsOptions(key_value_pairs=[{"A": "1"}, {"B": "<${/sdk/A}>"}], **where))]
told.append([one.value for one in sdk.get_all_secrets(GetAllSecretsOptions(**where))])
told.append(sdk.update_secret(UpdateSecretOptions(key="A", value="2", **where)))
told.append(show("A"))
told.append(sdk.update_secret(UpdateSecretOptions(key="A", value="mine", override=True, **where)))
told.append(show("A"))
told.append(sdk.delete_secret(DeleteSecretOptions(key_to_delete="A", **where)))
told.append(show("A"))
print(json.dumps(told))
"""

NODE = """
const Phase = require("@phase.dev/phase-node");
(async () => {
  const sdk = new Phase(process.env.PHASE_SERVICE_TOKEN, process.env.PHASE_HOST);
  await sdk.init();
  const where = { appId: process.env.PHASE_APP_ID, envName: "Development" };
  const told = [sdk.apps.map((app) => [app.name, app.environments.map((one) => one.name)])];
  const made = [
    { key: "A", value: "1", comment: "hi", path: "/node", tags: ["t"] },
    { key: "B", value: "${staging.HOST}", comment: "", path: "/node" },
  ];
  await sdk.create({ ...where, secrets: made });
  let all = await sdk.get({ ...where, path: "/node" });
  told.push(all.map((one) => [one.key, one.value, one.comment, one.tags, one.version]));
  await sdk.update({ ...where, secrets: [{ id: all[0].id, value: "2", override: { value: "mine", isActive: true } }] });
  told.push((await sdk.get({ ...where, path: "/node", key: "A" })).map((one) => [one.value, one.override && one.override.isActive]));
  await sdk.delete({ ...where, secretIds: [all[1].id] });
  told.push((await sdk.get({ ...where, path: "/node" })).length);
  console.log(JSON.stringify(told));
})().catch((why) => { console.log(String(why)); process.exit(3); });
"""


@pytest.mark.parametrize("role", ["owner", "service_account", "service"])
def test_the_python_sdk_does_all_that_it_can(phase: Phase, python_bin: Path, tmp_path: Path, role: str) -> None:
    sdk = Program(phase, [str(python_bin / "python")], tmp_path)
    ended = sdk("-c", PYTHON, role=role)
    assert ended.returncode == 0, ended
    overridden = ["mine", "/sdk", True] if role == "owner" else ["2", "/sdk", False]  # programs have no values of their own
    assert json.loads(ended.stdout) == [
        "Success", ["1", "<1>"], "Success", ["2", "/sdk", False], "Success", overridden, [], None,
    ]  # fmt: skip
    [left] = phase("GET", f"/v1/secrets/?app_id={APP}&env=development").json()
    assert (left["key"], left["value"]) == ("B", "<${/sdk/A}>")


def node_told(phase: Phase, node: Path, role: str) -> tuple[int, str]:
    ended = Program(phase, ["node"], node)("-e", NODE, role=role)
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("role", ["owner", "service_account"])
def test_the_node_sdk_does_all_that_it_can(phase: Phase, node: Path, role: str) -> None:
    phase.add_secrets({"key": "HOST", "value": "db"}, env="staging")
    code, out = node_told(phase, node, role)
    assert code == 0, out
    apps, *told = json.loads(out)
    stages = ["Development", "Staging", "Production"]
    assert apps == [["My App", stages], ["Sealed App", stages]][: 2 if role == "owner" else 1]
    own: list[Any] = ["mine", True] if role == "owner" else ["2", None]
    assert told == [[["A", "1", "hi", ["t"], 1], ["B", "db", "", [], 1]], [own], 1]


def test_the_sdks_tell_of_a_token_that_is_not_known(phase: Phase, node: Path, python_bin: Path, tmp_path: Path) -> None:
    token = phase.sandbox.variables("phase")["PHASE_SERVICE_TOKEN"]
    stranger = token.replace(token.split(":")[2], "0" * 64)
    told = Program(phase, ["node"], node)("-e", NODE, PHASE_SERVICE_TOKEN=stranger)
    assert (told.returncode, told.stdout.strip()) == (3, "Error: 403: Token expired or deleted")
    told = Program(phase, [str(python_bin / "python")], tmp_path)("-c", PYTHON, PHASE_SERVICE_TOKEN=stranger)
    assert told.returncode == 1
    assert "Not authorized. Token expired or revoked." in told.stdout
