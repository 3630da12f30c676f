"""A recorder passes everything on as it is, keeps both sides, and says in one line what is wrong."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import trustme

from mockenv.client import Sandbox
from mockenv.errors import CannotStart
from mockenv.recording import file, proxy
from mockenv.recording.exchange import Body
from mockenv.recording.file import RecordingFile, read_recording
from tests.processes import ROOT, environment, run
from tests.recording.conftest import Record, Upstream, answer


def ask(method: str, url: str, **more: object) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=30, allow_redirects=False, **more)  # type: ignore[arg-type]


def test_what_goes_through_is_kept_in_order_and_named(record: Record, mockenv: Sandbox) -> None:
    recorded = record(mockenv.url)
    headers = mockenv.headers("vector")
    made = ask(
        "POST", f"{recorded.url}/api/v1/vector/sites", json={"partner_customer_id": "c", "dev_php_version": "8.3"}, headers=headers
    )
    ask("GET", f"{recorded.url}/api/v1/vector/sites/{made.json()['data']['id']}?x=1", headers=headers)
    first, second = recorded.exchanges()
    assert [(one.number, one.operation, one.answered.status) for one in (first, second)] == [
        (1, "createSite", 201),
        (2, "getSite", 200),
    ]
    assert first.asked.body == Body("body", {"partner_customer_id": "c", "dev_php_version": "8.3"})
    assert first.answered.json == made.json()
    assert (second.asked.path, second.asked.query) == (f"/api/v1/vector/sites/{made.json()['data']['id']}", "x=1")
    assert second.asked.header("authorization") == "Bearer REDACTED_1"
    assert headers["Authorization"].split()[1] not in recorded.path.read_text()


def test_the_file_is_whole_after_every_exchange(record: Record, mockenv: Sandbox) -> None:
    recorded = record(mockenv.url)
    for count in (1, 2, 3):
        ask("GET", f"{recorded.url}/health/")
        assert len(read_recording(recorded.path).exchanges) == count


def test_a_file_that_is_full_takes_no_more_and_says_how_much_it_lacks(
    record: Record, mockenv: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = record(mockenv.url)
    assert ask("GET", f"{recorded.url}/health/").status_code == 200
    monkeypatch.setattr(file, "MAX_BYTES", recorded.path.stat().st_size)
    assert ask("GET", f"{recorded.url}/health/").status_code == 200
    assert (len(recorded.exchanges()), recorded.recorder.missed) == (1, 1)


def test_bodies_and_headers_pass_unchanged(record: Record, upstream: Upstream) -> None:
    seen: list[tuple[str, str, bytes, str | None]] = []

    def behave(handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        seen.append((handler.command, handler.path, raw, handler.headers.get("X-Own")))
        answer(handler, 207, bytes(range(256)), X_Reply="kept", Content_Type="application/octet-stream")

    recorded = record(upstream(behave))
    got = ask("PROPFIND", f"{recorded.url}/a%2Fb?q=%20x", data=b"\x00\xff", headers={"X-Own": "1"})
    assert seen == [("PROPFIND", "/a%2Fb?q=%20x", b"\x00\xff", "1")]
    assert (got.status_code, got.content, got.headers["X-Reply"]) == (207, bytes(range(256)), "kept")
    [one] = recorded.exchanges()
    assert one.answered.body is not None
    assert (one.asked.target, one.answered.body.content(), one.answered.body.form) == ("/a%2Fb?q=%20x", bytes(range(256)), "base64")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body_stay_without(record: Record, upstream: Upstream, method: str, status: int) -> None:
    recorded = record(upstream(lambda handler: answer(handler, status)))
    assert (ask(method, recorded.url + "/").status_code, ask(method, recorded.url + "/").content) == (status, b"")
    assert [one.answered.body for one in recorded.exchanges()] == [None, None]


def test_a_redirect_leads_to_the_recorder_again_and_is_followed_by_nobody_else(record: Record, upstream: Upstream) -> None:
    here: list[str] = []
    here.append(upstream(lambda handler: answer(handler, 302, Location=f"{here[0]}/there")))
    recorded = record(here[0])
    assert ask("GET", f"{recorded.url}/here").headers["Location"] == f"{recorded.url}/there"
    [one] = recorded.exchanges()
    assert one.answered.header("location") == f"{here[0]}/there"


def test_a_long_answer_reaches_its_client_whole_and_the_recording_in_part(
    record: Record, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "KEPT", 10)
    recorded = record(upstream(lambda handler: answer(handler, 200, b"x" * 5_000, Content_Type="text/plain")))
    assert ask("GET", f"{recorded.url}/").content == b"x" * 5_000
    [one] = recorded.exchanges()
    assert (one.answered.is_cut, one.answered.body) == (True, Body("text", "x" * 10))


def test_an_answer_that_goes_on_comes_as_it_is_made_and_ends_with_its_client(record: Record, upstream: Upstream) -> None:
    left, go_on = threading.Event(), threading.Event()

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            while not left.is_set():
                handler.wfile.write(b"data: 1\n\n")
                handler.wfile.flush()
                go_on.wait(0.01)
        except OSError:
            left.set()

    recorded = record(upstream(behave))
    with requests.get(f"{recorded.url}/stream", stream=True, timeout=10) as stream:
        assert next(stream.iter_content(9)) == b"data: 1\n\n"
    assert left.wait(10)  # the service knows that nobody listens any more
    while not recorded.said:
        go_on.wait(0.01)
    [one] = recorded.exchanges()
    assert one.answered.is_cut


def test_who_is_not_there_is_said_in_one_line_and_not_recorded(record: Record) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        recorded = record(f"http://127.0.0.1:{taken.getsockname()[1]}")
        refused = ask("GET", f"{recorded.url}/x")
    assert (refused.status_code, refused.headers["Content-Type"]) == (502, "application/problem+json")
    assert recorded.exchanges() == []
    [line] = recorded.said
    assert line.startswith("1 GET /x: not answered: ConnectError")


def test_a_service_that_does_not_answer_is_given_up(record: Record, upstream: Upstream) -> None:
    enough = threading.Event()
    recorded = record(upstream(lambda handler: answer(handler, 200) if enough.wait(10) else None), seconds=0.05)
    refused = ask("GET", f"{recorded.url}/x")
    enough.set()
    assert (refused.status_code, refused.json()["detail"]) == (504, "no answer within 0.05 s")


def test_a_service_by_tls_is_asked_by_its_name_and_only_where_it_is_trusted(
    record: Record, upstream: Upstream, tmp_path: Path
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    url = upstream(lambda handler: answer(handler, 200, b"{}", X_Host=handler.headers["Host"]), context)
    strange = ask("GET", f"{record(url).url}/")
    assert strange.status_code == 502
    assert strange.json()["detail"].endswith("; --upstream-ca FILE trusts another authority")
    (tmp_path / "recording.yaml").unlink()
    trusted = ask("GET", f"{record(url, ca=str(tmp_path / 'ca.pem')).url}/")
    assert (trusted.status_code, trusted.headers["X-Host"]) == (200, url.removeprefix("https://"))


def test_a_metadata_address_is_never_asked(record: Record) -> None:
    refused = ask("GET", f"{record('http://169.254.169.254').url}/latest/meta-data/")
    assert refused.status_code == 502
    assert "nothing is ever sent" in refused.json()["detail"]


def test_a_name_that_was_rebound_to_this_machine_is_turned_away(record: Record, mockenv: Sandbox) -> None:
    recorded = record(mockenv.url)
    assert ask("GET", f"{recorded.url}/health/", headers={"Host": "evil.example"}).status_code == 403
    assert recorded.exchanges() == []


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    there = tmp_path / "r.yaml"
    there.write_text("mine")
    with pytest.raises(CannotStart, match="is there already"):
        RecordingFile(there, "http://x", None)
    assert there.read_text() == "mine"


@pytest.mark.parametrize(
    ("upstream", "problem"),
    [
        ("ftp://x", "'ftp://x' is no address such as https://api.example.com"),
        ("api.example.com", "'api.example.com' is no address such as https://api.example.com"),
        ("https://me:secret@example.com", "holds a user or a password: clients bring their own credentials"),
        ("https://example.com/?x=1", "'https://example.com/?x=1': a base URL ends with its path"),
    ],
)
def test_an_upstream_that_is_none_is_said_so(upstream: str, problem: str) -> None:
    said = run("record", "--upstream", upstream)
    assert (said.returncode, said.stderr) == (2, f"mockenv: --upstream: {problem}\n")


def test_a_service_that_nobody_knows_is_told_the_nearest(tmp_path: Path) -> None:
    said = run("record", "--upstream", "http://127.0.0.1:1", "--provider", "fase", "-o", str(tmp_path / "r.yaml"))
    assert (said.returncode, said.stderr) == (2, "mockenv: --provider: 'fase' is not known; did you mean 'phase'?\n")


def test_a_command_finds_the_recorder_and_gives_its_exit_code(tmp_path: Path, mockenv: Sandbox) -> None:
    path = tmp_path / "r.yaml"
    script = "import os, urllib.request as u; u.urlopen(os.environ['MOCKENV_RECORDER_URL'] + '/health/', timeout=10); raise SystemExit(7)"
    said = run("record", "--upstream", mockenv.url, "--port", "0", "-o", str(path), "--", sys.executable, "-c", script)
    assert said.returncode == 7, said.stderr
    assert [one.operation for one in read_recording(path).exchanges] == ["getHealth"]


def test_it_ends_with_a_signal_and_what_it_has_seen_is_there(tmp_path: Path, mockenv: Sandbox) -> None:
    path = tmp_path / "r.yaml"
    command = [sys.executable, "-m", "mockenv", "record", "--upstream", mockenv.url, "--port", "0", "-o", str(path)]
    with subprocess.Popen(command, env=environment(), cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            url = next(word for word in process.stderr.readline().split() if urlsplit(word).scheme == "http")
            ask("GET", f"{url}/health/")
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert [one.operation for one in read_recording(path).exchanges] == ["getHealth"]
