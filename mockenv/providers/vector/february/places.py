"""Where February's paths lead: its routes are flat, its ids ULIDs; operations are told of the site and the number."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.vector import ulids
from mockenv.providers.vector.errors import not_found
from mockenv.providers.vector.model import DEPLOYMENT, ENVIRONMENT, EXPORT, IMPORT, PROMOTE, SECRET, SITE, SSH_KEY
from mockenv.store.base import Document


def params_of(call: Call, work: Work) -> dict[str, str]:
    """The path's parameters as operations know them. Raises Refused where they name nothing and nothing could be found by them."""
    params = {name: _READERS.get(name, _same)(work, text) for name, text in call.params.items()}
    if "site" not in params and "site" in _query_names(call):
        params["site"] = _READERS["site"](work, call.query()["site"])
    owner = _owner(work, call, params)
    if owner is not None:
        params |= {"env": str(owner["id"]), "site": str(owner["site_id"])}
    return params


def _query_names(call: Call) -> list[str]:
    return [one.name for one in call.match.operation.query] if call.match.operation else []


def _owner(work: Work, call: Call, params: Mapping[str, str]) -> Document | None:
    """The environment that a flat path speaks of, itself or by what lies in it."""
    if "deployment" in params:
        return _environment_of(work, work.get(DEPLOYMENT, params["deployment"]), "Deployment")
    if "secret" in params and "global-secrets" not in call.path:
        return _environment_of(work, work.get(SECRET, params["secret"]), "Environment secret")
    if "env" in params:
        found = work.get(ENVIRONMENT, params["env"])
        if found is None:
            raise not_found("Environment")
        return found
    return None


def _environment_of(work: Work, thing: Document | None, what: str) -> Document:
    found = work.get(ENVIRONMENT, str(thing["environment_id"])) if thing else None
    if found is None:
        raise not_found(what)
    return found


def _same(work: Work, text: str) -> str:
    return text


def _numbered(kind: str, write: Callable[[int], str] = str) -> Callable[[Work, str], str]:
    """A ULID becomes the number in it; what is none stays, and the earlier generation's ids lead to the same."""

    def read(work: Work, text: str) -> str:
        number = ulids.number_of(work, kind, text)
        return text if number is None else write(number)

    return read


def _key(work: Work, text: str) -> str:
    return f"key_{int(text):012x}" if text.isascii() and text.isdigit() and len(text) < 19 else text


_READERS: Mapping[str, Callable[[Work, str], str]] = {
    "site": _numbered(SITE),
    "env": _numbered(ENVIRONMENT),
    "ssh_key": _numbered(SSH_KEY),
    "export_id": _numbered(EXPORT, lambda number: f"exp_{number:012x}"),
    "import_id": _numbered(IMPORT, lambda number: f"imp_{number:012x}"),
    "promote_id": _numbered(PROMOTE, lambda number: f"pro_{number:012x}"),
    **dict.fromkeys(
        ("deployment", "secret", "webhook", "backup", "download", "restore", "domain_change"), lambda work, text: text.upper()
    ),
    "key": _key,
}
