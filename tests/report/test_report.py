"""The client report: faults are found in clients that have them, and none in clients that have not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from mockenv.client import Mockenv, MockenvError, Sandbox
from mockenv.kernel.time.clock import Wall
from mockenv.reports import FORMATS
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.processes import LIGHT, run
from tests.report.faulty import FAULTY, Client, Vector, believes_a_bad_signature, makes_it_twice, tries_the_same_again
from tests.report.good import GOOD
from tests.report.shapes import SHAPES

PLANTED = [(rule, client) for known in (FAULTY, SHAPES) for rule, clients in known.items() for client in clients]


@pytest.mark.parametrize(("rule", "client"), PLANTED, ids=[client.__name__ for _, client in PLANTED])
def test_a_fault_is_found_with_what_shows_it(mockenv: Sandbox, rule: str, client: Client) -> None:
    client(Vector(mockenv))
    report = _report(mockenv, rule)
    found = [one for one in report["findings"] if one["rule"] == rule]
    assert found, report["findings"]
    assert all(one["requests"] or one["delivery"] or one["resource"] for one in found)
    known = {one["number"] for one in report["requests"]}
    assert all(known.issuperset(one["requests"]) for one in found)
    assert {one["rule"] for one in report["findings"] if one["level"] == "error"} <= {rule}


@pytest.mark.parametrize("client", GOOD, ids=[client.__name__ for client in GOOD])
def test_a_good_client_is_clean(mockenv: Sandbox, client: Client) -> None:
    client(Vector(mockenv))
    report = mockenv.report()
    assert (report["verdict"], report["findings"]) == ("clean", [])
    assert len(report["requests"]) > 1


class Hurried(Wall):
    """A minute is a hundredth of a second: for what nobody wants to wait for."""

    def stopwatch(self) -> float:
        return super().stopwatch() * 6_000


@pytest.mark.parametrize(("delay", "count"), [("100ms", 1), (None, 0)])
def test_a_client_that_waits_longer_than_a_minute_is_told(delay: str | None, count: int) -> None:
    running = ThreadedServer(Settings(port=0, log_level="error"), wall=Hurried()).start()
    try:
        sandbox = Mockenv(running.url).get()
        if delay:
            sandbox.fault({"delay": delay}, provider="vector", times=1)
        Vector(sandbox)("GET", "/api/v1/vector/sites")
        assert [one["rule"] for one in sandbox.report()["findings"]].count("waits-too-long") == count
    finally:
        running.stop()


DEPRECATED = """
openapi: 3.1.0
info: {title: Old, version: "1"}
paths:
  /things:
    post:
      operationId: createThing
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                name: {type: string}
                colour: {type: string, deprecated: true}
                size: {type: object, properties: {inches: {type: number, deprecated: true}, metres: {type: number}}}
      responses: {"201": {description: made, content: {application/json: {schema: {type: object, properties: {id: {type: string}, name: {type: string}}}}}}}
    get:
      operationId: listThings
      parameters:
        - {name: sort, in: query, deprecated: true, schema: {type: string}}
        - {name: X-Old, in: header, deprecated: true, schema: {type: string}}
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {type: object}}}}}}
  /all:
    get:
      operationId: listAll
      deprecated: true
      responses: {"200": {description: all, content: {application/json: {schema: {type: array, items: {type: object}}}}}}
"""


def test_whatever_a_document_calls_deprecated_is_found_where_it_is_used(tmp_path: Path) -> None:
    document = tmp_path / "old.yaml"
    document.write_text(DEPRECATED)
    running = ThreadedServer(Settings(port=0, log_level="error", document=(str(document),))).start()
    try:
        sandbox = Mockenv(running.url).get()
        session = requests.Session()
        session.trust_env = False
        session.post(f"{sandbox.url}/things", json={"name": "a", "size": {"metres": 1}}, timeout=10)
        session.get(f"{sandbox.url}/things", timeout=10)
        assert "deprecated-member" not in {one["rule"] for one in sandbox.report()["findings"]}
        session.post(f"{sandbox.url}/things", json={"colour": "red", "size": {"inches": 1}}, timeout=10)
        session.get(f"{sandbox.url}/things?sort=name", headers={"X-Old": "1"}, timeout=10)
        session.get(f"{sandbox.url}/all", timeout=10)
        found = [one["text"] for one in sandbox.report()["findings"] if one["rule"] == "deprecated-member"]
        assert [text.partition(" uses ")[2].partition(",")[0] for text in found] == [
            "the member 'colour'",
            "the member 'size.inches'",
            "the parameter 'sort'",
            "the parameter 'X-Old'",
            "listAll",
        ]
    finally:
        running.stop()


def _report(sandbox: Sandbox, rule: str) -> dict[str, Any]:
    """Where the client's leaving is noted a moment later than it left."""
    for _ in range(200):
        report = sandbox.report()
        if any(one["rule"] == rule for one in report["findings"]):
            break
    return report


def test_a_rule_is_suppressed_by_its_name_and_only_with_a_reason(mockenv: Sandbox) -> None:
    makes_it_twice(Vector(mockenv))
    report = mockenv.report({"created-twice": "it is what this test is for", "unsafe-retry": "the same"})
    assert (report["verdict"], report["findings"]) == ("clean", [])
    assert report["suppressed"] == [
        {"rule": "created-twice", "reason": "it is what this test is for", "count": 1},
        {"rule": "unsafe-retry", "reason": "the same", "count": 1},
    ]
    with pytest.raises(MockenvError, match="did you mean 'created-twice'"):
        mockenv.report({"created-twise": "x"})
    with pytest.raises(MockenvError, match="created-twice wants a reason"):
        mockenv.report({"created-twice": ""})


def test_what_fell_out_of_the_journal_is_told(mockenv: Sandbox) -> None:
    client = Vector(mockenv)
    for _ in range(1_001):
        client("GET", "/api/v1/vector/account/summary")
    report = mockenv.report()
    assert (report["dropped"], report["reason"]) == (1, "1 older requests fell out of the journal and were not judged")


def test_the_verb_prints_what_to_do_and_its_exit_code_tells_errors(mockenv: Sandbox) -> None:
    where = ["--url", mockenv.server.url, "--sandbox", mockenv.name]
    clean = run("report", *where)
    assert (clean.returncode, clean.stdout) == (0, "clean: 0 requests, 21 rules\n")
    tries_the_same_again(Vector(mockenv))
    told = run("report", *where)
    assert told.returncode == 1
    assert told.stdout.splitlines()[0] == (
        "error    refused-again: POST /api/v1/vector/sites/12345/environments was refused with 422, and sent again unchanged (requests 1, 2)"
    )
    assert "Retry only what may succeed" in told.stdout
    assert told.stdout.splitlines()[-1] == "error: 2 requests, 21 rules; 1 error"
    assert json.loads(run("report", *where, "--json").stdout)["verdict"] == "error"
    assert run("report", *where, "--suppress", "refused-again=known").returncode == 0
    wrong = run("report", *where, "--suppress", "refused=known")
    assert (wrong.returncode, "did you mean 'refused-again'?" in wrong.stderr) == (2, True)


def test_a_report_changes_nothing(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="manual") as sandbox:
        Vector(sandbox).make()
        before = (sandbox.clock(), sandbox.agenda(), list(sandbox.journal()))
        assert sandbox.report() == sandbox.report()
        assert (sandbox.clock(), sandbox.agenda(), list(sandbox.journal())) == before


def test_a_webhook_that_was_believed_is_remembered_when_its_subscription_is_gone(mockenv: Sandbox) -> None:
    believes_a_bad_signature(Vector(mockenv))
    assert mockenv.deliveries() == []
    assert [one["rule"] for one in mockenv.report()["findings"]] == ["webhook-trusted-blindly"]


@pytest.mark.parametrize("form", ["junit", "sarif", "html", "text"])
def test_every_format_tells_the_same_and_breaks_at_nothing_that_a_client_sends(mockenv: Sandbox, form: str, tmp_path: Path) -> None:
    client = Vector(mockenv)
    tries_the_same_again(client)
    client("GET", "/api/v1/vector/%3Cscript%3E%00%0C%ED%A0%80?token=x")
    report = mockenv.report({"retry-without-jitter": "not here <&>"})
    assert {one["rule"] for one in report["findings"]} == {"refused-again", "secret-in-url"}
    text = FORMATS[form]([report, {**report, "test": "tests/test_it.py::test_one"}])
    if form == "junit":
        suites = ElementTree.fromstring(text)
        assert [(one.get("failures"), one.get("skipped"), one.get("tests")) for one in suites] == [("2", "1", "21")] * 2
        assert len(suites.findall(".//failure")) == 4
    elif form == "sarif":
        told = json.loads(text)["runs"][0]
        assert [one["ruleId"] for one in told["results"]] == [one["rule"] for one in report["findings"]] * 2
        assert {one["id"] for one in told["tool"]["driver"]["rules"]} == {one["name"] for one in report["rules"]}
        assert told["results"][-1]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "tests/test_it.py"}
    else:
        assert (text.count("refused-again"), text.count("not here ")) == (2, 2)
        assert ("<script>" in text) is (form == "text")
    written = run("report", "--url", mockenv.server.url, "-s", mockenv.name, "--format", form, "-o", str(tmp_path / "report"))
    assert (written.returncode, written.stdout) == (1, "")
    assert "refused-again" in (tmp_path / "report").read_text()


def test_a_session_writes_the_reports_of_its_tests(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmockenv_suppress =\n    never-deleted = the sandbox goes with the test")
    pytester.makepyfile(
        """
        import requests

        def test_bad(mockenv):
            for _ in range(2):
                requests.get(f"{mockenv.url}/api/v1/vector/sites?secret=x", headers=mockenv.headers("vector"))

        def test_good(mockenv):
            body = {"name": "a", "php_version": "8.3"}
            requests.post(f"{mockenv.url}/api/v1/vector/sites/12345/environments", json=body, headers=mockenv.headers("vector"))
        """
    )
    pytester.runpytest_subprocess(*LIGHT, "-p", "no:xdist", "-q", "--mockenv-report", "out/reports").assert_outcomes(passed=2)
    folder = pytester.path / "out" / "reports"
    assert {one.name for one in folder.iterdir()} == {"report.json", "report.xml", "report.sarif", "report.html", "report.txt"}
    bad, good = json.loads((folder / "report.json").read_text())
    assert (bad["test"].endswith("::test_bad"), bad["verdict"], good["verdict"]) == (True, "error", "clean")
    assert good["suppressed"] == [{"rule": "never-deleted", "reason": "the sandbox goes with the test", "count": 1}]
