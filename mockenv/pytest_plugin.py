"""pytest fixtures: a server per session, a fresh sandbox per test. Fixtures only; what they hand out is `mockenv.client`."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox, World
from mockenv.errors import UnknownName, check_name

if TYPE_CHECKING:
    from _pytest.config import Config

    from mockenv.sweep.tests import Watch

JOURNAL_LINES = 10
_SANDBOX = pytest.StashKey[Sandbox]()
_REPORTS = pytest.StashKey[list[dict[str, Any]]]()
_WATCH: pytest.StashKey[Watch] = pytest.StashKey()
REPEATED = "MOCKENV_SWEEP_RUN"
"""Set where a sweep runs a test again: `mockenv.sweep.tests.VARIABLE`, which is not imported for a look."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockenv")
    group.addoption("--mockenv-url", help="use the mockenv server at this URL instead of starting one")
    group.addoption("--mockenv-admin-token", help="the --admin-token of that server")
    group.addoption("--mockenv-ca", help="the file of certificates to trust there, if that URL is https")
    group.addoption("--mockenv-tls", action="store_true", help="have the server that is started speak TLS: trust `mockenv.ca`")
    group.addoption("--mockenv-report", metavar="DIR", help="write there what is wrong with the client, test by test")
    group.addoption("--mockenv-sweep", action="store_true", help="run each test again for every point at which something can fail")
    group.addoption("--mockenv-sweep-budget", metavar="DURATION", help="begin nothing more after this much time: 5m")
    group.addoption(
        "--mockenv-sweep-limit", metavar="DURATION", help="when a run has hung, if not after five clean runs and ten seconds"
    )
    group.addoption(
        "--mockenv-sweep-jobs", metavar="N", type=int, help="runs at a time; as many as the machine has cores, if left out"
    )
    group.addoption("--mockenv-sweep-only", metavar="PATTERN", action="append", default=[], help="points by their ids; repeatable")
    group.addoption("--mockenv-sweep-state", metavar="FILE", help="keep there what is found, and go on from it")
    group.addoption("--mockenv-sweep-dir", metavar="DIR", help="write the table there, as JSON and JUnit; scenario files, too")
    parser.addini(
        "mockenv_suppress", "rules of the report that are not to count, one `rule = reason` a line", "linelist", default=[]
    )
    parser.addini("mockenv_tls", "the same as --mockenv-tls", "bool", default=False)


def pytest_configure(config: Config) -> None:
    config.addinivalue_line(
        "markers",
        "mockenv(fixture, scenario, clock, seed, delays, faults, holds, options): how this test's sandbox begins",
    )
    if config.getoption("--mockenv-sweep") or REPEATED in os.environ:
        from mockenv.sweep.session import watch

        config.stash[_WATCH] = watch(config)


@pytest.fixture(scope="session")
def mockenv_server(request: pytest.FixtureRequest) -> Iterator[Mockenv]:
    """A server for the whole session: in this process on a free port, or the one at `--mockenv-url`."""
    url = request.config.getoption("--mockenv-url")
    if url:
        token, trusted = request.config.getoption("--mockenv-admin-token"), request.config.getoption("--mockenv-ca")
        with closing(Mockenv(url, token, ca=trusted)) as there:
            yield there
        return
    from mockenv.inprocess import Inside
    from mockenv.serving import ThreadedServer
    from mockenv.settings import Settings

    wants_tls = request.config.getoption("--mockenv-tls") or request.config.getini("mockenv_tls")
    settings = Settings(port=0, check_replies="log", log_level="warning", tls=("auto",) if wants_tls else ())
    if _WATCH in request.config.stash:  # which needs all that a test has asked for
        from mockenv.sweep.sweeping import JOURNAL

        settings = replace(settings, journal_size=JOURNAL)
    running = ThreadedServer(settings).start()
    try:
        with closing(Inside(running)) as here:
            yield here
    finally:
        running.stop()


@pytest.fixture
def mockenv(request: pytest.FixtureRequest, mockenv_server: Mockenv) -> Iterator[Sandbox]:
    """A fresh sandbox for this test: manual clock, a seed that follows from the test's name, gone afterwards.

    Its documents are dated alike in every run, and what leaves for those who look at their own clock (`Date`, signatures, windows,
    expiries) by the machine's: the libraries under test know no other, and would wait for months or refuse every webhook.
    """
    told: dict[str, Any] = {"clock": "manual", "seed": zlib.crc32(request.node.nodeid.encode())}
    for marker in reversed(list(request.node.iter_markers("mockenv"))):
        _check(marker)
        told |= marker.kwargs
    told["clock"] = _dated_by_the_wall(told["clock"])
    watch = request.config.stash.get(_WATCH, None)
    told = watch.world(told) if watch else told
    sandbox = _begin(mockenv_server, told)
    if watch:
        watch.begun(told, sandbox)
    request.node.stash[_SANDBOX] = sandbox
    yield sandbox
    del request.node.stash[_SANDBOX]
    try:
        _report(request, sandbox)
        if watch:
            watch.ended(request.node.nodeid, sandbox)
        else:
            mockenv_server.send("DELETE", f"sandboxes/{sandbox.name}")
    except MockenvError as error:
        if error.status != 404:  # the test may have dropped it
            raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """On failure: what the test's sandbox was asked last, and what it was still waiting for."""
    report = yield
    sandbox = item.stash.get(_SANDBOX, None)
    if sandbox is not None and report.when == "call" and report.failed:  # type: ignore[attr-defined]  # a wrapper gets the report
        report.sections.append((f"mockenv sandbox {sandbox.name}", _tell(sandbox)))  # type: ignore[attr-defined]  # as above
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With `--mockenv-report` the reports of all tests, in every format. A worker of pytest-xdist has a folder of its own."""
    reports = session.config.stash.get(_REPORTS, [])
    if not reports:
        return
    from mockenv.reports import FILES, FORMATS

    worker = getattr(session.config, "workerinput", {}).get("workerid")
    folder = Path(session.config.getoption("--mockenv-report"), worker or "")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(reports, indent=2), encoding="utf-8")
    for form, name in FILES.items():
        (folder / name).write_text(FORMATS[form](reports), encoding="utf-8")


def _report(request: pytest.FixtureRequest, sandbox: Sandbox) -> None:
    config = request.config
    if config.getoption("--mockenv-report"):
        parts = (line.partition("=") for line in config.getini("mockenv_suppress"))
        told = sandbox.report({name.strip(): reason.strip() for name, _, reason in parts})
        config.stash.setdefault(_REPORTS, []).append({"test": request.node.nodeid, **told})


def world(**told: Unpack[World]) -> pytest.MarkDecorator:
    """`@pytest.mark.mockenv(…)` with types: a type checker finds `clock="auot"` before the test runs."""
    return pytest.mark.mockenv(**told)


def _begin(server: Mockenv, told: dict[str, Any]) -> Sandbox:
    """What the server refuses is the test's own mistake: told in its words, without our insides."""
    try:
        return server.sandbox(**told)
    except MockenvError as error:
        if error.status != 422:
            raise
        pytest.fail(f"@pytest.mark.mockenv: {error.detail}", pytrace=False)


def _dated_by_the_wall(clock: Any) -> Any:
    """Whatever the marker says of the clock, unless it speaks of the dates."""
    told = {"mode": clock} if isinstance(clock, str) else {} if clock is None else clock
    return {"dates": "wall", **told} if isinstance(told, dict) else told


def _check(marker: pytest.Mark) -> None:
    """What is misspelt would begin another world than the one that was meant."""
    if marker.args:
        pytest.fail(f"@pytest.mark.mockenv takes no positional arguments: name {marker.args[0]!r}, as in scenario=…", pytrace=False)
    known = [name for name in signature(Mockenv.sandbox).parameters if name != "self"]
    for name in marker.kwargs:
        try:
            check_name(name, known, "@pytest.mark.mockenv", name)
        except UnknownName as error:
            pytest.fail(str(error), pytrace=False)


def _tell(sandbox: Sandbox) -> str:
    try:
        journal, agenda, clock = sandbox.journal(limit=JOURNAL_LINES), sandbox.agenda(), sandbox.clock()
    except (MockenvError, OSError) as error:
        return f"cannot be asked any more: {error}"
    lines = [f"clock: {clock['mode']}, {clock['now']}"]
    if journal.matching + journal.missing > len(journal):
        lines.append(f"({journal.matching + journal.missing - len(journal)} requests before these)")
    lines += [f"{one['at']}  {one['method']} {one['path']} → {one['status']}" for one in journal] or ["no requests"]
    lines += [f"pending at {one['due']}: {one['step']} of {one['resource']} ({one['state']})" for one in agenda] or [
        "nothing pending"
    ]
    return "\n".join(lines)
