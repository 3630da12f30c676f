"""SSH keys: the account's, which new sites begin with, and those on a site."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.lifecycle import site_event
from mockenv.providers.vector.model import SITE_SSH_KEY, SSH_KEY
from mockenv.providers.vector.operations.access import require_site, require_write
from mockenv.providers.vector.operations.paging import page_of
from mockenv.providers.vector.ssh import fingerprint_of, install, new_ssh_key, on_site, show
from mockenv.providers.vector.telling import tell
from mockenv.store.base import Document
from mockenv.toolbox import is_taken, required

UNREADABLE = "Unable to parse SSH public key. Ensure it is in valid OpenSSH format."
ON_ACCOUNT = "An SSH key with this fingerprint already exists for this account."
ON_SITE = "This SSH key is already installed on this site."
NEITHER = "The ssh key id field is required when public key is not present."  # guess, in Laravel's words
UNKNOWN = "The selected ssh key id is invalid."  # guess, in Laravel's words


def list_ssh_keys(call: Call, work: Work) -> Reply:
    return page_of(call, work, SSH_KEY, "SSH keys retrieved successfully", {})


def create_ssh_key(call: Call, work: Work) -> Reply:
    require_write(call)
    body = call.body()
    fingerprint = _fingerprint(body["public_key"])
    if is_taken(work, SSH_KEY, fingerprint=fingerprint):
        raise _refused("public_key", ON_ACCOUNT)
    key = new_ssh_key(work, body["name"], fingerprint)
    work.put(SSH_KEY, str(key["id"]), key)
    _note(work, "created", key)
    return success(201, "SSH key created successfully", key)


def get_ssh_key(call: Call, work: Work) -> Reply:
    return success(200, "SSH key retrieved successfully", _require_key(call, work))


def delete_ssh_key(call: Call, work: Work) -> Reply:
    """The sites that have it keep it."""
    key = _require_key(call, work)
    require_write(call)
    work.delete(SSH_KEY, str(key["id"]))
    _note(work, "deleted", key)
    return success(200, "SSH key deleted successfully", key)


def list_site_keys(call: Call, work: Work) -> Reply:
    where = {"site_id": [require_site(call, work)["id"]]}
    return page_of(call, work, SITE_SSH_KEY, "SSH keys retrieved successfully", where, show=show)


def add_site_key(call: Call, work: Work) -> Reply:
    """The guide attaches one of the account's; the reference brings a new one, which is then this site's alone."""
    site = require_site(call, work)
    require_write(call)
    key, member = _wanted(work, call.body())
    if is_taken(work, SITE_SSH_KEY, fingerprint=on_site(site["id"], key["fingerprint"])):
        raise _refused(member, ON_SITE)
    install(work, site["id"], key)
    site_event(work, "dev-site.ssh-key-added", site, ssh_key=key)
    return success(201, "SSH key added to site successfully", key)


def remove_site_key(call: Call, work: Work) -> Reply:
    site = require_site(call, work)
    id = f"{site['id']}/{call.params['ssh_key']}"
    key = required(work.get(SITE_SSH_KEY, id), lambda: not_found("SSH key", "on this site"))
    require_write(call)
    work.delete(SITE_SSH_KEY, id)
    site_event(work, "dev-site.ssh-key-removed", site, ssh_key=show(key))
    return success(200, "SSH key removed from site successfully", show(key))


def _wanted(work: Work, body: Document) -> tuple[Document, str]:
    """The key that a body speaks of, and by which member."""
    if body.get("ssh_key_id") is not None:
        key = work.get(SSH_KEY, str(body["ssh_key_id"]))
        return required(key, lambda: _refused("ssh_key_id", UNKNOWN)), "ssh_key_id"
    if body.get("public_key") is None:
        raise _refused("ssh_key_id", NEITHER)
    if body.get("name") is None:
        raise _refused("name", "The name field is required.")
    return new_ssh_key(work, body["name"], _fingerprint(body["public_key"])), "public_key"


def _fingerprint(public_key: str) -> str:
    found = fingerprint_of(public_key)
    if found is None:
        raise _refused("public_key", UNREADABLE)
    return found


def _require_key(call: Call, work: Work) -> Document:
    return required(work.get(SSH_KEY, call.params["ssh_key"]), lambda: not_found("SSH key"))


def _refused(field: str, text: str) -> Refused:
    return Refused(validation_failure({field: [text]}))


def _note(work: Work, what: str, key: Document) -> None:
    tell(work, f"ssh-key.{what}", f"{SSH_KEY}/{key['id']}", key)
