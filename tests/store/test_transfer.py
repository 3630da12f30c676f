"""`mockenv state`: between a state file and PostgreSQL and back everything stays what it was, and nothing is replaced unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.postgres import Cluster
from tests.processes import run, served
from tests.store.test_trouble import browser_of, create, lines_of


def content(file: Path) -> dict[str, list[Any]]:
    """A state file's rows, whatever their numbers."""
    tables = orjson.loads(file.read_bytes())
    return {
        kind: sorted(table.values(), key=lambda row: (row["sandbox"], row["seq"]))
        for kind, table in tables.items()
        if kind != "_mockenv" and table
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What a server with two sandboxes and a snapshot left."""
    path = tmp_path / "state.json"
    with served("--state", str(path), "--clock", "manual") as server:
        vector = browser_of(server)
        assert create(vector, "kept") == 201
        server.mockenv.get().snapshot("early")
        server.mockenv.get().advance("2s")
        server.mockenv.sandbox(name="other")
        vector.session.close()
        assert server.end()[0] == 0
    return path


def test_there_and_back_again_is_the_same_and_a_server_goes_on_from_either(file: Path, tmp_path: Path, postgres: Cluster) -> None:
    url, back = postgres.database(), tmp_path / "back.json"
    there = run("state", "import", str(file), url)
    assert (there.returncode, there.stderr) == (0, "")
    assert "default, other from" in there.stdout
    assert run("state", "export", url, str(back)).returncode == 0
    assert content(back) == content(file)
    headers = [orjson.loads(one.read_bytes())["_mockenv"]["1"]["at"] for one in (file, back)]
    assert headers[0] == headers[1]
    with served("--state", url) as server:
        default = server.mockenv.get()
        [one] = default.resources(provider="vector", kind="environment")
        assert (one["document"]["name"], one["document"]["provisioning_step"]) == ("kept", "deploying_application")
        default.restore("early")
        default.advance("1m")
        assert default.resources(provider="vector", kind="environment")[0]["document"]["status"] == "active"
        meanwhile = run("state", "export", url, str(tmp_path / "meanwhile.json"))
        assert meanwhile.returncode == 0
        assert server.end()[0] == 0
    assert run("state", "export", url, str(back), "--force").returncode == 0
    assert content(back) == content(tmp_path / "meanwhile.json") != content(file)


def test_nothing_is_replaced_unless_it_is_asked_for(file: Path, postgres: Cluster) -> None:
    url = postgres.database()
    assert run("state", "import", str(file), url).returncode == 0
    again = run("state", "import", str(file), url)
    assert again.returncode == 1
    assert "holds default, other; --force throws that away" in again.stderr
    before = content(file)
    onto = run("state", "export", url, str(file))
    assert (onto.returncode, onto.stderr) == (
        1,
        f"mockenv: state file {file}: exists; --force replaces it; it was left untouched\n",
    )
    assert content(file) == before
    with served("--state", url) as server:
        server.mockenv.get("other").drop()
        server.mockenv.sandbox(name="new")
        assert server.end()[0] == 0
    assert run("state", "import", str(file), url, "--force").returncode == 0
    assert sorted({name for (name,) in postgres.run(url, "SELECT sandbox FROM mockenv.record")}) == [
        "default",
        "default/early",
        "other",
    ]


def test_what_a_server_works_on_is_not_imported_into(file: Path, postgres: Cluster) -> None:
    url = postgres.database()
    with served("--state", url) as server:
        refused = run("state", "import", str(file), url, "--force")
        assert refused.returncode == 1
        assert "is in use by another mockenv" in refused.stderr
        assert server.mockenv.health()["status"] == "ok"


def test_migrate_says_what_it_made_and_then_that_there_is_nothing_to_make(postgres: Cluster) -> None:
    url = postgres.database()
    said = [run("state", "migrate", url).stdout.partition(": ")[2] for _ in range(2)]
    assert said == ["made version 1, 2\n", "is up to date at version 2\n"]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("import", "nowhere.json", "{url}"), 1, "state file nowhere.json: does not exist"),
        (("import", "nowhere.json", "other.json"), 2, "database: 'other.json' is no postgresql://…"),
        (("export", "mysql://h/d", "state.json"), 2, "mysql:// is not known"),
        (("migrate", "postgresql://u:secret@127.0.0.1:1/d"), 1, "database postgresql://u@127.0.0.1:1/d: "),
    ],
)
def test_what_cannot_be_done_is_one_line(postgres: Cluster, arguments: tuple[str, ...], code: int, text: str) -> None:
    url = postgres.url("postgres")
    ended = run("state", *(one.format(url=url) for one in arguments))
    assert (ended.returncode, ended.stdout, len(lines_of(ended.stderr))) == (code, "", 1)
    assert text in ended.stderr
    assert "secret" not in ended.stderr
