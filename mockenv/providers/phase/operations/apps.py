"""Apps: list, create (with environments), get, change, delete (with everything in them)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import add_environment, apps_of, give_app, global_members
from mockenv.providers.phase.authentication import caller_of
from mockenv.providers.phase.bodies import optional_text, read_object, text
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import (
    APP,
    APP_QUOTA,
    DEFAULTS,
    ENVIRONMENT,
    ENVIRONMENT_QUOTA,
    MEMBERSHIP,
    NAME,
    new_app,
    note,
    plan_of,
    remove_environment,
    show_app,
    show_environment,
)
from mockenv.providers.phase.operations.callers import no_content, require_app
from mockenv.providers.phase.operations.environments import QUOTA, check_custom, check_name
from mockenv.store.base import Document

LONGEST_NAME, LONGEST_DESCRIPTION = 64, 10_000


def list_apps(call: Call, work: Work) -> Reply:
    """All that the caller is a member of, encrypted end to end or not; newest first."""
    return Reply(200, {"data": [show_app(work, one) for one in apps_of(work, caller_of(call).id)]})


def create_app(call: Call, work: Work) -> Reply:
    """The app with its environments, for the caller and the global members."""
    body, who = read_object(call), caller_of(call)
    name = text(body, "name", LONGEST_NAME)
    description = optional_text(body.get("description"), "description", LONGEST_DESCRIPTION)
    named = _environment_names(body)
    plan = plan_of(work)
    if named is not None:
        check_custom(work)
        if len(named) > ENVIRONMENT_QUOTA.get(plan, len(named)):
            raise refusal(403, QUOTA)
    if work.option(NAME, "hosting") == "cloud" and work.count(APP) >= APP_QUOTA.get(plan, work.count(APP) + 1):
        raise refusal(403, "App quota exceeded for this organisation's plan.")
    app = new_app(work, name, description)
    work.put(APP, app["id"], app)
    for account in (*global_members(work), who.id):
        give_app(work, account, app["id"])
    environments = []
    for index, (called, env_type) in enumerate(DEFAULTS if named is None else [(one, "custom") for one in named]):
        check_name(called)
        environments.append(show_environment(work, add_environment(work, app["id"], called, env_type, index, who.id)))
    note(work, "app.created", APP, app["id"], show_app(work, app))
    return Reply(201, {**show_app(work, app), "environments": environments})


def get_app(call: Call, work: Work) -> Reply:
    return Reply(200, show_app(work, require_app(call, work)))


def update_app(call: Call, work: Work) -> Reply:
    """Name and description; an empty description takes it away."""
    app, body = require_app(call, work), read_object(call)
    if body.get("name") is None and body.get("description") is None:
        raise refusal(400, "At least one of 'name' or 'description' must be provided.")
    if body.get("name") is not None:
        app["name"] = text(body, "name", LONGEST_NAME)
    if body.get("description") is not None:
        app["description"] = optional_text(body["description"], "description", LONGEST_DESCRIPTION)
    app["updatedAt"] = iso_micros(work.now)
    work.put(APP, app["id"], app)
    note(work, "app.updated", APP, app["id"], show_app(work, app))
    return Reply(200, show_app(work, app))


def delete_app(call: Call, work: Work) -> Reply:
    """Each environment that goes along is told of, as the service's audit log does."""
    remove_app(work, require_app(call, work))
    return no_content()


def remove_app(work: Work, app: Document) -> None:
    for environment in work.find(ENVIRONMENT, app=app["id"]):
        remove_environment(work, environment["id"])
        note(work, "environment.deleted", ENVIRONMENT, environment["id"], show_environment(work, environment))
    for membership in work.ids(MEMBERSHIP, app=app["id"]):
        work.delete(MEMBERSHIP, membership)
    work.delete(APP, app["id"])
    note(work, "app.deleted", APP, app["id"], show_app(work, app))


def _environment_names(body: Mapping[str, Any]) -> list[str] | None:
    """The names that are asked for instead of the default ones, trimmed."""
    names = body.get("environments")
    if names is None:
        return None
    if not isinstance(names, list):
        raise refusal(400, "'environments' must be a list of environment names.")
    if not names:
        raise refusal(400, "'environments' must not be empty.")
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise refusal(400, "Each environment name must be a non-empty string.")
    trimmed = [name.strip() for name in names]
    seen: set[str] = set()
    for name in trimmed:
        if name.lower() in seen:
            raise refusal(400, f"Duplicate environment name: '{name}'.")
        seen.add(name.lower())
    return trimmed
