"""TLS: who speaks it is served by a certificate of its own authority or a given one; who does not is told, on either port."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from mockenv import trust
from mockenv.cli.serve import _key_after_certificate
from mockenv.client import Mockenv, MockenvError
from mockenv.edge import tls
from mockenv.errors import BadInput, CannotStart
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings, load_settings
from tests.edge.test_listening import needs_v6
from tests.processes import environment, run, served

SITE = "/api/v1/vector/sites/12345"
TOKEN = {"Authorization": "Bearer x"}


@pytest.fixture(scope="module")
def server() -> Iterator[Mockenv]:
    running = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning", tls=("auto",))).start()
    try:
        yield Mockenv(running.url, ca=running.ca)
    finally:
        running.stop()


@pytest.fixture(autouse=True)
def forgotten(server: Mockenv) -> None:
    server.clear_unmatched()


def knock(server: Mockenv, name: str | None = "localhost", host: str = "127.0.0.1") -> ssl.SSLSocket:
    """A TLS connection that trusts the server's authority, and checks the name."""
    plain = socket.create_connection((host, urlsplit(server.url).port or 0), timeout=10)
    return ssl.create_default_context(cafile=server.ca).wrap_socket(plain, server_hostname=name or host)


def ask(connection: ssl.SSLSocket | socket.socket, path: str = SITE, *headers: str) -> bytes:
    """All that comes until the end of the connection."""
    head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", "Authorization: Bearer x", "Connection: close", *headers])
    connection.sendall(f"{head}\r\n\r\n".encode())
    with connection.makefile("rb") as file:
        return file.read()


# Who is served


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", pytest.param("[::1]", marks=needs_v6)])
def test_an_ordinary_client_that_trusts_the_file_is_served_and_links_are_https(server: Mockenv, host: str) -> None:
    assert server.ca
    url = f"https://{host}:{urlsplit(server.url).port}"
    with requests.Session() as session:
        session.trust_env, session.verify = False, server.ca
        for _ in range(3):  # on one connection
            reply = session.get(f"{url}{SITE}/environments", headers=TOKEN, timeout=10)
            assert reply.json()["links"]["first"].startswith(f"{url}{SITE}/environments?")
        assert session.post(f"{url}{SITE}/environments", json={"name": "a" * 100_000}, headers=TOKEN, timeout=10).status_code == 422
    with server.sandbox() as sandbox:
        assert set(sandbox.about["base_urls"].values()) == {f"{server.url}/_sandbox/{sandbox.name}"}
        assert sandbox.ca == server.ca


@pytest.mark.parametrize("name", ["mockenv", "app.launchdarkly.com", "API.Phase.dev", "host.docker.internal"])
def test_whatever_name_a_client_comes_by_the_certificate_is_for_it(server: Mockenv, name: str) -> None:
    with knock(server, name) as connection:
        assert connection.selected_alpn_protocol() is None
        assert ask(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("name", ["a_b", "-", "xn--a"])
def test_a_name_that_no_certificate_can_have_gets_the_usual_one(server: Mockenv, name: str) -> None:
    context = ssl.create_default_context(cafile=server.ca)
    context.check_hostname = False
    plain = socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10)
    with context.wrap_socket(plain, server_hostname=name) as connection:
        shown = connection.getpeercert()
    assert shown
    assert ("DNS", "localhost") in shown["subjectAltName"]


def test_a_client_that_offers_http2_is_answered_by_http1(server: Mockenv) -> None:
    context = ssl.create_default_context(cafile=server.ca)
    context.set_alpn_protocols(["h2", "http/1.1"])
    plain = socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10)
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"


def test_more_names_than_are_kept_cost_no_more_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "KEPT", 3)
    authority = tls.OwnAuthority()
    contexts = [authority.context(f"10.0.0.{number}") for number in range(10)]
    assert (len(set(contexts)), contexts[0], contexts[9]) == (3, authority.context("10.0.0.0"), contexts[0])


# Who is told


def test_a_client_that_does_not_trust_us_is_told_of_with_the_reason(server: Mockenv) -> None:
    plain = socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10)
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
    plain.close()
    [told] = _until_told(server)
    assert (told["why"], told["status"], told["method"], told["path"]) == ("handshake", 0, None, None)
    assert told["detail"] == "no TLS connection came about: tlsv1 alert unknown ca (the client does not trust the certificate)"


def test_a_request_without_tls_gets_an_answer_that_says_so(server: Mockenv) -> None:
    port = urlsplit(server.url).port
    reply = requests.post(f"http://127.0.0.1:{port}{SITE}?token=secret", data=b"x" * 300_000, timeout=10)
    assert (reply.status_code, reply.text) == (400, "This port speaks TLS: ask for https://.\n")
    [told] = server.unmatched()
    assert (told["why"], told["status"], told["method"], told["path"]) == ("plain", 400, "POST", SITE)
    with pytest.raises(MockenvError, match="This port speaks TLS"):
        Mockenv(f"http://127.0.0.1:{port}").health()


@pytest.mark.parametrize("sent", [b"\x00\x01\x02", b"\r\n", b"\xff" * 70_000])
def test_what_is_neither_tls_nor_http_gets_the_same_end(server: Mockenv, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as file:
            assert file.read().startswith(b"HTTP/1.1 400 ")
    assert [one["why"] for one in server.unmatched()] == ["plain"]


def test_a_hello_without_an_end_harms_nobody(server: Mockenv) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01")
        assert server.health()["status"] == "ok"
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10) as connection:
        connection.sendall(b"\x16\x03\x01\x00\x05hello")
        with connection.makefile("rb") as file:
            assert file.read(1) in (b"\x15", b"")  # an alert
    assert [one["why"] for one in _until_told(server)] == ["handshake"]


def test_a_tls_client_at_a_port_without_it_fails_at_once_and_is_told_in_the_log() -> None:
    with served() as plain:
        with pytest.raises(ConnectionError, match="it does not speak TLS there"):
            Mockenv(plain.url.replace("http:", "https:")).health()
        [told] = plain.mockenv.unmatched(why="tls")
        assert told["detail"] == "a TLS client speaks to a port without TLS: ask for http://, or start it with --tls"
        assert "nobody's: bytes → 400, tls: a TLS client speaks to a port without TLS" in plain.end()[2]


def test_a_verb_that_does_not_trust_the_server_says_how_it_would(server: Mockenv) -> None:
    with pytest.raises(
        ConnectionError, match=r"its certificate is not trusted \(.*\); say what to trust with ca=… \(--tls-ca FILE\)"
    ):
        Mockenv(server.url).health()
    with pytest.raises(ConnectionError, match=r"no certificates to trust in /nowhere\.pem: No such file"):
        Mockenv(server.url, ca="/nowhere.pem").health()


def _until_told(server: Mockenv) -> list[dict[str, object]]:
    """The handshake's end comes a moment after the client's."""
    for _ in range(1_000):
        if found := server.unmatched():
            return found
    raise AssertionError("nobody was told of")


# Faults and waiting, within TLS


@pytest.mark.parametrize("effect", ["empty", "truncate", "garbage"])
def test_what_is_done_to_the_bytes_of_a_reply_is_done_within_tls(server: Mockenv, effect: str) -> None:
    with server.sandbox(clock="manual") as sandbox, knock(server) as connection:
        whole = ask(connection, f"/_sandbox/{sandbox.name}{SITE}")
        sandbox.fault({effect: True}, provider="vector")
        with knock(server) as other:
            got = ask(other, f"/_sandbox/{sandbox.name}{SITE}")
        if effect == "truncate":
            assert len(whole) / 2 < len(got) < len(whole)
            assert got.startswith(b"HTTP/1.1 200 ")
        else:
            assert (len(got) > 0, b"HTTP/1.1" in got) == (effect == "garbage", False)


def test_a_reset_is_one_of_the_connection_below_tls(server: Mockenv) -> None:
    """Python's own TLS tells it as an end without a goodbye: what came is looked at below it."""
    with server.sandbox(clock="manual") as sandbox, knock(server) as connection:
        sandbox.fault({"reset": True}, provider="vector")
        connection.sendall(f"GET /_sandbox/{sandbox.name}{SITE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n".encode())
        with socket.socket(fileno=os.dup(connection.fileno())) as below:
            below.settimeout(10)
            with pytest.raises(ConnectionResetError):
                list(iter(lambda: below.recv(1_000), b""))


def test_an_answer_that_waits_comes_over_tls_too(server: Mockenv) -> None:
    with server.sandbox(clock="manual") as sandbox:
        sandbox.fault({"delay": "50ms"}, provider="vector", times=1)
        with knock(server) as connection:
            assert ask(connection, f"/_sandbox/{sandbox.name}{SITE}").startswith(b"HTTP/1.1 200 ")


def test_requests_in_a_row_are_answered_in_a_row(server: Mockenv) -> None:
    with knock(server) as connection:
        connection.sendall(b"GET /_mockenv/ready HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
        answer = ask(connection, "/_mockenv/health")
    assert (answer.count(b'{"ready":true}'), answer.count(b'"status":"ok"')) == (50, 1)


def test_a_request_that_cannot_be_read_gets_its_refusal_whole(server: Mockenv) -> None:
    with knock(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n")
        with connection.makefile("rb") as file:
            assert file.read().startswith(b"HTTP/1.1 431 ")


def test_a_rule_for_fresh_connections_ends_the_kept_ones(server: Mockenv) -> None:
    with server.sandbox(clock="manual") as sandbox, knock(server) as kept:
        path = f"/_sandbox/{sandbox.name}{SITE}"
        kept.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n".encode())
        assert kept.recv(12) == b"HTTP/1.1 200"
        sandbox.fault({"status": 503}, provider="vector", connection="fresh")
        with kept.makefile("rb") as file:
            file.read()  # until its end
        with knock(server) as fresh:
            assert ask(fresh, path).startswith(b"HTTP/1.1 503 ")


# Its own process: starting, stopping, and what others find


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a server's own authority leaves its certificate, unless told otherwise."""
    return tmp_path_factory.mktemp("tmp")


def test_a_verb_in_another_shell_finds_what_to_trust_and_the_file_goes_with_the_server(folder: Path) -> None:
    temporary = {"TMPDIR": str(folder)}
    with served("--tls", "auto", "--log-format", "json", environ=temporary) as server:
        started = json.loads(server.first_line)
        ca = Path(started["ca"])
        assert ca.read_text().startswith("-----BEGIN CERTIFICATE-----")
        assert (ca.parent.stat().st_mode & 0o777, "PRIVATE" in ca.read_text()) == (0o700, False)
        assert [one.name for one in ca.parent.iterdir()] == [ca.name]
        port = {**temporary, "MOCKENV_PORT": str(started["port"])}
        for environ in (port, {**port, "MOCKENV_TLS": "auto"}, {**port, "MOCKENV_TLS_CA": str(ca)}):
            assert run("health", environ=environ).stdout == f"{server.url}: ok\n"
        variables = json.loads(run("env", "vector", "--format", "json", environ=port).stdout)
        assert variables["VECTOR_API_URL"] == f"{server.url}/_sandbox/default"
        assert server.end()[0] == 0
    assert not ca.exists()
    assert (
        run("health", environ=port).stderr == f"mockenv: no mockenv at {server.url.replace('https', 'http')}: Connection refused\n"
    )


def test_the_variables_that_are_printed_are_all_that_programs_need(folder: Path) -> None:
    with served("--tls", "auto", "--tls-ca", str(folder / "mine.pem")) as server:
        told = run("env", "vector", "--format", "json", "--url", server.url, "--tls-ca", str(folder / "mine.pem"))
        variables = json.loads(told.stdout)
        assert variables["SSL_CERT_FILE"] == str(folder / "mine.pem")
        program = (
            "import os, requests, urllib.request as u; url = os.environ['VECTOR_API_URL'] + '/_mockenv/health';"
            "print(requests.get(url, timeout=10).status_code, u.urlopen(url).status)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment(variables), capture_output=True, text=True, timeout=20, check=True
        )
        assert done.stdout == "200 200\n"
        server.end()
    assert (folder / "mine.pem").exists()  # whoever named it has it


def test_the_start_says_in_a_line_what_to_trust(folder: Path) -> None:
    with served("--tls", "auto", "--tls-ca", str(folder / "told.pem")) as server:
        assert server.first_line.startswith(f"mockenv 0.1.0 is listening on https://127.0.0.1:{urlsplit(server.url).port} (")
        assert server.end()[2].startswith(f"TLS by an authority of its own: have clients trust {folder / 'told.pem'}\n")


def test_a_start_without_tls_clears_away_what_a_killed_server_left(folder: Path) -> None:
    temporary = {"TMPDIR": str(folder)}
    with served("--tls", "auto", "--log-format", "json", environ=temporary) as killed:
        started = json.loads(killed.first_line)
        killed.end(signal.SIGKILL)
    assert Path(started["ca"]).exists()
    with served("--port", str(started["port"]), environ=temporary):
        assert not Path(started["ca"]).exists()
        assert run("health", environ={**temporary, "MOCKENV_PORT": str(started["port"])}).returncode == 0


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give files away")
def test_a_folder_that_is_somebody_elses_is_neither_written_nor_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    theirs = trust.usual_ca(1).parent
    theirs.mkdir(exist_ok=True)
    os.chown(theirs, 12345, 12345)
    (theirs / "ca-1.pem").write_text("theirs")
    try:
        assert trust.found_ca(1) is None
        with pytest.raises(CannotStart, match="is somebody else's: say with --tls-ca FILE"):
            trust.write_ca(trust.usual_ca(2), b"x")
        assert not trust.usual_ca(2).exists()
    finally:
        os.chown(theirs, 0, 0)


def test_it_ends_within_a_second_whatever_is_open(folder: Path) -> None:
    with served("--tls", "auto", "--clock", "manual", "--tls-ca", str(folder / "end.pem")) as process, ExitStack() as stack:
        server = Mockenv(process.url, ca=folder / "end.pem")
        silent = stack.enter_context(socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10))
        begun = stack.enter_context(socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=10))
        begun.sendall(b"\x16\x03\x01\x02\x00")
        kept, waiting = stack.enter_context(knock(server)), stack.enter_context(knock(server))
        kept.sendall(b"GET /_mockenv/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert kept.recv(12) == b"HTTP/1.1 200"
        path = "/_mockenv/sandboxes/default/wait?resource=vector/site/12345&status=gone&timeout=60s"
        waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert server.health()["status"] == "ok"  # by now the others have come in
        code, _, rest = process.end(within=2)
        assert (code, "Traceback" in rest, "ERROR" in rest) == (0, False, False)
        assert silent.recv(1) == b""


# A certificate that was given


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Certificate, key, and what to trust."""
    authority = trustme.CA()
    made = authority.issue_cert("mock.example")
    certificate, key, ca = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    for blob in made.cert_chain_pems:
        blob.write_to_path(certificate, append=True)
    made.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(ca)
    return certificate, key, ca


@pytest.mark.parametrize("way", ["two words", "variable", "file"])
def test_a_given_certificate_is_shown_however_it_was_given(given: tuple[Path, Path, Path], way: str, tmp_path: Path) -> None:
    certificate, key, ca = given
    config = tmp_path / "mockenv.yaml"
    config.write_text(json.dumps({"tls": [str(certificate), str(key)]}))
    flags: dict[str, list[str]] = {
        "two words": ["--tls", str(certificate), str(key), "--clock", "manual"],
        "file": ["--config", str(config)],
    }
    environ = {"MOCKENV_TLS": f"{certificate}, {key}"} if way == "variable" else {}
    with served(*flags.get(way, []), environ=environ) as server:
        with knock(Mockenv(server.url, ca=ca), "mock.example") as connection:
            assert ask(connection, "/_mockenv/health").startswith(b"HTTP/1.1 200 ")
        port = {"MOCKENV_PORT": server.url.rpartition(":")[2], **environ}
        if way == "variable":  # a container's health check, which comes by 127.0.0.1
            assert run("health", environ=port).stdout == f"{server.url}: ok\n"
        else:
            assert "This port speaks TLS" in run("health", environ=port).stderr


def test_one_file_may_hold_both(given: tuple[Path, Path, Path], tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text(given[1].read_text() + given[0].read_text())
    running = ThreadedServer(Settings(port=0, log_level="warning", tls=(str(both),))).start()
    try:
        with knock(Mockenv(running.url, ca=given[2]), "mock.example") as connection:
            assert ask(connection, "/_mockenv/health").startswith(b"HTTP/1.1 200 ")
    finally:
        running.stop()


def test_a_flag_that_takes_one_word_or_two_leaves_the_others_alone() -> None:
    for words in (
        ["--tls", "auto", "--port", "1"],
        ["--tls=auto", "x"],
        ["--tls", "c", "--clock", "auto"],
        ["--tls"],
        ["--port", "1"],
    ):
        assert _key_after_certificate(words) == words
    for words in (["--tls", "c", "k"], ["--tls=c", "k"], ["--tls", "c", "--tls", "k"]):
        assert "--tls" in _key_after_certificate(words)
    assert _key_after_certificate(["--tls", "c", "k", "--port", "1"]) == ["--tls", "c", "--tls", "k", "--port", "1"]


def test_what_cannot_be_shown_stops_the_start_in_one_line(given: tuple[Path, Path, Path], tmp_path: Path) -> None:
    certificate, key, ca = given
    other = tmp_path / "other.pem"
    trustme.CA().issue_cert("x").private_key_pem.write_to_path(other)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        load_pem_private_key(key.read_bytes(), None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
        )
    )
    for flags, problem in {
        (str(certificate), "/nowhere.pem"): "--tls: /nowhere.pem: No such file or directory",
        (str(certificate), str(other)): f"--tls: {certificate} and {other}: the key is not the certificate's",
        (str(certificate), str(locked)): f"{locked}: no certificate with its key, or the key is encrypted",
        (str(ca),): f"--tls: {ca}: no certificate with its key, or the key is encrypted",
    }.items():
        with pytest.raises(CannotStart) as refused:
            ThreadedServer(Settings(port=0, tls=flags))
        assert problem in str(refused.value)
    ended = run("serve", "--port", "0", "--tls", "aut")
    assert (ended.returncode, ended.stderr) == (1, "mockenv: --tls: aut: No such file or directory; did you mean auto?\n")
    assert run("serve", "--port", "0", "--tls", "a", "b", "c").returncode == 2
    with pytest.raises(BadInput, match="--tls"):
        load_settings({"tls": ("a", "b", "c")}, {})


def test_without_the_extra_auto_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(CannotStart, match=r"--tls auto wants trustme: install mockenv\[tls\]"):
        ThreadedServer(Settings(port=0, tls=("auto",)))


def test_one_word_of_a_list_may_stand_alone_in_the_file() -> None:
    assert load_settings({}, {}, {"tls": "auto", "allow-host": "a"}).tls == ("auto",)


def test_a_machine_without_a_place_for_temporary_files_serves_and_with_tls_asks_for_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError("No usable temporary directory")

    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    ThreadedServer(Settings(port=0, log_level="warning")).start().stop()
    with pytest.raises(CannotStart, match="no place for temporary files: say with --tls-ca FILE"):
        ThreadedServer(Settings(port=0, tls=("auto",)))
