"""Drift behind the client's back

Somebody uses the console, another job cleans up: what your client has made is not as it left it. Any resource can be changed, made or
taken away without your client, as its service would show and tell it (LaunchDarkly writes it into its audit log, too); with
`silent=True` nobody is told, no event and no webhook. From a shell: `mockenv drift change vector/environment/67890 php_version=8.1`
(`:=` before what is no text: `is_production:=true`), `mockenv drift add …`, `mockenv drift remove …`, each with `--silent`.
"""

from __future__ import annotations

from mockenv.client import Sandbox
from mockenv.examples import VectorClient


def test_somebody_has_changed_it(mockenv: Sandbox) -> None:
    """Any member that the document has (`sandbox.resources()` shows them). A `status` that is forced cancels what was planned."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    mockenv.change(f"vector/environment/{id}", {"php_version": "8.1", "status": "suspended"})
    found = client.environment(12345, id)
    assert (found["php_version"], found["status"]) == ("8.1", "suspended")


def test_somebody_has_taken_it_away(mockenv: Sandbox) -> None:
    """With all that belongs to it, at once: a plan must find that it is gone, and not fail."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    mockenv.remove(f"vector/environment/{id}", silent=True)
    assert client.call("GET", "/sites/12345/environments") == []


def test_somebody_has_made_one_more(mockenv: Sandbox) -> None:
    """Like another of its kind but for what you say: what an import must find, and a list that your client believed to know."""
    client = VectorClient(mockenv.url, "any token will do")
    like = client.create_environment(12345, "staging")["id"]
    mockenv.advance_until_idle()
    mockenv.add("vector/environment/70000", {"name": "by-hand"}, like=str(like))
    assert client.environment(12345, 70000)["status"] == "active"
