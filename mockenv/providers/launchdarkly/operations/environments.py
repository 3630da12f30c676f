"""Environments: create, list, get, change by JSON Patch, delete."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.launchdarkly import approvals, listing, patching
from mockenv.providers.launchdarkly.access import (
    find_environment,
    require_environment,
    require_project,
    require_write,
)
from mockenv.providers.launchdarkly.errors import conflict, failure, invalid
from mockenv.providers.launchdarkly.flags import keeping as flags
from mockenv.providers.launchdarkly.lifecycle import note
from mockenv.providers.launchdarkly.links import environments_path, link_here, project_path
from mockenv.providers.launchdarkly.model import ENVIRONMENT, SETTINGS, new_environment
from mockenv.providers.launchdarkly.operations import trail
from mockenv.providers.launchdarkly.operations.representation import show_environment
from mockenv.providers.launchdarkly.paging import LIMIT, asked_page, links_of, page_links
from mockenv.providers.launchdarkly.segments import model as segments
from mockenv.store.base import Document

FILTERS = {"query": listing.by_query, "tags": listing.by_tags, "critical": listing.by_critical}
READ_ONLY = ("_links", "_id", "_access", "key", "apiKey", "mobileKey")


def get_environments_by_project(call: Call, work: Work) -> Reply:
    project = require_project(call, work)["key"]
    wanted = listing.read_wanted(call, FILTERS)
    wanted.where["project"] = [project]
    offset, limit = asked_page(call)
    found, total = listing.find_page(work, ENVIRONMENT, wanted, offset, limit)
    return Reply(200, _collection(call, work, project, found, total, links_of(call, total, offset, limit)))


def first_page(call: Call, work: Work, project: str) -> Document:
    """The collection as it stands inside an expanded project."""
    found, total = work.page(ENVIRONMENT, {"project": [project]}, 0, LIMIT)
    return _collection(call, work, project, found, total, page_links(call, environments_path(project), {}, total))


def _collection(call: Call, work: Work, project: str, found: list[Document], total: int, links: Document) -> Document:
    links = dict(sorted({**links, "parent": link_here(call, project_path(project))}.items()))
    return {"_links": links, "totalCount": total, "items": [show_environment(call, work, one) for one in found]}


def post_environment(call: Call, work: Work) -> Reply:
    project = require_project(call, work)["key"]
    require_write(call)
    environment = add_environment(call, work, project, call.body())
    return Reply(201, show_environment(call, work, environment))


def add_environment(call: Call, work: Work, project: str, body: Document) -> Document:
    """For a new environment and for those that come with a new project."""
    if find_environment(work, project, body["key"]):
        raise conflict(call, f"An environment with the key {body['key']} already exists in this project")
    source = _source(call, work, project, body)
    environment = new_environment(work, project, body, source)
    work.put(ENVIRONMENT, environment["_id"], environment)
    flags.add_environment(work, environment, source)
    segments.add_environment(work, environment, source)
    note(work, "created", environment)
    trail.of_environment(call, work, environment, None, show_environment(call, work, environment))
    return environment


def _source(call: Call, work: Work, project: str, body: Document) -> Document | None:
    """The environment to clone; its version counts its changes, starting at 1. No reply shows it: guesses, all of this."""
    asked: dict[str, Any] = body.get("source") or {}
    if "key" not in asked:
        return None
    source = find_environment(work, project, asked["key"])
    if source is None:
        raise invalid(call, f"Unknown environment key {asked['key']}")
    if asked.get("version", source["version"]) != source["version"]:
        raise Refused(failure(call, 409))
    return source


def get_environment(call: Call, work: Work) -> Reply:
    return Reply(200, show_environment(call, work, require_environment(call, work)))


def patch_environment(call: Call, work: Work) -> Reply:
    """The patch is applied to what the client sees; what comes out is checked, then kept."""
    environment = require_environment(call, work)
    require_write(call)
    before = show_environment(call, work, environment)
    after = patching.apply(call, before, patching.operations_of(call), approvals.is_optional)
    patching.require_kept(call, before, after, READ_ONLY)
    after = _checked(call, patching.with_defaults(after, SETTINGS), "approvalSettings" in before)
    environment |= {name: after[name] for name in ("name", "color", *SETTINGS, *approvals.MEMBERS) if name in after}
    environment |= {"defaultTtl": int(after["defaultTtl"]), "version": environment["version"] + 1}
    work.put(ENVIRONMENT, environment["_id"], environment)
    note(work, "updated", environment)
    shown = show_environment(call, work, environment)
    trail.of_environment(call, work, environment, before, shown)
    return Reply(200, shown)


def _checked(call: Call, after: Document, has_approvals: bool) -> Document:
    """What a patch has made of an environment, complete and valid. Raises Refused (400)."""
    if not has_approvals:
        if any(name in after for name in approvals.MEMBERS):
            raise invalid(call, "Could not apply patch: approvals are not enabled for this account")
        patching.require_valid(call, "Environment", after)
        return after
    after = approvals.complete(after)
    patching.require_valid(call, "Environment", after)
    for objection in approvals.objections(after):
        raise invalid(call, objection)
    return approvals.exact(after)


def delete_environment(call: Call, work: Work) -> Reply:
    """A critical one, too: asking twice is what the web application does, not the API."""
    environment = require_environment(call, work)
    require_write(call)
    if work.count(ENVIRONMENT, project=environment["project"]) == 1:
        raise conflict(call, "The last environment of a project cannot be deleted")  # guess: status and text
    remove_environment(work, environment["_id"])
    note(work, "deleted", environment)
    trail.of_environment(call, work, environment, show_environment(call, work, environment), None)
    return Reply(204)


def remove_environment(work: Work, id: str) -> None:
    """With what hangs on it."""
    agenda.cancel(work, f"{ENVIRONMENT}/{id}")
    flags.remove_environment(work, id)
    segments.remove_environment(work, id)
    work.delete(ENVIRONMENT, id)
