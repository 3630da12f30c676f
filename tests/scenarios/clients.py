"""Two clients of a provisioning service, one careful and one not: what a scenario is to tell apart. They know nothing of mockenv."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

Json = dict[str, Any]
Sleep = Callable[[float], object]
VECTOR = "/api/v1/vector"
TRIES = 6


class Failed(Exception):
    """The service says that it did not work, and why."""


class AnswerLost(Exception):
    """A request was sent and nothing is known of what became of it."""


@dataclass
class Client:
    """What both know: where the service is and how to wait."""

    base_url: str
    headers: dict[str, str]
    sleep: Sleep
    timeout: float = 30.0

    def send(self, method: str, path: str, body: Json | None = None) -> requests.Response:
        return requests.request(method, f"{self.base_url}{path}", json=body, headers=self.headers, timeout=self.timeout)

    def environment(self, site: int, id: int) -> Json:
        return dict(self.call("GET", f"{VECTOR}/sites/{site}/environments/{id}"))

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        raise NotImplementedError


@dataclass
class NaiveClient(Client):
    """Works on the day it is written. `blind`: whatever fails is simply done again, at once."""

    blind: bool = False
    polls: int | None = None

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        for _ in range(TRIES - 1 if self.blind else 0):
            try:
                reply = self.send(method, path, body)
                if reply.ok:
                    return reply.json()["data"]
            except requests.RequestException:
                continue
        reply = self.send(method, path, body)
        reply.raise_for_status()
        return reply.json()["data"]

    def make_site(self, customer: str) -> Json:
        return dict(self.call("POST", f"{VECTOR}/sites", {"partner_customer_id": customer, "dev_php_version": "8.3"}))

    def make_environment(self, site: int, name: str, *, production: bool = False) -> Json:
        """No longer pending, so it must be ready."""
        body = {"name": name, "php_version": "8.3", "is_production": production}
        found, polls = self.call("POST", f"{VECTOR}/sites/{site}/environments", body), 0
        while found["status"] == "pending":
            if polls == self.polls:
                raise TimeoutError(f"not ready after {polls} polls")
            self.sleep(1)
            found, polls = self.environment(site, found["id"]), polls + 1
        return dict(found)

    def branch(self, project: str, name: str) -> Json:
        """It was a 200 and there are no errors, so there must be an environment."""
        reply = self.send("POST", "/graphql", branching(project, name))
        reply.raise_for_status()
        assert "errors" not in reply.json()
        return dict(reply.json()["data"]["branchEnvironment"])


@dataclass
class CarefulClient(Client):
    """Has been on call. Waits as long as it is told, has a deadline of its own, and looks before it does a thing twice."""

    timeout: float = 0.5
    patience: float = 600.0
    interval: float = 5.0

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """Repeat what was refused for now, and what changes nothing. Raises AnswerLost, Failed."""
        for _ in range(TRIES):
            try:
                reply = self.send(method, path, body)
            except requests.RequestException as error:
                if method != "GET":
                    raise AnswerLost(str(error)) from error
                continue
            if reply.status_code not in (429, 503):
                return self._data(reply)
            self.sleep(float(reply.headers.get("Retry-After", 1)))
        raise Failed(f"{method} {path}: {TRIES} tries")

    def _data(self, reply: requests.Response) -> Any:
        if not reply.ok:
            raise Failed(f"{reply.status_code}: {reply.json()['message']}")
        return reply.json()["data"]

    def make_site(self, customer: str) -> Json:
        body = {"partner_customer_id": customer, "dev_php_version": "8.3"}
        return self._create(f"{VECTOR}/sites", body, "partner_customer_id")

    def make_environment(self, site: int, name: str, *, production: bool = False) -> Json:
        """Ready to be used. A failed one is deleted and made again, once. Raises Failed, TimeoutError."""
        try:
            return self._provision(site, name, production)
        except Failed:
            for one in self.call("GET", f"{VECTOR}/sites/{site}/environments"):
                if one["name"] == name:
                    self.call("DELETE", f"{VECTOR}/sites/{site}/environments/{one['id']}")
                    self.wait_until(lambda one=one: self._is_gone(site, one["id"]))  # type: ignore[misc]  # bound now, on purpose
            return self._provision(site, name, production)

    def _provision(self, site: int, name: str, production: bool) -> Json:
        body = {"name": name, "php_version": "8.3", "is_production": production}
        id = self._create(f"{VECTOR}/sites/{site}/environments", body, "name")["id"]
        self.wait_until(lambda: self.environment(site, id)["status"] != "pending")
        found = self.environment(site, id)
        if found["status"] != "active":
            raise Failed(found["failure_reason"])
        return found

    def _create(self, collection: str, body: Json, key: str) -> Json:
        """Where the answer is lost, what was asked for may exist: look, and only then ask again."""
        for _ in range(TRIES):
            try:
                return dict(self.call("POST", collection, body))
            except AnswerLost:
                for one in self.call("GET", collection):
                    if one[key] == body[key]:
                        return dict(one)
        raise Failed(f"POST {collection}: {TRIES} tries")

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Raises TimeoutError."""
        waited = 0.0
        while not is_so():
            if waited >= self.patience:
                raise TimeoutError(f"not so after {waited:.0f} s")
            self.sleep(self.interval)
            waited += self.interval

    def _is_gone(self, site: int, id: int) -> bool:
        return self.send("GET", f"{VECTOR}/sites/{site}/environments/{id}").status_code == 404

    def branch(self, project: str, name: str) -> Json:
        """Raises Failed with the service's own words."""
        reply = self.send("POST", "/graphql", branching(project, name)).json()
        if reply.get("errors"):
            raise Failed(reply["errors"][0]["message"])
        made = reply["data"]["branchEnvironment"]
        if not made["success"]:
            raise Failed(made["message"])
        return dict(made)


def branching(project: str, name: str) -> Json:
    query = """mutation ($input: BranchEnvironmentInput!) {
      branchEnvironment(input: $input) { success message environment { id name status } }
    }"""
    input = {"projectId": project, "name": name, "sourceEnvironment": "master", "mode": "full"}
    return {"query": query, "variables": {"input": input}}


@dataclass
class NaiveReceiver:
    """Does what it is told, as often as it is told, in the order in which it is told."""

    counted: int = 0
    latest: str = ""

    def take(self, delivery: str, told: Json) -> None:
        self.counted += 1
        self.latest = told["event"]


@dataclass
class CarefulReceiver(NaiveReceiver):
    """Knows a repetition by its id, and what is newer by when it happened."""

    seen: set[str] = field(default_factory=set)
    latest_at: str = ""

    def take(self, delivery: str, told: Json) -> None:
        if delivery in self.seen:
            return
        self.seen.add(delivery)
        self.counted += 1
        if told["occurred_at"] >= self.latest_at:
            self.latest, self.latest_at = told["event"], told["occurred_at"]
