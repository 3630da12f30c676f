"""Archie's endpoint against the audits of GraphQL over HTTP: what it must, and what it should as far as the vendor's server does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from mockenv.client import Sandbox
from tests.contract import nodejs

GQLGEN = {
    "572B": "plain JSON: 422 for what cannot be parsed, where 200 would be compatible with old clients",
    "FDE2": "plain JSON: 422 for what is not valid",
    "7B9B": "plain JSON: 422 for variables that do not fit",
    "D586": "`data: null` beside the errors of what cannot be parsed",
    "5E5B": "`data: null` beside the errors of what is not valid",
}
"""What gqlgen v0.17.84 does not do either, read from its transports: `Response` has always a `data`, and 422 is its own."""


def test_every_must_holds_and_every_should_that_the_vendors_own_server_keeps(mockenv: Sandbox, tmp_path: Path) -> None:
    folder, script = nodejs.packages(), tmp_path / "audits.mjs"
    shutil.copy(nodejs.HERE / script.name, script)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    lines = nodejs.run("node", script, f"{mockenv.url}/graphql", mockenv.tokens["archie"]["owner"], cwd=tmp_path).splitlines()
    audits = {one["id"]: one for one in map(json.loads, lines)}
    assert len(audits) == 61
    failed = {id for id, one in audits.items() if one["status"] in ("warn", "error")}
    assert failed == set(GQLGEN), [audits[id] for id in failed]
    assert not any(audits[id]["name"].startswith("MUST") for id in failed)
