"""The command as scripts and containers see it: what it prints, when it ends, and with which code."""

from __future__ import annotations

import json
import re
import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from mockenv.client import MockenvError
from mockenv.version import __version__
from tests.edge.conftest import SITE, Wire, request
from tests.edge.loads import everything_under_way
from tests.processes import run, served

LISTENING = re.compile(
    rf"mockenv {re.escape(__version__)} is listening on (http://127\.0\.0\.1:(\d+)) \(.*Vector Pro.*; control at \1/_mockenv/\)\n"
)


def test_the_start_line_and_the_port_file_tell_the_port(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with served("--port-file", str(port_file)) as server:
        found = LISTENING.fullmatch(server.first_line)
        assert found, server.first_line
        assert port_file.read_text() == f"{found[2]}\n"
        assert server.mockenv.health()["status"] == "ok"
        code, out, err = server.end()
        assert (code, out) == (0, "")
        assert err == ""  # the control plane is not logged


def test_for_machines_every_line_is_json() -> None:
    with served("--log-format", "json") as server:
        started = json.loads(server.first_line)
        assert started["event"] == "listening"
        assert started["control"] == f"{started['url']}/_mockenv/"
        assert (started["host"], started["version"]) == ("127.0.0.1", __version__)
        assert server.url == started["url"].rstrip("/") == f"http://127.0.0.1:{started['port']}"
        wire = Wire(server.url)
        wire.ask(f"GET {SITE}")
        wire.ask("GET /api/v1/vector/%0a%1b")
        wire.close()
        _, _, err = server.end()
        lines = [json.loads(line) for line in err.splitlines()]
        assert [(one["event"], one["method"], one["status"], one["sandbox"]) for one in lines] == [
            ("request", "GET", 200, "default"),
            ("unmatched", "GET", 404, "default"),
            ("request", "GET", 404, "default"),
        ]


def test_for_people_a_path_cannot_write_lines_of_its_own() -> None:
    with served() as server:
        wire = Wire(server.url)
        wire.ask("GET /api/v1/vector/%0aGET%20/forged%20%1b[31m%E2%82%AC")
        wire.close()
        _, _, err = server.end()
        path, arrow = r"/api/v1/vector/\\nGET /forged \\x1b\[31m\\u20ac", r"(→|\\u2192)"
        nobodys, request_line = err.splitlines()
        assert re.fullmatch(rf"nobody's: GET {path} {arrow} 404, no_route: .*; nearest: GET .*", nobodys), err
        assert re.fullmatch(rf"GET    {path} {arrow} 404  [\d.]+ ms", request_line), err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_within_a_second_whatever_is_open(number: int) -> None:
    with served("--clock", "manual") as server:
        idle, parked, half = Wire(server.url), Wire(server.url), Wire(server.url)
        idle.ask(f"GET {SITE}")
        parked.send(request("GET /_mockenv/sandboxes/default/wait?resource=vector/site/12345&status=gone&timeout=1h"))
        half.send("POST /api/v1/vector/sites HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf a bo")
        assert idle.ask(f"GET {SITE}").status == 200
        code, out, err = server.end(number, within=1.0)
        assert (code, out) == (0, "")
        assert "Traceback" not in err
        for wire in (idle, parked, half):
            wire.close()


def test_a_signal_in_the_midst_of_everything_ends_it_with_0() -> None:
    """Sixteen clients hammer it, replies are parked, a reader is deaf, a delivery hangs. `make soak` takes the time."""
    with served("--clock", "manual", "--log-level", "warning") as server, everything_under_way(server):
        code, out, err = server.end(within=5.0)
        assert (code, out, err) == (0, "", "")


def test_a_client_that_does_not_read_fills_no_memory_and_does_not_keep_it_from_ending() -> None:
    with served() as server:
        deaf = Wire(server.url)
        deaf.socket.settimeout(0.2)
        asked = 0
        rows = request("GET /_mockenv/documents/vector") * 100
        with suppress(TimeoutError):
            while asked < 1 << 26:
                asked += deaf.socket.send(rows)
        assert asked < 1 << 26  # the server has stopped reading, too
        code, _, err = server.end(within=1.5)
        assert (code, "Traceback" in err) == (0, False)
        deaf.close()


def test_a_log_that_nobody_reads_does_not_stop_it() -> None:
    with served() as server:
        wire = Wire(server.url)
        row = request(f"GET {SITE}") * 100
        for _ in range(25):
            wire.send(row)
            assert {wire.answer().status for _ in range(100)} == {200}
        wire.close()
        code, _, err = server.end()
        assert code == 0
        assert 500 < err.count("\n") < 2500


def test_what_is_logged_of_the_inside_does_not_stop_it_either_when_nobody_reads() -> None:
    """A poll that moves an `auto` clock is told by a logger, not by the log of requests."""
    with served("--clock", "auto") as server:
        wire = Wire(server.url)
        wire.send(request(f"GET {SITE}") * 1000)  # fills the pipe
        assert {wire.answer().status for _ in range(1000)} == {200}
        for number in range(25):
            body = b'{"name": "n%d", "php_version": "8.3"}' % number
            id = wire.ask(f"POST {SITE}/environments", "Content-Type: application/json", body=body).json["data"]["id"]
            while wire.ask(f"GET {SITE}/environments/{id}").json["data"]["status"] == "pending":
                pass
        wire.close()
        assert server.end()[0] == 0


def test_a_reader_of_the_log_that_goes_away_takes_nothing_with_it() -> None:
    with served() as server:
        assert server.process.stderr is not None
        server.process.stderr.close()
        wire = Wire(server.url)
        assert {wire.ask(f"GET {SITE}").status for _ in range(3)} == {200}
        wire.close()
        server.process.stderr = None
        assert server.end()[0] == 0


def one_line(text: str) -> str:
    assert text.startswith("mockenv: "), text
    assert text.count("\n") == 1, text
    return text


def test_a_port_in_use_is_exit_1_and_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in one_line(ended.stderr)


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--fixture", "docks"], "did you mean 'docs'"),
        (["--fixture", "/nowhere/world.yaml"], "/nowhere/world.yaml: cannot be read"),
        (["--fixture", "{file}"], "did you mean 'vector'"),
        (["--scenario", "nobody"], "scenario: 'nobody' is not known"),
        (["--state", "{file}"], "it was left untouched"),
        (["--state", "/dev/null/state.json"], "its folder cannot be written"),
        (["--state-sync"], "state-sync: wants --state FILE: without one nothing is kept"),
        (["--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid"),
        (["--host", "x" * 70], "cannot listen on"),
        (["--port-file", "/nowhere/port"], "port file /nowhere/port: cannot be written"),
        (["--option", "vektor.x=y"], "did you mean 'vector'"),
        (["--option", "vector.no_such_option=y"], "is not known"),
        (["--seed", "99999999999999999999999"], "seed: is a whole number"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_what_stops_the_start_is_exit_1_and_one_line(tmp_path: Path, flags: list[str], text: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("vektor: {}\n")
    ended = run("serve", "--port", "0", *[flag.format(file=file) for flag in flags])
    assert (ended.returncode, ended.stdout) == (1, "")
    assert text in one_line(ended.stderr)
    assert file.read_text() == "vektor: {}\n"


@pytest.mark.parametrize(
    ("arguments", "environ", "text"),
    [
        (["serve", "--port", "many"], {}, "--port"),
        (["serve", "--port", "70000"], {}, "--port"),
        (["serve", "--clock", "sundial"], {}, "--clock"),
        (["serve", "--speed", "0"], {}, "--speed"),
        (["serve", "--colour"], {}, "--colour"),
        (["serve", "--option", "x"], {}, "PROVIDER.NAME=VALUE"),
        (["serve", "--config", "/nowhere.yaml"], {}, "/nowhere.yaml: cannot be read"),
        (["serve", "--config", "{file}"], {}, "did you mean 'speed'"),
        (["serve"], {"MOCKENV_SPEED": "fast"}, "MOCKENV_SPEED"),
        (["serve"], {"MOCKENV_CHECK_REPLIES": "always"}, "MOCKENV_CHECK_REPLIES"),
        (["serf"], {}, "serf"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_wrong_usage_is_exit_2_and_names_what_is_wrong(
    tmp_path: Path, arguments: list[str], environ: dict[str, str], text: str
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("sped: 2\n")
    ended = run(*[argument.format(file=file) for argument in arguments], environ=environ)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert text in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_flag_beats_the_environment_and_that_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("seed: 1\nspeed: 2\nclock: auto\nlog-level: error\n")
    told = {"MOCKENV_SEED": "3", "MOCKENV_SPEED": "4", "MOCKENV_CONFIG": str(file), "MOCKENV_LOG_LEVEL": "info"}
    with served("--seed", "5", environ=told) as server:
        about = server.mockenv.get().about
        assert (about["seed"], about["clock"]["speed"], about["clock"]["mode"]) == (5, 4.0, "auto")


def test_health_is_0_where_a_server_answers_and_1_where_none_does() -> None:
    with served("--fixture", "empty") as server:
        ended = run("health", "--json", "--url", server.url)
        assert (ended.returncode, json.loads(ended.stdout)["status"]) == (0, "ok")
        port = server.url.rpartition(":")[2]
        assert run("health", environ={"MOCKENV_PORT": port, "MOCKENV_HOST": "0.0.0.0"}).returncode == 0
        server.end()
        ended = run("health", "--url", server.url)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "no mockenv at" in one_line(ended.stderr)


def test_what_cannot_be_saved_at_the_end_is_exit_1_and_one_line(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with served("--state", str(state)) as server:
        Path(f"{state}.tmp").mkdir()
        with pytest.raises(MockenvError):
            server.mockenv.get("nobody")
        server.mockenv.sandbox(name="a")
        code, _, err = server.end()
    assert code == 1
    assert all(line.startswith(("mockenv: ", "ERROR mockenv.state: ")) for line in err.splitlines()), err
    assert "cannot be written" in err
