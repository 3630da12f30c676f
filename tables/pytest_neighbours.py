"""What else people have in a test process beside our server: each is tried in a pytest of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tables.cache import HERE, pinned, python_with
from tables.kept import Row

PROJECT = HERE.parent
PATIENCE = 120


@dataclass(frozen=True)
class Neighbour:
    """`file` is what is tried, of `neighbours/`; `line` is what it takes where it does not work as it is, in words.

    One with a `starter` is in the process only if it starts it.
    """

    package: str
    file: str = "plain.py"
    arguments: tuple[str, ...] = ()
    line: str = ""
    line_arguments: tuple[str, ...] = ()
    starter: tuple[str, ...] = ()


NEIGHBOURS = (
    Neighbour("freezegun", "freezegun_.py"),
    Neighbour("time-machine", "time_machine_.py"),
    Neighbour(
        "pytest-socket",
        arguments=("--disable-socket",),
        line="`--allow-hosts=127.0.0.1` in place of `--disable-socket`",
        line_arguments=("--allow-hosts=127.0.0.1",),
    ),
    Neighbour("pytest-randomly"),
    Neighbour("pytest-xdist", arguments=("-n", "2")),
    Neighbour("pytest-timeout", "timeout_.py"),
    Neighbour("pytest-asyncio", "asyncio_.py"),
    Neighbour("pytest-forked", arguments=("--forked",), line="the server outside: `mockenv serve`, and `--mockenv-url`"),
    Neighbour("pytest-rerunfailures", "rerunfailures_.py"),
    Neighbour("responses", "responses_.py", line="`responses.add_passthru(mockenv.url)`"),
    Neighbour("respx", "respx_.py", line='`mock.route(host="127.0.0.1").pass_through()`'),
    Neighbour(
        "requests-mock",
        "requests_mock_.py",
        line="`requests_mock.register_uri(ANY, re.compile(re.escape(mockenv.url)), real_http=True)`, with `from requests_mock import ANY`",
    ),
    Neighbour(
        "pytest-httpx",
        "httpx_mock_.py",
        line='`@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != "127.0.0.1")`',
    ),
    Neighbour("vcrpy", "vcrpy_.py", line="`VCR(ignore_localhost=True)`"),
    Neighbour("gevent", line="start as `python -m gevent.monkey $(which pytest)`", starter=("-m", "gevent.monkey")),
    Neighbour(
        "pyfakefs",
        "pyfakefs_.py",
        line="`fs.add_real_directory(mockenv.bootstrap.fixtures_folder())` where a test names a fixture or a scenario",
    ),
    Neighbour("pytest-cov", arguments=("--cov=mockenv", "--cov-report=")),
)


def measure(only: str | None = None) -> list[Row]:
    python = python_with("neighbours", "--editable", str(PROJECT))
    return [_row(python, one) for one in NEIGHBOURS if not only or only in one.package]


def _row(python: Path, one: Neighbour) -> Row:
    return {
        "program": one.package,
        "version": pinned("neighbours")[one.package],
        "date": datetime.now(UTC).date().isoformat(),
        "seen": _seen(python, one),
    }


def _seen(python: Path, one: Neighbour) -> dict[str, str]:
    if not one.starter and passes(python, one.file, *one.arguments):
        return {"verdict": "works"}
    if one.line and _passes_with_its_line(python, one):
        return {"verdict": "works with a line", "line": one.line}
    if not passes(python, "nothing.py", *one.arguments, "-p", "no:mockenv"):
        return {"verdict": "cannot", "line": "a test that does nothing fails, too, without mockenv"}
    return {"verdict": "cannot"}


def _passes_with_its_line(python: Path, one: Neighbour) -> bool:
    if "--mockenv-url" not in one.line:
        return passes(python, one.file, *(one.line_arguments or one.arguments), environ={"LINE": "1"}, starter=one.starter)
    from mockenv.serving import ThreadedServer
    from mockenv.settings import Settings

    running = ThreadedServer(Settings(port=0, log_level="critical")).start()
    try:
        return passes(python, one.file, *one.arguments, "--mockenv-url", running.url)
    finally:
        running.stop()


def passes(python: Path, file: str, *arguments: str, environ: dict[str, str] | None = None, starter: tuple[str, ...] = ()) -> bool:
    """Whether a file of `neighbours/` passes in a project of its own."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "neighbours" / file, Path(folder) / "test_it.py")
        shutil.copy(HERE / "neighbours" / "world.py", folder)
        run = (*starter, str(python.parent / "pytest")) if starter else ("-m", "pytest")
        command = [str(python), *run, "-q", "-p", "no:cacheprovider", *arguments]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, **(environ or {})},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        if done.returncode and os.environ.get("VERBOSE"):
            print(done.stdout)
        return done.returncode == 0
