"""Code references' repositories: connected by hand, listed, shown, changed and disconnected; branches are not imitated."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly.account.crud import Sort
from mockenv.providers.launchdarkly.errors import conflict
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.store.base import Document, Kind

REPOSITORY = "launchdarkly/repository"
KINDS = (Kind(REPOSITORY),)


def _make(call: Call, work: Work, body: Document) -> Document:
    given = {name: value for name, value in body.items() if value is not None}
    if work.get(REPOSITORY, given["name"]) is not None:
        raise conflict(call, f"A repository with the name {given['name']} already exists")
    return {
        "id": given["name"],
        "name": given["name"],
        "type": given.get("type", "custom"),
        "defaultBranch": given.get("defaultBranch", "main"),
        **{name: given[name] for name in ("sourceLink", "commitUrlTemplate", "hunkUrlTemplate") if name in given},
        "enabled": True,
        "version": 1,
    }


REPOSITORIES = Sort(
    kind=REPOSITORY,
    label="code-reference-repository",
    schema="Repository",
    path=lambda one: f"code-refs/repositories/{one['name']}",
    shown=("name", "sourceLink", "commitUrlTemplate", "hunkUrlTemplate", "type", "defaultBranch", "enabled", "version"),
    defaults={"defaultBranch": "main", "enabled": True, "type": "custom"},
    optional=("sourceLink", "commitUrlTemplate", "hunkUrlTemplate"),
    make=_make,
    actions={
        "+": "createCodeRefsRepository",
        "-": "deleteCodeRefsRepository",
        "enabled": "updateCodeRefsRepositoryOn",
        "defaultBranch": "updateCodeRefsRepositoryBranches",
    },
    created=200,  # as documented, for a POST
    parameter="repo",
)


def get_all(call: Call, work: Work) -> Reply:
    items = [REPOSITORIES.show(call, work, one) for one in work.find(REPOSITORY)]
    return Reply(200, {"_links": {"self": link_here(call, f"{ROOT}/code-refs/repositories")}, "items": items})


OPERATIONS: dict[str, Handler] = {
    "getRepositories": get_all,
    **REPOSITORIES.handlers("getRepository", "postRepository", "patchRepository", "deleteRepository"),
}
