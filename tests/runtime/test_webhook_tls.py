"""Webhooks to https: whom the sender trusts, and by which name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from mockenv.client import Mockenv, Sandbox
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.conftest import Browser
from tests.processes import run
from tests.runtime.conftest import make_site, subscribe
from tests.runtime.receiver import receiving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mockenv]:
    """One that trusts that authority besides the usual ones."""
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    rewrite = {"hooks.example": "localhost"}
    running = ThreadedServer(Settings(port=0, log_level="warning", webhook_ca=str(file), webhook_rewrite=rewrite)).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


def certified(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def attempt(sandbox: Sandbox, url: str) -> tuple[int | None, str]:
    """The outcome of one delivery there: status, and what went wrong."""
    vector = Browser(sandbox, sandbox.headers("vector"))
    subscribe(vector, url, "vector.site.pending")
    make_site(vector)
    sandbox.advance(0)
    [delivery] = sandbox.deliveries()
    return delivery["attempts"][0]["status"], delivery["attempts"][0]["error"] or ""


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "hooks.example"])
def test_a_receiver_whose_authority_is_trusted_gets_them_by_its_name(trusting: Mockenv, authority: trustme.CA, name: str) -> None:
    with receiving(certified(authority, name), name) as receiver, trusting.sandbox(clock="manual") as sandbox:
        assert attempt(sandbox, receiver.url) == (204, "")
        assert [one.headers["Host"] for one in receiver.got] == [receiver.url.split("/")[2]]


def test_a_certificate_for_another_name_is_refused_and_nothing_is_sent(trusting: Mockenv, authority: trustme.CA) -> None:
    with receiving(certified(authority, "other.example"), "localhost") as receiver, trusting.sandbox(clock="manual") as sandbox:
        status, error = attempt(sandbox, receiver.url)
        assert (status, receiver.got) == (None, [])
        assert "certificate is not valid for 'localhost'" in error


def test_an_authority_that_nobody_named_is_refused_with_the_flag_that_helps(
    mockenv: Sandbox, trusting: Mockenv, authority: trustme.CA
) -> None:
    stranger = trustme.CA()
    with receiving(certified(stranger, "localhost"), "localhost") as receiver, trusting.sandbox(clock="manual") as sandbox:
        for world in (sandbox, mockenv):
            status, error = attempt(world, receiver.url)
            assert (status, receiver.got) == (None, [])
            assert error.endswith("; --webhook-ca FILE trusts another authority")


@pytest.mark.parametrize(
    ("content", "problem"), [("no certificate", "holds no certificate in PEM"), (None, "No such file or directory")]
)
def test_a_file_that_holds_no_certificate_stops_the_start_in_one_line(tmp_path: Path, content: str | None, problem: str) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    ended = run("serve", "--port", "0", "--webhook-ca", str(file))
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith(f"mockenv: --webhook-ca: {file}")
    assert problem in ended.stderr
