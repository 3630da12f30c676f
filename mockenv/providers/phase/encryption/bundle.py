"""What a token opens: the service's share of its account's key, and for each environment that the account has a wrapped key."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import apps_of, environments_of
from mockenv.providers.phase.authentication import GONE, find_token, is_valid, spelled_token
from mockenv.providers.phase.encryption.keys import account_keys, environment_keys, environment_seed, seal_for, share_of
from mockenv.providers.phase.encryption.sealing import KeyPair
from mockenv.providers.phase.errors import plain_refusal, refusal
from mockenv.providers.phase.fakes import SERVICE, SERVICE_ACCOUNT, USER
from mockenv.providers.phase.model import KEY, ORGANISATION, salt_of, shown_time
from mockenv.store.base import Document


def get_token_keys(call: Call, work: Work) -> Reply:
    """Here a bad token is 403, and its words are the same whatever is wrong with it.

    A stranger's token is refused in the lenient mode too: the rest of it is not sent, so nothing that fits it can be made.
    """
    if not call.header("authorization"):
        raise refusal(401, "Authentication credentials were not provided.")  # the real service fails (500)
    token = _token(call, work)
    body: Document = {"wrapped_key_share": share_of(work, token).wrapped}
    if token["type"] != SERVICE:
        body["user_id" if token["type"] == USER else "account_id"] = token["account"]
        body["offline_enabled"] = False
    name = (work.get(ORGANISATION, "organisation") or {})["name"]
    organisation = {"id": work.draw(ORGANISATION, "organisation").uuid("id"), "name": name}
    return Reply(200, {**body, "organisation": organisation, "apps": [_show_app(work, token, one) for one in _apps(work, token)]})


def _token(call: Call, work: Work) -> Document:
    type, _, value = (spelled_token(call.headers) or "").rpartition(" ")
    token = find_token(call, work, type, value)
    if token is None or not is_valid(work, token):
        raise plain_refusal(403, GONE)
    return token


def _apps(work: Work, token: Document) -> list[Document]:
    """Those in which the account has an environment, in the order in which they were made."""
    found = sorted(apps_of(work, token["account"]), key=lambda one: int(one["ordinal"]))
    return [app for app in found if environments_of(work, token["account"], app["id"])]


def _show_app(work: Work, token: Document, app: Document) -> Document:
    """A legacy token's apps are always called end-to-end encrypted."""
    keys = account_keys(work, token["account"])
    shown = [_show_key(work, token, keys, one) for one in environments_of(work, token["account"], app["id"])]
    encryption = "SSE" if app["sseEnabled"] and token["type"] != SERVICE else "E2E"
    return {"id": app["id"], "name": app["name"], "encryption": encryption, "environment_keys": shown}


def _show_key(work: Work, token: Document, holder: KeyPair, environment: Document) -> Document:
    id, account = environment["id"], token["account"]
    times = {
        name: shown_time(work, environment[stored]) for name, stored in (("created_at", "createdAt"), ("updated_at", "updatedAt"))
    }
    return {
        "id": work.draw(KEY, f"{id}/{account}").uuid("id"),
        "environment": {
            "id": id,
            "name": environment["name"],
            "env_type": environment["envType"],
            "index": environment["index"],
            **times,
        },
        "paths": None,
        "identity_key": environment_keys(work, id).public.hex(),
        "wrapped_seed": seal_for(work, environment_seed(work, id), holder, f"seed/{id}/{account}"),
        "wrapped_salt": seal_for(work, salt_of(work, id), holder, f"salt/{id}/{account}"),
        "created_at": times["created_at"],  # guess: keys are given with the environment
        "updated_at": times["created_at"],
        "deleted_at": None,
        "user": account if token["type"] == USER else None,
        "service_account": account if token["type"] == SERVICE_ACCOUNT else None,
    }
