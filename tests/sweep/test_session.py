"""`pytest --mockenv-sweep`: each test that passes is its own clean run, and is run again for each of its points."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockenv.bootstrap import validate_file
from mockenv.sweep.session import without_ours

PLUGINS = ("-p", "mockenv.pytest_plugin", "-p", "xdist", "-p", "no:cacheprovider")
ORPHAN, PLAIN = "test_preview.py::test_orphan[preview]", "test_preview.py::test_plain"
TESTS = """
    import pytest
    import requests

    ENVIRONMENTS = "/api/v1/vector/sites/12345/environments"

    def create(mockenv, name):
        body = {"name": name, "php_version": "8.3"}
        reply = requests.post(f"{mockenv.url}{ENVIRONMENTS}", json=body, headers=mockenv.headers("vector"), timeout=10)
        reply.raise_for_status()
        return reply.json()["data"]

    @pytest.mark.parametrize("name", ["preview"])
    def test_orphan(mockenv, name):
        for attempt in range(3):
            try:
                made = create(mockenv, f"{name}-{attempt}" if attempt else name)
                break
            except requests.ConnectionError:
                pass
        assert made["created_at"].startswith(mockenv.clock()["now"][:10])

    def test_plain(mockenv):
        create(mockenv, "other")

    def test_bad(mockenv):
        create(mockenv, "bad")
        assert False

    def test_without_a_world():
        pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Of the other plugins none: each process would take its time to import them."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_preview=TESTS)
    return pytester


def rows_of(folder: Path) -> list[dict[str, str]]:
    return list(json.loads((folder / "sweep.json").read_text())["points"])


def test_the_tests_of_a_session_are_swept(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess(*PLUGINS, "-q", "--mockenv-sweep", "--mockenv-sweep-dir", "out")
    result.assert_outcomes(passed=3, failed=1)
    told = "leaked: test_preview.py::test_orphan[[]preview] vector/createEnvironment/1/after: left behind: vector/environment preview-1"
    result.stdout.fnmatch_lines(["*= mockenv sweep =*", told, "4 points: 3 failed, 1 leaked"])
    rows = rows_of(project.path / "out")
    assert [(row["test"], row["id"], row["outcome"]) for row in rows] == [
        (ORPHAN, "vector/createEnvironment/1/after", "leaked"),
        (PLAIN, "vector/createEnvironment/1/after", "failed"),
        (ORPHAN, "vector/createEnvironment/1/before", "failed"),
        (PLAIN, "vector/createEnvironment/1/before", "failed"),
    ], "what fails by itself is not swept"
    [repro] = [row["repro"] for row in rows if "repro" in row]
    assert validate_file(project.path / repro) == "scenario"
    assert (project.path / "out" / "sweep.xml").exists()


def test_what_the_workers_of_xdist_found_is_swept_and_what_is_bad_fails_a_session_whose_tests_pass(
    project: pytest.Pytester,
) -> None:
    only = ("--mockenv-sweep-only", "*/after", "-k", "orphan or plain", "-n", "2")
    result = project.runpytest_subprocess(*PLUGINS, "-q", "--mockenv-sweep", *only)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["2 points: 1 failed, 1 leaked", "2 passed*"])
    assert [one.suffix for one in sorted((project.path / "mockenv-sweep").iterdir())] == [".txt", ".yaml"]


def test_without_a_world_there_is_nothing_to_sweep(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess(*PLUGINS, "-q", "--mockenv-sweep", "-k", "without")
    result.assert_outcomes(passed=1, deselected=3)
    result.stdout.fnmatch_lines(["no test that passed has used the fixture `mockenv`"])
    wrong = project.runpytest_subprocess(*PLUGINS, "-q", "--mockenv-sweep", "--mockenv-sweep-budget", "0s")
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*--mockenv-sweep-budget: is more than nothing*"])
    wrong = project.runpytest_subprocess(*PLUGINS, "-q", "--mockenv-sweep", "--mockenv-sweep-budget", "soon")
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*--mockenv-sweep-budget: 'soon' is not a duration*"])


def test_a_tests_own_process_is_called_as_the_session_was_but_for_what_is_the_sessions_alone() -> None:
    words = "-x -n 4 tests -k slow --mockenv-sweep --mockenv-sweep-budget 5m --junitxml=a.xml -p no:anyio --mockenv-report out --lf"
    assert without_ours(words.split(), ["tests"]) == ["-x", "-k", "slow", "-p", "no:anyio"]
