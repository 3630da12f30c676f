"""Clients of three providers, each with a script whose every step shows in the state; what they were answered, and when."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import count
from threading import Thread
from typing import Any

from mockenv.client import Sandbox
from tests.conftest import Browser

SITE = "/api/v1/vector/sites/12345"
PROJECT = "/api/v2/projects/projectKey/environments"
PHASE = "/v1/environments/"
APP = "72b9ddd5-8fce-49ab-89d9-c431d53a9552"

Change = tuple[str, str | None]
"""What a step makes of a name: a value, or nothing."""
Script = Generator[tuple[str, str, Any, Change], Any, None]


def vector(name: str) -> Script:
    for number in count():
        key, domain = f"{name}-{number}", f"u{number}.example.com"
        made = yield "POST", f"{SITE}/environments", {"name": key, "php_version": "8.3"}, (key, "")
        yield "PUT", f"{SITE}/environments/{made['data']['id']}", {"custom_domain": domain}, (key, domain)


def launchdarkly(name: str) -> Script:
    for number in count():
        key = f"{name}-{number}"
        yield "POST", PROJECT, {"name": "old", "key": key, "color": "DADBEE"}, (key, "old")
        yield "PATCH", f"{PROJECT}/{key}", [{"op": "replace", "path": "/name", "value": "new"}], (key, "new")
        if number:
            yield "DELETE", f"{PROJECT}/{name}-{number - 1}", None, (f"{name}-{number - 1}", None)


def phase(name: str) -> Script:
    before = ""
    for number in count():
        key = f"{name}-{number}"
        made = yield "POST", f"{PHASE}?app_id={APP}", {"name": f"{key}_old"}, (key, "old")
        yield "PUT", f"{PHASE}{made['id']}/", {"name": f"{key}_new"}, (key, "new")
        if number:
            yield "DELETE", f"{PHASE}{before}/", None, (f"{name}-{number - 1}", None)
        before = made["id"]


SCRIPTS = {"vector": vector, "launchdarkly": launchdarkly, "phase": phase}


@dataclass
class Step:
    """One request: what it changes, and when it was sent and answered."""

    change: Change
    sent: float
    answered: float | None = None


@dataclass
class Client:
    """Goes through its script until the connection breaks."""

    sandbox: Sandbox
    provider: str
    name: str
    steps: list[Step] = field(default_factory=list)
    wrong: str = ""

    def start(self) -> Client:
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def join(self, patience: float) -> None:
        self._thread.join(patience)
        assert not self._thread.is_alive()
        assert not self.wrong

    @property
    def answered(self) -> int:
        return sum(step.answered is not None for step in self.steps)

    def after(self, steps: int) -> dict[str, str]:
        """What there is of this client's once so many of its steps are done."""
        made: dict[str, str | None] = dict(step.change for step in self.steps[:steps])
        return {key: value for key, value in made.items() if value is not None}

    def _run(self) -> None:
        browser = Browser(self.sandbox, self.sandbox.headers(self.provider, "owner"))
        script = SCRIPTS[self.provider](self.name)
        try:
            asked = next(script)
            while True:
                method, path, body, change = asked
                self.steps.append(Step(change, time.monotonic()))
                reply = browser(method, path, body)
                if reply.status_code >= 400:
                    self.wrong = f"{method} {path}: {reply.text}"
                    return
                self.steps[-1].answered = time.monotonic()
                asked = script.send(reply.json() if reply.content else None)
        except OSError:
            pass  # the server was killed
        finally:
            browser.session.close()
