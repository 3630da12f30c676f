"""`pytest --mockenv-sweep`: what the session's tests have told is swept when they are through; judges and runs nothing itself."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mockenv.errors import BadInput
from mockenv.kernel.time.clock import Wall
from mockenv.sweep.points import is_chosen
from mockenv.sweep.processes import Processes
from mockenv.sweep.state import State
from mockenv.sweep.sweeping import JOURNAL, Bounds, Job, seconds_of, sweep
from mockenv.sweep.telling import to_json, to_junit, to_text
from mockenv.sweep.tests import VARIABLE, Clean, PytestCase, Recorder, Repetition, Watch
from mockenv.sweep.verdict import Row

if TYPE_CHECKING:
    from _pytest.config import Config
    from _pytest.terminal import TerminalReporter

WORKERS_WORD = "mockenv_sweep"
LEFT_OUT = (
    *("--mockenv-sweep", "--mockenv-report", "--junit", "--cov", "--html", "--dist", "--numprocesses", "--maxprocesses", "-n"),
    *("--lf", "--last-failed", "--ff", "--failed-first", "--nf", "--new-first", "--sw", "--stepwise", "--cache-", "--pdb"),
)
"""Options that are this session's alone; the others go on to the tests' own processes."""
WITH_VALUE = (
    *("--mockenv-sweep-budget", "--mockenv-sweep-jobs", "--mockenv-sweep-limit", "--mockenv-sweep-state", "--mockenv-sweep-dir"),
    *(
        "--mockenv-sweep-only",
        "--mockenv-report",
        "--junitxml",
        "--junit-xml",
        "--html",
        "--dist",
        "--numprocesses",
        "--maxprocesses",
        "-n",
    ),
)
QUIETLY = ("-q", "--no-header", "-p", "no:cacheprovider")


def watch(config: Config) -> Watch:
    """Who watches the worlds of this process' tests."""
    if order := os.environ.get(VARIABLE):
        return Repetition(Path(order))
    recorder = Recorder()
    config.pluginmanager.register(SweepingSession(config, recorder))
    return recorder


class SweepingSession:
    """A plugin: gathers, and sweeps at the end, where pytest itself runs and not one of its workers."""

    def __init__(self, config: Config, recorder: Recorder) -> None:
        self._config, self._recorder = config, recorder
        self._bounds = bounds_of(config)
        self._failed: set[str] = set()
        self._clean: list[Clean] = []
        self._rows: list[Row] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker of pytest-xdist has ended."""
        self._clean += map(Clean.load, getattr(node, "workeroutput", {}).get(WORKERS_WORD, ()))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        mine = [one for one in self._recorder.clean.values() if one.test not in self._failed]
        if output := getattr(self._config, "workeroutput", None):
            output[WORKERS_WORD] = [one.dump() for one in mine]
            return
        self._clean += mine
        if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and self._clean:
            self._sweep()
            if any(row.is_bad for row in self._rows) and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if getattr(self._config, "workeroutput", None) is None:
            terminalreporter.section("mockenv sweep")
            for line in self._told():
                terminalreporter.write_line(line)

    def _told(self) -> Iterator[str]:
        if not self._clean:
            yield "no test that passed has used the fixture `mockenv`"
            return
        yield from to_text(self._rows)

    def _sweep(self) -> None:
        processes, state = Processes(), State(self._bounds.state, {"tests": "pytest"})
        with tempfile.TemporaryDirectory(prefix="mockenv-sweep-") as folder, _server(self._config) as url:
            try:
                jobs = list(self._jobs(processes, Path(folder), url))
                self._rows = sweep(jobs, self._bounds, processes, state, self._show)
            finally:
                processes.stop()
        self._write(self._config.getoption("--mockenv-sweep-dir"))

    def _jobs(self, processes: Processes, folder: Path, url: Sequence[str]) -> Iterator[Job]:
        for at, clean in enumerate(sorted(self._clean, key=lambda one: one.test)):
            own = folder / str(at)
            own.mkdir()
            case = PytestCase(clean, [*command_of(self._config, clean.test), *url], processes, own, self._bounds.limit)
            yield from (Job(case, point) for point in clean.points if is_chosen(point, self._bounds.only))

    def _show(self, line: str) -> None:
        reporter: TerminalReporter | None = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter and reporter.isatty:
            reporter.rewrite(f"mockenv sweep: {line}", erase=True)

    def _write(self, folder: str | None) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            Path(folder, "sweep.json").write_text(to_json(self._rows), encoding="utf-8")
            Path(folder, "sweep.xml").write_text(to_junit(self._rows), encoding="utf-8")


@contextmanager
def _server(config: Config) -> Iterator[Sequence[str]]:
    """One for all the processes to come, as arguments for them: a server of their own would cost each a second."""
    if config.getoption("--mockenv-url") or config.getoption("--mockenv-tls") or config.getini("mockenv_tls"):
        yield ()
        return
    from mockenv.serving import ThreadedServer
    from mockenv.settings import Settings

    running = ThreadedServer(Settings(port=0, log_level="error", journal_size=JOURNAL)).start()
    try:
        yield ("--mockenv-url", running.url)
    finally:
        running.stop()


def bounds_of(config: Config) -> Bounds:
    """What the command line says. Raises pytest.UsageError."""
    try:
        budget, limit = (seconds_of(config.getoption(name), name) for name in ("--mockenv-sweep-budget", "--mockenv-sweep-limit"))
    except BadInput as error:
        raise pytest.UsageError(str(error)) from None
    jobs = config.getoption("--mockenv-sweep-jobs") or os.cpu_count() or 1
    repros, state = config.getoption("--mockenv-sweep-dir") or "mockenv-sweep", config.getoption("--mockenv-sweep-state")
    only = config.getoption("--mockenv-sweep-only")
    return Bounds(jobs, budget, limit, Path(repros), only, Path(state) if state else None, Wall().stopwatch())


def command_of(config: Config, test: str) -> list[str]:
    """The session's own call for one test, in one process."""
    alone = ("-n0",) if config.pluginmanager.hasplugin("xdist") else ()
    kept = without_ours(config.invocation_params.args, config.option.file_or_dir)
    where = ("--rootdir", str(config.rootpath), *(("-c", str(config.inipath)) if config.inipath else ()))
    return [sys.executable, "-m", "pytest", f"{config.rootpath}/{test}", *kept, *where, *QUIETLY, *alone]


def without_ours(arguments: Sequence[str | os.PathLike[str]], places: Sequence[str]) -> list[str]:
    """The arguments of a call, but for where tests are and what is this session's alone."""
    kept: list[str] = []
    words = iter(map(str, arguments))
    for word in words:
        name = word.partition("=")[0]
        if name in WITH_VALUE:
            if "=" not in word:
                next(words, None)
        elif word not in places and not name.startswith(LEFT_OUT):
            kept.append(word)
    return kept
