"""Environments: list, create, get, rename, delete."""

from __future__ import annotations

import re
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import add_environment, environments_of
from mockenv.providers.phase.authentication import caller_of
from mockenv.providers.phase.bodies import read_object
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import (
    ENVIRONMENT,
    ENVIRONMENT_QUOTA,
    NAME,
    name_key,
    next_index,
    note,
    plan_of,
    remove_environment,
    show_environment,
)
from mockenv.providers.phase.operations.callers import no_content, require_app, require_environment
from mockenv.toolbox import is_taken

# `$`, as in the real one: a newline at the end passes. What it then cannot store (64 characters and the newline) we refuse.
PATTERN = re.compile(r"^[a-zA-Z0-9\-_]{1,64}$")
LONGEST = 64
BAD_NAME = "Environment name is invalid. Only letters, numbers, hyphens and underscores are allowed (max 64 characters)."
NO_CUSTOM = "Custom environments are not available on the Free plan."
QUOTA = "Environment quota exceeded for this app's plan."


def list_environments(call: Call, work: Work) -> Reply:
    """Only those that the caller has; the vendor's page shows a bare list, the released service wraps it."""
    who = caller_of(call)
    shown = [show_environment(work, one) for one in environments_of(work, who.id, who.app)]
    return Reply(200, {"data": shown} if work.option(NAME, "list_envelope") == "data" else shown)


def create_environment(call: Call, work: Work) -> Reply:
    """Always `custom`, whatever name and body say; quotas come before the name is looked at, which is given in full."""
    app = require_app(call, work)["id"]
    name = _required_name(call)
    quota = ENVIRONMENT_QUOTA.get(plan_of(work))
    if quota is not None and work.count(ENVIRONMENT, app=app) >= quota:
        raise refusal(403, QUOTA)
    check_custom(work)
    check_name(name)
    _check_free(work, app, name, 400)
    environment = add_environment(work, app, name, "custom", next_index(work, app), caller_of(call).id)
    note(work, "environment.created", ENVIRONMENT, environment["id"], show_environment(work, environment))
    return Reply(201, show_environment(work, environment))


def get_environment(call: Call, work: Work) -> Reply:
    return Reply(200, show_environment(work, require_environment(call, work)))


def update_environment(call: Call, work: Work) -> Reply:
    """A new name and nothing else. Here a taken name is 409, and one's own name in other letters is free."""
    environment = require_environment(call, work)
    name = _required_name(call)
    check_name(name)
    if environment["envType"] == "custom":
        check_custom(work)
    _check_free(work, environment["app"], name, 409, but=environment["id"])
    before = environment["name"]
    environment.update(name=name, updatedAt=iso_micros(work.now))
    work.put(ENVIRONMENT, environment["id"], environment)
    if name != before:
        note(work, "environment.updated", ENVIRONMENT, environment["id"], show_environment(work, environment) | {"before": before})
    return Reply(200, show_environment(work, environment))


def delete_environment(call: Call, work: Work) -> Reply:
    """Any, the default ones and the last one included; the others keep their index."""
    environment = require_environment(call, work)
    if environment["envType"] == "custom":
        check_custom(work)
    remove_environment(work, environment["id"])
    note(work, "environment.deleted", ENVIRONMENT, environment["id"], show_environment(work, environment))
    return no_content()


def check_custom(work: Work) -> None:
    if plan_of(work) == "Free":
        raise refusal(403, NO_CUSTOM)


def check_name(name: Any) -> None:
    """No text is the real service's own failure (500); the words are those of its other routes."""
    if not isinstance(name, str):
        raise refusal(400, "'name' must be a string.")
    if not PATTERN.match(name) or len(name) > LONGEST:
        raise refusal(400, BAD_NAME)


def _required_name(call: Call) -> Any:
    """Whatever Python holds for false counts as missing."""
    name = read_object(call).get("name")
    if not name:
        raise refusal(400, "Missing required field: name")
    return name


def _check_free(work: Work, app: str, name: str, status: int, but: str | None = None) -> None:
    """Names that the caller cannot see are taken, too."""
    if is_taken(work, ENVIRONMENT, but=but, name=name_key(app, name)):
        raise refusal(status, f"An environment named '{name}' already exists in this app.")
