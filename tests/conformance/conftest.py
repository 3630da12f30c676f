"""A service that is like mockenv but for what a test has planted, and the comparison with it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from mockenv.bootstrap import make_services
from mockenv.cli import main
from mockenv.client import Mockenv, Sandbox
from mockenv.conformance.conforming import Outcome
from mockenv.conformance.learning import Proposal
from mockenv.conformance.live import Live
from mockenv.conformance.ours import Options, Ours
from mockenv.conformance.suites import edition_of, suite_of
from mockenv.runtime.outbound import Outbound
from mockenv.settings import Settings, parse_options
from tests.recording.conftest import Upstream, answer, upstream

__all__ = ["upstream"]


@dataclass
class Answer:
    """What the service would answer, to be altered."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: Any


Alter = Callable[[Answer], object]
KEPT = ("content-type", "location", "allow", "www-authenticate", "link", "retry-after", "x-ratelimit-limit")


@dataclass
class Service:
    """Where it is, and what it was asked."""

    url: str
    sandbox: Sandbox
    asked: list[tuple[str, str]] = field(default_factory=list)


Plant = Callable[..., Service]


class There(Ours):
    """Mockenv's side on a server that runs already: one for all tests starts once. Options are the worlds' instead of the server's."""

    def __init__(self, provider: str, server: Mockenv, option: tuple[str, ...] = ()) -> None:
        super().__init__(provider, (), (), ())
        self._server, self._options = server, parse_options(option).get(provider, {})

    @contextmanager
    def world(self, server: Mockenv, options: Options, *, clock: str = "auto") -> Iterator[Sandbox]:
        with super().world(server, {**self._options, **options}, clock=clock) as sandbox:
            yield sandbox

    @contextmanager
    def running(self) -> Iterator[Mockenv]:
        yield self._server


@pytest.fixture
def plant(upstream: Upstream, strict_server: Mockenv) -> Iterator[Plant]:
    """Starts a service before a sandbox of its own; its answers are altered on their way."""
    sandboxes: list[Sandbox] = []

    def start(alter: Alter = lambda one: None, server: Mockenv = strict_server, **world: Any) -> Service:
        sandbox = server.sandbox(**{"clock": "auto", **world})
        sandboxes.append(sandbox)
        service = Service("", sandbox)
        session = requests.Session()
        session.trust_env = False

        def behave(handler: BaseHTTPRequestHandler) -> None:
            sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "content-length")}
            service.asked.append((handler.command, handler.path))
            headers["X-Mockenv-Sandbox"] = sandbox.name  # by no prefix, which a real service has not either
            got = session.request(
                handler.command, f"{server.url}{handler.path}", data=sent, headers=headers, timeout=30, allow_redirects=False
            )
            kept = {name: value for name, value in got.headers.items() if name.lower() in KEPT}
            is_json = got.headers.get("Content-Type", "").endswith("json") and got.content
            told = Answer(handler.command, handler.path, got.status_code, kept, got.json() if is_json else got.content)
            alter(told)
            raw = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            answer(handler, told.status, raw, **told.headers)

        service.url = upstream(behave)
        return service

    yield start
    for one in sandboxes:
        one.drop()


@dataclass
class Said:
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Said]


@pytest.fixture
def run() -> Iterator[Run]:
    """A verb in this process: what its start costs is paid once. The log is as it was afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def invoke(*arguments: str, environ: Mapping[str, str] | None = None) -> Said:
        done = CliRunner().invoke(main, arguments, env={"MOCKENV_UPSTREAM_TOKEN": None, **(environ or {})})
        return Said(int(done.exit_code), done.stdout, done.stderr)

    yield invoke
    root.handlers[:], root.level = before


def compared(
    service: Service,
    provider: str,
    needs: dict[str, str],
    *,
    options: tuple[str, ...] = (),
    learn: bool = False,
    only_safe: bool = False,
    role: str | None = None,
    documents: tuple[str, ...] = (),
    models: tuple[str, ...] = (),
    **budget: float,
) -> tuple[Outcome, list[Proposal]]:
    """The suite of a provider on the service and on mockenv."""
    [found] = [each for each in make_services(Settings(document=documents, model=models)) if each.name == provider]
    one = edition_of(found, options)
    suite = replace(suite_of(one), **budget)  # type: ignore[arg-type]  # two numbers
    there = Ours(provider, documents, models, options) if models else There(provider, service.sandbox.server, options)
    live = Live(suite, one, there)
    authorization = service.sandbox.headers(provider, role or suite.role or None)["Authorization"]

    async def run() -> tuple[Outcome, list[Proposal]]:
        out = Outbound()
        try:
            target = replace(live.target(service.url, authorization, needs), pace=0.0)
            outcome, proposals = await live.run(target, out, only_safe=only_safe, learn=learn, tell=lambda line: None)
            return outcome, list(proposals)
        finally:
            await out.close()

    return asyncio.run(run())
