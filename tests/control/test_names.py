"""A name that does not exist is never taken in silence: the nearest that does is told."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import MockenvError, Sandbox
from tests.control.conftest import Maker
from tests.processes import run


@pytest.mark.parametrize(
    ("match", "meant"),
    [
        ({"operation": "createEnv"}, "createEnvironment"),
        ({"provider": "vectr"}, "vector"),
        ({"provider": "launchdarkly", "operation": "postEnvironmnt"}, "postEnvironment"),
        ({"method": "GETT"}, "GET"),
        ({"status": "4x"}, "4xx"),
        ({"status": 799}, "known: 0, 1xx"),
        ({"operatoin": "createSite"}, "operation"),
        ({"path": "/api/v1/vectr/sites"}, "/api/v1/vector"),
        ({"operation": "branchEnvironmnt"}, "branchEnvironment"),
        ({"operation": "listSites", "query": {"per_pag": "5"}}, "per_page"),
    ],
)
def test_verify_refuses_what_no_request_can_be(mockenv: Sandbox, match: dict[str, Any], meant: str) -> None:
    with pytest.raises(MockenvError, match=meant) as refused:
        mockenv.verify(match, exactly=0)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "match",
    [
        {"operation": "createEnvironment", "provider": "phase"},
        {"operation": "branchEnvironment,__typename", "provider": "archie"},
        {"method": "patch", "status": 0},
        {"path": "*/sites/1"},
        {"path": "/service/public/v1/*"},
        {"operation": "listSites", "query": {"page": "2"}},
    ],
)
def test_verify_takes_what_there_is(mockenv: Sandbox, match: dict[str, Any]) -> None:
    assert mockenv.verify(match, exactly=0)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("journal?operation=createEnv", "createEnvironment"),
        ("journal?opration=createSite", "operation"),
        ("journal?method=PSOT", "POST"),
        ("journal?limit=1&limit=2", "given more than once"),
        ("events?type=vector.site.creatd", "vector.site.created"),
        ("events?typ=x", "type"),
        ("events?resource=vector/sit/1", "vector/site"),
        ("agenda?stat=pending", "known: limit"),
        ("deliveries?subscription=vector/webhok/1", "vector/webhook"),
        ("deliveries?stat=pending", "state"),
        ("resources?kind=enviroment", "environment"),
        ("resources?provider=vectr", "vector"),
        ("resources?provider=vector&status=activ", "active"),
        ("resources?stauts=active", "status"),
        ("resources/vector/enviroment/1", "vector/environment"),
        ("wait?resource=vector/environment/1&status=activ", "active"),
        ("wait?resource=vector/environment/1&status=gon", "gone"),
        ("wait?resource=phase/app/1&status=activ", "active"),
        ("wait?resource=vector/environment/1&status=active&timout=1s", "timeout"),
        ("clock?mod=manual", "known: none"),
        ("holds/configuring_databas", "configuring_database"),
    ],
)
def test_a_question_about_what_cannot_be_is_refused(mockenv: Sandbox, path: str, meant: str) -> None:
    url = f"{mockenv.server.url}/_mockenv/sandboxes/{mockenv.name}/{path}"
    reply = requests.get(url, timeout=5)
    assert (reply.status_code, meant in reply.json()["detail"]) == (422, True), reply.text


@pytest.mark.parametrize(
    ("method", "path", "body", "meant"),
    [
        ("POST", "clock/advance", {"until": {"resource": "vector/environment/1", "status": "activ"}}, "active"),
        ("POST", "clock/advance", {"until": "idel"}, "idle"),
        ("POST", "clock/advance", {"by": "1s", "max": "2s"}, "until"),
        ("PUT", "clock", {"mode": "manul"}, "manual"),
        ("PUT", "holds/finalizing", {"resource": "vector/enviroment"}, "vector/environment"),
        ("PUT", "holds/finalizing", {"resource": "phase"}, "archie|vector"),
        ("POST", "faults", {"method": "PSOT", "effect": {"status": 503}}, "POST"),
        ("POST", "faults", {"path": "/api/v1/vectr/sites", "effect": {"status": 503}}, "/api/v1/vector"),
        ("POST", "faults?dry=1", {"effect": {"status": 503}}, "dry"),
    ],
)
def test_an_order_about_what_cannot_be_is_refused(mockenv: Sandbox, method: str, path: str, body: Any, meant: str) -> None:
    with pytest.raises(MockenvError, match=meant) as refused:
        mockenv.server.call(method, f"sandboxes/{mockenv.name}/{path}", body)
    assert refused.value.status == 422


def test_the_command_line_refuses_with_the_nearest_word_and_exit_2(mockenv: Sandbox) -> None:
    there = ("--url", mockenv.server.url, "--sandbox", mockenv.name)
    told = run("journal", "--operation", "createEnv", *there)
    assert (told.returncode, "did you mean 'createEnvironment'?" in told.stderr) == (2, True)
    assert run("advance", "1s", "--max", "2s", *there).returncode == 2


def test_the_command_line_says_what_a_list_lacks(mockenv: Sandbox, make: Maker) -> None:
    there = ("--url", mockenv.server.url, "--sandbox", mockenv.name)
    make("a")
    make("b")
    assert run("journal", "--limit", "1", *there).stderr == "the newest 1 of 2; --limit shows more\n"
    assert '"entries": []' in run("journal", "--har", "--operation", "createSite", *there).stdout


def test_the_python_client_has_no_arguments_that_it_does_not_know(mockenv: Sandbox) -> None:
    for ask in (mockenv.journal, mockenv.har, mockenv.events, mockenv.resources, mockenv.deliveries):
        with pytest.raises(TypeError, match="opration"):
            ask(opration="x")  # type: ignore[call-arg]  # that is what is tested
    with pytest.raises(LookupError, match="there are archie"):
        mockenv.headers("vectr")


def test_a_misspelt_header_of_ours_does_not_lead_into_another_world(mockenv: Sandbox, make: Maker) -> None:
    reply = make.http("GET", "/api/v1/vector/sites", headers={"X-Mockenv-Sandbx": "t1"})
    assert (reply.status_code, "did you mean 'x-mockenv-sandbox'" in reply.json()["message"]) == (400, True)
