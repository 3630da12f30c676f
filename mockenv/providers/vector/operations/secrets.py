"""Secrets of all sites and of one environment: keys are shown, values never, but for the later generation's plain variables."""

from __future__ import annotations

from typing import NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.laravel import dirty
from mockenv.providers.vector.model import SECRET
from mockenv.providers.vector.operations.access import require_environment, require_write
from mockenv.providers.vector.operations.paging import page_of
from mockenv.providers.vector.telling import tell
from mockenv.store.base import Document

RESERVED_TEXT = "The secret key is reserved and cannot be used."  # guess
_WORDPRESS = """
    DB_NAME DB_USER DB_PASSWORD DB_HOST DB_CHARSET DB_COLLATE
    AUTH_KEY SECURE_AUTH_KEY LOGGED_IN_KEY NONCE_KEY AUTH_SALT SECURE_AUTH_SALT LOGGED_IN_SALT NONCE_SALT
    AUTOMATIC_UPDATER_DISABLED DISABLE_WP_CRON DISALLOW_FILE_EDIT DISALLOW_FILE_MODS DOMAIN_CURRENT_SITE WP_HOME WP_SITEURL
    LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT _HANDLER TZ
"""
RESERVED = frozenset(_WORDPRESS.split())
RESERVED_BEGINNINGS = ("YMIR_", "AWS_")
"""The guide's and the reference's lists, together."""


class Scope(NamedTuple):
    """Whose secrets: an environment's, or everybody's."""

    environment_id: int | None

    @property
    def title(self) -> str:
        return "Global secret" if self.environment_id is None else "Environment secret"


def list_secrets(call: Call, work: Work) -> Reply:
    scope = _scope(call, work)
    return page_of(
        call, work, SECRET, f"{scope.title}s retrieved successfully", {"environment_id": [scope.environment_id]}, show=_show
    )


def create_secret(call: Call, work: Work) -> Reply:
    """Guess: a key that is there already is taken again; nothing documents a refusal."""
    scope = _scope(call, work)
    require_write(call)
    body = call.body()
    _require_free(body["key"])
    id = work.draw(SECRET, work.next_ordinal(SECRET)).ulid("id", work.now // 1000)
    at = iso_micros(work.now)
    secret = {"id": id, "key": body["key"], "created_at": at, "updated_at": at, **_openness(call, body)}
    secret |= {"secret_value": body["value"], "environment_id": scope.environment_id}
    work.put(SECRET, id, secret)
    _note(work, "created", secret)
    return success(201, f"{scope.title} created successfully", _show(secret))


def get_secret(call: Call, work: Work) -> Reply:
    scope = _scope(call, work)
    return success(200, f"{scope.title} retrieved successfully", _show(_require(call, work, scope)))


def update_secret(call: Call, work: Work) -> Reply:
    """Key, value, or both; and whether it is one, where a generation lets that be said."""
    scope = _scope(call, work)
    secret = _require(call, work, scope)
    require_write(call)
    body = call.body()
    if "key" in body:
        _require_free(body["key"])
    names = (("key", "key"), ("value", "secret_value"))
    wanted = {name: body[member] for member, name in names if member in body}
    if changes := dirty({"is_secret": True} | secret, wanted | _openness(call, body)):
        secret.update(changes, updated_at=iso_micros(work.now))
        work.put(SECRET, secret["id"], secret)
        _note(work, "updated", secret)
    return success(200, f"{scope.title} updated successfully", _show(secret))


def delete_secret(call: Call, work: Work) -> Reply:
    scope = _scope(call, work)
    secret = _require(call, work, scope)
    require_write(call)
    work.delete(SECRET, secret["id"])
    _note(work, "deleted", secret)
    return success(200, f"{scope.title} deleted successfully", _show(secret))


def _scope(call: Call, work: Work) -> Scope:
    return Scope(require_environment(call, work)["id"] if "env" in call.params else None)


def _require(call: Call, work: Work, scope: Scope) -> Document:
    """Only in its own scope."""
    secret = work.get(SECRET, call.params["secret"])
    if secret is None or secret["environment_id"] != scope.environment_id:
        raise not_found(scope.title)
    return secret


def _require_free(key: str) -> None:
    if key in RESERVED or key.startswith(RESERVED_BEGINNINGS):
        raise Refused(validation_failure({"key": [RESERVED_TEXT]}))


def _note(work: Work, what: str, secret: Document) -> None:
    tell(work, f"secret.{what}", f"{SECRET}/{secret['id']}", {name: secret[name] for name in ("id", "key")})


def _openness(call: Call, body: Document) -> Document:
    """`is_secret`, as far as this generation's document has it: a plain variable's value is shown."""
    operation = call.match.operation
    known = operation.body_members if operation else None
    return {"is_secret": body["is_secret"]} if "is_secret" in (known or ()) and body.get("is_secret") is not None else {}


def _show(secret: Document) -> Document:
    shown = {name: secret[name] for name in ("id", "key", "created_at", "updated_at")}
    return shown if secret.get("is_secret", True) else shown | {"value": secret["secret_value"]}
