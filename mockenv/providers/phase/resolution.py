"""Which app and environment a request speaks of: the service finds them while it authenticates, and answers 404 itself."""

from __future__ import annotations

import re

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.phase.access import has_app, has_environment
from mockenv.providers.phase.authentication import Principal
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import APP, BURIED, DYNAMIC, ENVIRONMENT, SECRET, name_key
from mockenv.store.base import Document

# Before a capital behind a small letter, and before one that begins a word: all capitals are one word.
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?=[A-Z][a-z0-9])")

SECRETS = (SECRET, BURIED, DYNAMIC)
"""What an id of a secret may name: deleted and dynamic ones as well."""


def query_of(call: Call) -> dict[str, str]:
    """Query parameters as `app_id`, however they are spelled (`appId`, `APP_ID`), the last of each."""
    return {_WORD.sub("_", name).lower(): values[-1] for name, values in call.raw_query.items()}


def resolve(call: Call, work: Work) -> tuple[str, str]:
    """The ids of app and environment, empty where the request names none. Raises Refused."""
    query = query_of(call)
    on_detail = "env_id" in call.params or "app_id" in call.params  # there the path alone counts
    secret_id = "" if on_detail else call.header("secret-id") or query.get("secret_id")
    if secret_id:
        secret = next((one for kind in SECRETS if (one := work.get(kind, secret_id))), None)
        if secret is None:
            raise refusal(404, "Secret not found")
        return _of(work.get(ENVIRONMENT, secret["environment"]) or {})
    header = None if on_detail else call.header("environment")
    if header:
        environment = work.get(ENVIRONMENT, header)
        if environment is None:
            raise refusal(401, "Environment not found")  # 401, for want of a better reason of theirs
        return _of(environment)
    if query.get("app_id"):
        return _by_query(work, query["app_id"], query.get("env"))
    return _by_path(call, work)


def check_access(work: Work, who: Principal) -> None:
    """A user is refused with 403, a service account with 401. Raises Refused."""
    if who.is_gone:
        raise refusal(404, "User not found")
    if who.is_legacy and not who.environment:
        raise refusal(401, "Service tokens require an environment context")
    if who.environment and not has_environment(work, who.id, who.environment):
        raise _denied(who, "environment")
    if who.app and not who.environment and not has_app(work, who.id, who.app):
        raise _denied(who, "app")


def _by_query(work: Work, app: str, environment: str | None) -> tuple[str, str]:
    if work.get(APP, app) is None:
        raise refusal(404, f"App with ID {app} not found")
    if not environment:
        return app, ""
    found = work.ids(ENVIRONMENT, name=name_key(app, environment))
    if not found:
        raise refusal(404, f"Environment '{environment}' not found in App {app}")
    return app, found[0]


def _by_path(call: Call, work: Work) -> tuple[str, str]:
    """An environment in the path gives the app alone: whether the caller has the environment is asked later, elsewhere."""
    if "env_id" in call.params:
        environment = work.get(ENVIRONMENT, call.params["env_id"])
        if environment is None:
            raise refusal(404, "Environment not found")
        return environment["app"], ""
    if "app_id" in call.params:
        return _by_query(work, call.params["app_id"], None)
    return "", ""


def _of(environment: Document) -> tuple[str, str]:
    return environment["app"], environment["id"]


def _denied(who: Principal, what: str) -> Exception:
    if who.is_user:
        return refusal(403, f"User cannot access this {what}")
    return refusal(401, f"Service {'token' if who.is_legacy else 'account'} cannot access this {what}")
