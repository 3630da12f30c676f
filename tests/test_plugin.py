"""The pytest plugin, used as a stranger would: in a project of its own."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import get_args

import mypy.api
import pytest

from mockenv.client import ClockMode, ClockSpec, FaultConnection, FaultPhase, Mockenv, Profile, World
from mockenv.kernel.faults.claims import CONNECTIONS
from mockenv.kernel.faults.rules import PHASES
from mockenv.kernel.time.clock import MODES
from mockenv.kernel.worlds.spec import CLOCK_KEYS, PROFILES, SPEC_KEYS
from tests.processes import LIGHT, served

CREATE = """
import requests

def create(mockenv, name="staging"):
    body = {"name": name, "php_version": "8.3"}
    url = f"{mockenv.url}/api/v1/vector/sites/12345/environments"
    return requests.post(url, json=body, headers=mockenv.headers("vector"), timeout=10).json()["data"]["id"]
"""


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """In a process of its own."""
    return project.runpytest_subprocess(*LIGHT, *arguments)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(create=CREATE)
    return pytester


def test_every_test_gets_a_fresh_sandbox(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from create import create

        @pytest.mark.parametrize("turn", [1, 2, 3])
        def test_the_first_environment_is_always_67890(mockenv, turn):
            assert mockenv.clock()["mode"] == "manual"
            assert create(mockenv) == 67890
        """
    )
    run(project, "-q").assert_outcomes(passed=3)


def test_the_marker_says_how_the_sandbox_begins(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from create import create

        pytestmark = pytest.mark.mockenv(seed=1)

        @pytest.mark.mockenv(clock="auto", faults=[{"step": "finalizing", "effect": {"stall": True}}], fixture="docs")
        def test_it(mockenv):
            assert mockenv.about["seed"] == 1
            assert mockenv.clock()["mode"] == "auto"
            assert len(mockenv.faults()) == 1

        @pytest.mark.mockenv(clok="auto")
        def test_a_wrong_word(mockenv):
            pass
        """
    )
    result = run(project, "-q")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*clok*"])


def test_dates_that_leave_are_the_walls_unless_the_marker_speaks_of_them(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        def test_without_a_word(mockenv):
            assert mockenv.clock()["dates"] == "wall"

        @pytest.mark.mockenv(clock="auto")
        def test_whatever_the_mode(mockenv):
            assert (mockenv.clock()["mode"], mockenv.clock()["dates"]) == ("auto", "wall")

        @pytest.mark.mockenv(clock={"mode": "manual", "dates": "sandbox"})
        def test_told(mockenv):
            assert mockenv.clock()["dates"] == "sandbox"
        """
    )
    run(project, "-q").assert_outcomes(passed=3)


def test_the_seed_follows_from_the_tests_name(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        seeds = []

        def test_a(mockenv):
            seeds.append(mockenv.about["seed"])

        def test_b(mockenv):
            assert mockenv.about["seed"] != seeds[0]
        """
    )
    run(project, "-q").assert_outcomes(passed=2)


def test_a_failure_shows_the_journal_and_the_agenda(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from create import create

        def test_it(mockenv):
            create(mockenv)
            assert False
        """
    )
    result = run(project, "-q")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*mockenv sandbox sandbox-*",
            "*clock: manual, 2026-01-24T10:30:00Z*",
            "*POST /api/v1/vector/sites/12345/environments*201*",
            "*pending at 2026-01-24T10:30:01Z: creating_infrastructure of vector/environment/67890*",
        ]
    )


def test_four_workers_share_one_server_without_crosstalk(project: pytest.Pytester, mockenv_server: Mockenv) -> None:
    project.makepyfile(
        """
        import pytest
        from create import create

        @pytest.mark.parametrize("turn", range(40))
        def test_alone_in_its_world(mockenv, turn):
            assert create(mockenv, f"turn-{turn}") == 67890
            mockenv.advance_until_idle()
            assert [one["document"]["name"] for one in mockenv.resources(kind="environment", provider="vector")] == [f"turn-{turn}"]
        """
    )
    run(project, "-q", "-n", "4", "--mockenv-url", mockenv_server.url).assert_outcomes(passed=40)


def test_a_test_may_drop_its_own_sandbox(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(mockenv):\n    assert mockenv.drop() == []\n")
    run(project, "-q").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "told"), [('"flaky-503"', "takes no positional arguments"), ('scenaro="flaky-503"', "did you mean 'scenario'?")]
)
def test_a_marker_that_says_nothing_that_exists_is_refused(project: pytest.Pytester, marker: str, told: str) -> None:
    project.makepyfile(f"import pytest\n\n@pytest.mark.mockenv({marker})\ndef test_it(mockenv): ...\n")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{told}*"])


def test_what_the_server_refuses_in_a_marker_is_told_without_our_insides(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\n\n@pytest.mark.mockenv(scenario='flakey-503')\ndef test_it(mockenv): ...\n")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*@pytest.mark.mockenv: *did you mean 'flaky-503'?*"])
    assert "pytest_plugin.py" not in result.stdout.str()
    assert "client.py" not in result.stdout.str()


TYPED = """
from mockenv.client import Sandbox
from mockenv.pytest_plugin import world


@world(clock="auto", seed=3)
def test_it(mockenv: Sandbox) -> None:
    assert mockenv.about["seed"] == 3
    mockenv.fault({"status": 503}, phase="after")
"""


MISSPELT = {'clock="auto"': 'clock="auot"', "seed=3": "sed=3", "seed=3)": "seed=[])", 'phase="after"': 'phase="afterwards"'}


def test_a_type_checker_finds_what_is_misspelt_and_nothing_else(project: pytest.Pytester, tmp_path: Path) -> None:
    files = {f"wrong_{at}": TYPED.replace(right, wrong) for at, (right, wrong) in enumerate(MISSPELT.items())}
    assert TYPED not in files.values()
    project.makepyfile(test_right=TYPED, **files)
    told, _, _ = mypy.api.run(["--strict", "--cache-dir", str(tmp_path), str(project.path)])
    assert {name for name in ("test_right", *files) if f"{name}.py:" in told} == set(files), told
    run(project, "-q", "test_right.py").assert_outcomes(passed=1)


def test_what_is_typed_is_what_the_server_takes() -> None:
    assert set(get_args(ClockMode)) == set(MODES)
    assert set(get_args(Profile)) == set(PROFILES)
    assert set(get_args(FaultPhase)) == set(PHASES)
    assert set(get_args(FaultConnection)) == set(CONNECTIONS)
    assert ClockSpec.__annotations__.keys() == set(CLOCK_KEYS)
    assert {"name", *World.__annotations__} == set(SPEC_KEYS)
    assert set(signature(Mockenv.sandbox).parameters) == {"self", *SPEC_KEYS}


@pytest.mark.parametrize("way", ["flag", "file"])
def test_the_session_may_speak_tls_and_says_what_to_trust(project: pytest.Pytester, way: str) -> None:
    project.makepyfile(
        """
        import requests

        def test_it(mockenv):
            assert mockenv.url.startswith("https://127.0.0.1:")
            reply = requests.get(f"{mockenv.url}/api/v2/", verify=mockenv.ca, timeout=10)
            assert reply.status_code == 200
        """
    )
    if way == "file":
        project.makeini("[pytest]\nmockenv_tls = true")
    run(project, "-q", *(["--mockenv-tls"] if way == "flag" else [])).assert_outcomes(passed=1)


def test_a_server_elsewhere_is_trusted_by_a_file(project: pytest.Pytester) -> None:
    with served("--tls", "auto", "--tls-ca", str(project.path / "ca.pem")) as server:
        project.makepyfile("def test_it(mockenv): assert mockenv.ca.endswith('ca.pem') and mockenv.clock()")
        run(project, "-q", "--mockenv-url", server.url, "--mockenv-ca", "ca.pem").assert_outcomes(passed=1)
