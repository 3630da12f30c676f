"""A server whose state is in PostgreSQL: killed under load it loses nothing, and while the database is gone it says so and waits.

`CRASH_ROUNDS=100 CRASH_SEED=7 make test ARGS="tests/store/test_postgres_server.py"` kills it more often.
"""

from __future__ import annotations

import random
import signal
from contextlib import closing
from pathlib import Path

import pytest

from mockenv.kernel.time.clock import Wall
from mockenv.store.postgres.store import PostgresStore
from mockenv.store.testing import contents
from tests.conftest import ROOT, Browser
from tests.edge.test_parking import until
from tests.postgres import Cluster, cluster
from tests.processes import PATIENCE, run, served
from tests.runtime.conftest import subscribe
from tests.runtime.receiver import receiving
from tests.store.clients import APP, PHASE, PROJECT, SITE, Client
from tests.store.test_killed import EVENT, ROUNDS, SEED, WORKERS, Kept, check_told, check_units, names_in, names_on, steps_kept
from tests.store.test_trouble import browser_of, create


def kept_in(url: str) -> Kept:
    """The documents of `default`, once the killed server's lease has ended."""
    with closing(PostgresStore([], url, Wall().stopwatch)) as store:
        return {kind: dict(documents) for kind, documents in contents(store, "default").items()}


def test_a_kill_under_load_takes_back_nothing_that_was_answered(postgres: Cluster) -> None:
    chance, url = random.Random(SEED), postgres.database()
    flags = ("--state", url, "--speed", "10", "--log-level", "warning")
    before: dict[str, str] = {}
    with receiving() as receiver:
        for number in range(ROUNDS):
            with served(*flags) as server:
                default = server.mockenv.get()
                if number == 0:
                    subscribe(Browser(default, default.headers("vector")), receiver.url, EVENT)
                assert names_on(default) == before
                clients = [Client(default, one, f"r{number}{one[0]}{at}") for at, one in enumerate(WORKERS)]
                for client in clients:
                    client.start()
                answers = chance.randrange(5, 300)
                until(lambda: sum(one.answered for one in clients) >= answers or any(one.wrong for one in clients))  # noqa: B023
                server.process.send_signal(signal.SIGKILL)
                for client in clients:
                    client.join(PATIENCE)
                server.process.wait(PATIENCE)
            kept = kept_in(url)
            check_units(kept)
            check_told(receiver, kept)
            found = names_in(kept)
            steps = [steps_kept(client, found) for client in clients]
            assert all(kept >= client.answered for client, kept in zip(clients, steps, strict=True))
            before = found


def test_while_the_database_is_gone_every_service_says_503_nothing_is_done_and_it_comes_back_by_itself() -> None:
    with cluster() as own:
        url = own.database()
        with served("--state", url, "--clock", "manual", "--log-level", "error") as server:
            default = server.mockenv.get()
            vector, browsers = browser_of(server), {one: Browser(default, default.headers(one)) for one in default.tokens}
            assert create(vector, "before") == 201
            assert vector("GET", "/_mockenv/ready").json() == {"ready": True}
            own.stop()
            until(lambda: vector("GET", "/_mockenv/ready").status_code == 503)
            assert create(vector, "refused") == 503
            refused = vector("GET", SITE)
            assert (refused.status_code, refused.json()["http_status"]) == (503, 503)
            assert "mockenv: the database cannot be asked" in refused.json()["message"]
            assert browsers["launchdarkly"]("GET", PROJECT).json()["message"].startswith("mockenv: the database")
            assert browsers["phase"]("GET", f"{PHASE}?app_id={APP}").status_code == 503
            assert browsers["archie"]("POST", "/graphql", {"query": "{ me { id } }"}).status_code == 503
            own_plane = vector.session.get(f"{server.url}/_mockenv/sandboxes", timeout=PATIENCE)
            assert (own_plane.status_code, own_plane.headers["Content-Type"]) == (503, "application/problem+json")
            ready = vector.session.get(f"{server.url}/_mockenv/ready", timeout=PATIENCE)
            assert (ready.json()["ready"], ready.json()["problem"].partition(":")[0]) == (False, "database postgresql")
            assert "secret" not in ready.text
            assert server.mockenv.health()["status"] == "ok"
            own.start()
            until(lambda: vector("GET", "/_mockenv/ready").status_code == 200)
            assert create(vector, "after") == 201
            names = [one["document"]["name"] for one in default.resources(provider="vector", kind="environment")]
            assert names == ["before", "after"]
            for browser in (vector, *browsers.values()):
                browser.session.close()
            code, _, err = server.end()
            assert (code, len(err.splitlines())) == (0, 1)
            assert "nothing is acknowledged until it answers" in err


def test_what_is_taken_up_is_told_without_the_password(postgres: Cluster) -> None:
    url = postgres.database()
    with served("--state", url, "--clock", "manual") as server:
        server.mockenv.sandbox(name="other")
        assert server.end()[0] == 0
    with served("--state", url, "--clock", "real") as server:
        assert server.process.stderr is not None
        line = server.process.stderr.readline()
        assert line.startswith("state: taken up from postgresql://mockenv@/test")
        assert "default, other" in line
        assert "--clock has no effect there" in line
        assert "secret" not in line
        assert server.end()[0] == 0
    with served("--state", url, "--state-fresh") as server:
        assert [one["name"] for one in server.mockenv.sandboxes()] == ["default"]


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("postgresql://nobody:secret@127.0.0.1:1/db", "database postgresql://nobody@127.0.0.1:1/db: "),
        ("mysql://localhost/db", "state: mysql:// is not known; a file, or postgresql://USER@HOST/DATABASE"),
    ],
)
def test_a_state_that_cannot_be_opened_is_exit_1_and_one_line(state: str, text: str) -> None:
    ended = run("serve", "--port", "0", "--state", state)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert text in ended.stderr
    assert "secret" not in ended.stderr


def test_without_psycopg_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('no pq wrapper available')\n")
    ended = run("serve", "--port", "0", "--state", "postgresql://h/d", environ={"PYTHONPATH": f"{tmp_path}:{ROOT}"})
    assert ended.returncode == 1
    assert ended.stderr == "mockenv: --state postgresql://… needs psycopg 3: pip install 'mockenv[postgres]'\n"


def test_nobody_waits_for_psycopg_who_does_not_ask_for_it(tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('asked for')\n")
    with served("--state", str(tmp_path / "state.json"), environ={"PYTHONPATH": f"{tmp_path}:{ROOT}"}) as server:
        assert server.mockenv.health()["status"] == "ok"
