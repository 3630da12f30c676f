"""The machine in trouble: no room, no right, a second server, a stranger's log. One clear line each, and no damage."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp

import orjson
import pytest

from mockenv.errors import StateFileError
from mockenv.store.synced import SyncedStore
from mockenv.store.testing import KINDS, PLAIN, contents, writing
from mockenv.store.tinydb import TinyDBStore
from tests.conftest import Browser
from tests.edge.test_parking import until
from tests.processes import PATIENCE, Served, run, served
from tests.store.clients import SITE

NOBODY = 65_534
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets a limit for another process")


def set_room(server: Served, *, none: bool) -> None:
    """A disk that is full, as far as this process can tell: not one byte more goes into any file."""
    import resource

    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0 if none else hard, hard))


def lines_of(err: str) -> list[str]:
    return [line for line in err.splitlines() if line]


def names_in(state: Path) -> list[str]:
    return [row["document"]["name"] for row in orjson.loads(state.read_bytes()).get("vector/environment", {}).values()]


def browser_of(server: Served) -> Browser:
    default = server.mockenv.get()
    return Browser(default, default.headers("vector"))


def create(vector: Browser, name: str) -> int:
    return vector("POST", f"{SITE}/environments", {"name": name, "php_version": "8.3"}).status_code


@linux
def test_a_full_disk_stops_nobody_and_once_there_is_room_nothing_is_missing(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with served("--state", str(state), "--clock", "manual", "--log-level", "warning") as server:
        vector = browser_of(server)
        assert create(vector, "before") == 201
        until(lambda: names_in(state) == ["before"])
        set_room(server, none=True)
        whole = state.read_bytes()
        assert [create(vector, name) for name in ("a", "b")] == [201, 201]
        assert server.process.stderr is not None
        assert server.process.stderr.readline() == (
            f"ERROR mockenv.state: state file {state} cannot be written (File too large);"
            " the last whole one stays, and it will be tried again\n"
        )
        assert create(vector, "c") == 201
        assert state.read_bytes() == whole
        set_room(server, none=False)
        until(lambda: names_in(state) == ["before", "a", "b", "c"])
        vector.session.close()
        code, _, err = server.end()
        assert (code, lines_of(err)) == (
            0,
            [f"WARNING mockenv.state: state file {state} is written again; nothing is missing in it"],
        )


@linux
def test_with_state_sync_a_full_disk_acknowledges_nothing_and_all_that_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    flags = ("--state", str(state), "--state-sync", "--clock", "manual", "--log-level", "warning")
    with served(*flags) as server:
        vector = browser_of(server)
        assert create(vector, "before") == 201
        set_room(server, none=True)
        for name in ("a", "b"):
            assert create(vector, name) == 500
        reply = vector("GET", SITE)
        assert (reply.status_code, reply.json()["http_status"]) == (500, 500)
        assert "the state may be lost, its file cannot be written (File too large)" in reply.json()["message"]
        set_room(server, none=False)
        assert create(vector, "c") == 201
        assert vector("GET", SITE).status_code == 200
        vector.session.close()
        _, _, err = server.end(signal.SIGKILL)
    assert [line.partition(":")[0] for line in lines_of(err)] == ["ERROR mockenv.state", "WARNING mockenv.state"]
    with served(*flags) as server:
        kept = server.mockenv.get().resources(provider="vector", kind="environment")
        assert [one["document"]["name"] for one in kept] == ["before", "a", "b", "c"]
        assert server.end()[0] == 0
    assert names_in(state) == ["before", "a", "b", "c"]


@linux
def test_a_full_disk_at_the_end_is_exit_1_and_one_line_and_the_log_stays(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    flags = ("--state", str(state), "--state-sync", "--clock", "manual", "--log-level", "error")
    with served(*flags) as server:
        vector = browser_of(server)
        assert create(vector, "kept") == 201
        set_room(server, none=True)
        assert create(vector, "unkept") == 500
        vector.session.close()
        code, _, err = server.end()
        assert code == 1
        assert lines_of(err)[-1] == f"mockenv: state file {state}: cannot be written (File too large); it was left untouched"
        assert len(lines_of(err)) == 2
    with served(*flags) as server:
        kept = server.mockenv.get().resources(provider="vector", kind="environment")
        assert "kept" in [one["document"]["name"] for one in kept]


@contextmanager
def foreign_folder() -> Iterator[Path]:
    """A folder in which this process may not write; root takes another's place, because root may write anywhere."""
    folder, me = Path(mkdtemp()), os.geteuid()
    try:
        yield folder
    finally:
        if me == 0:
            os.seteuid(0)
        folder.chmod(0o700)
        rmtree(folder)


def lose_rights(folder: Path) -> None:
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)


posix = pytest.mark.skipif(os.name != "posix", reason="rights are another matter there")


@posix
@pytest.mark.parametrize("make", [TinyDBStore, SyncedStore])
def test_a_read_only_folder_is_refused_at_the_start(make: type[TinyDBStore]) -> None:
    with foreign_folder() as folder:
        lose_rights(folder)
        with pytest.raises(StateFileError, match=r"its folder cannot be written \(Permission denied\)"):
            make(KINDS, folder / "state.json")
        assert list(folder.iterdir()) == []


@posix
def test_a_folder_that_becomes_read_only_costs_nothing_while_the_log_is_open(caplog: pytest.LogCaptureFixture) -> None:
    with foreign_folder() as folder:
        store = SyncedStore(KINDS, folder / "state.json", flush_seconds=0.01)
        store.create("a")
        store.sync()
        lose_rights(folder)
        for number in range(3):
            with writing(store) as transaction:
                transaction.put(PLAIN, str(number), {})
            store.sync()
            assert store.is_synced()
        until(lambda: caplog.records)
        with pytest.raises(StateFileError, match=r"cannot be written \(Permission denied\)"):
            store.close()
        assert [record.getMessage().count("state.json cannot be written (Permission denied)") for record in caplog.records] == [1]
        copy = Path(mkdtemp())
        for name in ("state.json", "state.json.log"):
            copyfile(folder / name, copy / name)
        again = TinyDBStore(KINDS, copy / "state.json")
        assert list(contents(again)[PLAIN]) == ["0", "1", "2"]
        again.close()


def test_a_second_server_on_one_file_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with served("--state", str(state), "--state-sync") as server:
        second = run("serve", "--port", "0", "--state", str(state))
        text = f"mockenv: state file {state}: is in use by another mockenv; it was left untouched\n"
        assert (second.returncode, second.stdout, second.stderr) == (1, "", text)
        assert server.mockenv.health()["status"] == "ok"
        assert server.end()[0] == 0


def test_another_files_log_is_refused_in_one_line(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine.json", tmp_path / "theirs.json"
    for state in (mine, theirs):
        with served("--state", str(state), "--state-sync") as server:
            server.mockenv.sandbox(name=state.stem)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait(PATIENCE)
    log = tmp_path / "mine.json.log"
    before = log.read_bytes()
    copyfile(tmp_path / "theirs.json.log", log)
    ended = run("serve", "--port", "0", "--state", str(mine))
    text = f"mockenv: state file {log}: belongs to another state file; move it away, or bring its own back; it was left untouched\n"
    assert (ended.returncode, ended.stderr) == (1, text)
    log.write_bytes(before)
    with served("--state", str(mine)) as server:
        assert "mine" in [one["name"] for one in server.mockenv.sandboxes()]
        assert server.end()[0] == 0
    assert not log.exists()
