"""What operations ask of their caller: who it is, and the app, environment or account that the request speaks of."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import has_environment
from mockenv.providers.phase.authentication import caller_of
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import APP, ENVIRONMENT, MEMBER, SERVICE_ACCOUNT
from mockenv.store.base import Document

NO_CONTENT = 204


def require_app(call: Call, work: Work) -> Document:
    """The request's app: found before, but another thread's request may have come between."""
    who = caller_of(call)
    app = work.get(APP, who.app)
    if app is None:
        raise refusal(404, f"App with ID {who.app} not found")
    return app


def require_environment(call: Call, work: Work) -> Document:
    """The path's environment, if it is the app's and the caller has it."""
    who = caller_of(call)
    environment = work.get(ENVIRONMENT, call.params["env_id"])
    if environment is None or environment["app"] != who.app:
        raise refusal(404, "Environment not found")
    if not has_environment(work, who.id, environment["id"]):
        text = "You don't have access" if who.is_user else "Service account doesn't have access"
        raise refusal(403, f"{text} to this environment.")
    return environment


def require_member(call: Call, work: Work) -> Document:
    member = work.get(MEMBER, call.params["member"])
    if member is None or member["deletedAt"]:
        raise refusal(404, "Member not found.")
    return member


def require_service_account(call: Call, work: Work) -> Document:
    account = work.get(SERVICE_ACCOUNT, call.params["account"])
    if account is None:
        raise refusal(404, "Service account not found.")
    return account


def no_content() -> Reply:
    return Reply(NO_CONTENT)
