"""Where it listens: `localhost` is two addresses, and a client may try either first."""

from __future__ import annotations

import json
import socket

import pytest

from mockenv.client import Mockenv
from mockenv.edge import listening
from mockenv.edge.listening import listen, url_of
from mockenv.errors import CannotStart
from tests.processes import run, served


def has_v6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_v6 = pytest.mark.skipif(not has_v6(), reason="this machine has no ::1")


@needs_v6
@pytest.mark.parametrize("flags", [[], ["--host", "localhost"], ["--host", "LOCALHOST"]], ids=["unsaid", "localhost", "LOCALHOST"])
def test_both_addresses_of_localhost_lead_to_it_on_one_port(flags: list[str]) -> None:
    with served(*flags, "--log-format", "json") as server:
        started = json.loads(server.first_line)
        assert (started["host"], started["addresses"]) == ("127.0.0.1", ["127.0.0.1", "::1"])
        for host in ("127.0.0.1", "[::1]", "localhost"):
            assert Mockenv(f"http://{host}:{started['port']}").health()["status"] == "ok"


@needs_v6
def test_an_address_means_that_address_only() -> None:
    with served("--host", "127.0.0.1", "--log-format", "json") as server:
        port = json.loads(server.first_line)["port"]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("::1", port), timeout=5)


@needs_v6
def test_a_port_that_somebody_has_on_one_of_the_two_is_in_use() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--port", str(port))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"mockenv: cannot listen on ::1 port {port}: Address already in use\n"


@needs_v6
def test_a_free_port_is_free_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = socket.create_server(("::1", 0), family=socket.AF_INET6)
    first = taken.getsockname()[1]
    bound, asked = listening._bound, []

    def once_the_taken_one(address: str, port: int, *, is_alone: bool) -> socket.socket:
        asked.append((address, port))
        return bound(address, first if len(asked) == 1 else port, is_alone=is_alone)

    monkeypatch.setattr(listening, "_bound", once_the_taken_one)
    listeners = listen("localhost", 0)
    try:
        ports = {one.getsockname()[1] for one in listeners}
        assert len(ports) == 1
        assert first not in ports
        assert asked[:2] == [("127.0.0.1", 0), ("::1", first)]
    finally:
        for one in (taken, *listeners):
            one.close()


def test_an_address_that_the_machine_lacks_is_told_in_one_line_and_the_other_serves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listening, "LOOPBACK", ("127.0.0.1", "2001:db8::1"))  # documentation's: nobody has it
    with caplog.at_level("INFO", "mockenv.edge"):
        listeners = listen("localhost", 0)
    try:
        assert [one.getsockname()[0] for one in listeners] == ["127.0.0.1"]
        assert url_of(listeners) == f"http://127.0.0.1:{listeners[0].getsockname()[1]}"
        [line] = caplog.messages
        assert line.startswith("not listening on 2001:db8::1: ")
    finally:
        listeners[0].close()


def test_where_neither_is_there_it_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "LOOPBACK", ("192.0.2.1", "2001:db8::1"))
    with pytest.raises(CannotStart, match=r"cannot listen on 192\.0\.2\.1 port 0: "):
        listen("localhost", 0)
