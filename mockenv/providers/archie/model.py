"""Archie Core's resources as they are stored: members as GraphQL spells them, and some that it does not show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockenv.kernel.values.instant import Instant, iso_seconds
from mockenv.store.base import Document, Kind, by

PROJECT, ENVIRONMENT = "archie/project", "archie/environment"
DATABASE, DATABASE_USER = "archie/database", "archie/database_user"
FILE_PROVIDER, GATEWAY_ROUTE = "archie/file_provider", "archie/gateway_route"
SECURITY_CONFIG, ENVIRONMENT_VARIABLE = "archie/security_config", "archie/environment_variable"
AUTHENTICATION_PROVIDER = "archie/authentication_provider"
FAILURE = "archie/failure"
"""Why a branching failed, for the one reply that waits for it."""

PERSISTED_QUERY = "archie/persisted_query"
"""A document's text by its hash, for clients that send the hash alone."""

MASTER = "master"
OWNER = "ProjectOwner"
MEMBER = "ProjectMember"  # our word: the pages name no other role of a project
STATUSES = ("active", "branching", "merging", "error", "archived")
DATABASE_STATUSES = ("cloning", "available")
MODES = ("full", "system")
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

COPIED = {
    "copyFileProviders": FILE_PROVIDER,
    "copyGatewayRoutes": GATEWAY_ROUTE,
    "copySecurityConfig": SECURITY_CONFIG,
    "copyEnvironmentVariables": ENVIRONMENT_VARIABLE,
}
"""Copy flag → what it copies. Authentication providers have none."""

SETTINGS = (*COPIED.values(), AUTHENTICATION_PROVIDER)
BELONGINGS = (DATABASE, DATABASE_USER, *SETTINGS)
"""What goes when its environment goes."""

DEFAULT_SECURITY = {
    "corsOrigins": [],
    # Guess: the page says that defaults apply, not which.
    "rateLimits": {"globalPerMinute": 1000, "perIpPerMinute": 100, "perApiKeyPerMinute": 500, "burst": 50},
}


def name_key(project_id: str, name: str) -> str:
    """Environment names are unique within a project, case and all: what they are found by."""
    return f"{project_id}/{name}"


def variable_key(environment_id: str, key: str) -> str:
    return f"{environment_id}/{key}"


KINDS = (
    Kind(PROJECT),
    Kind(
        ENVIRONMENT,
        {
            "project_id": by("projectId"),
            "name": lambda one: name_key(one["projectId"], one["name"]),
            "status": by("status"),
            "under": by("under"),
            "blocks": lambda one: () if one["status"] == "archived" else (one["under"],),
        },
    ),
    *(Kind(kind, {"environment_id": by("environmentId")}) for kind in BELONGINGS if kind != ENVIRONMENT_VARIABLE),
    Kind(
        ENVIRONMENT_VARIABLE,
        {"environment_id": by("environmentId"), "key": lambda one: variable_key(one["environmentId"], one["key"])},
    ),
    Kind(FAILURE, internal=True),
    Kind(PERSISTED_QUERY, internal=True),
)


def new_environment(id: str, project_id: str, name: str, now: Instant) -> Document:
    """A root. `under` is where it hangs in the tree: its parent, or the nearest ancestor that was not deleted."""
    at = iso_seconds(now)
    return {
        "id": id,
        "projectId": project_id,
        "name": name,
        "parentId": None,
        "parentName": None,
        "branchMode": None,
        "branchedAt": None,
        "status": "active",
        "createdAt": at,
        "updatedAt": at,
        "under": None,
        "registered": True,
        "copies": [],
        "awaited": False,
    }


def branch_of(source: Document, mode: str) -> Document:
    """What a branch has of its source; the rest is `new_environment`'s."""
    return {"parentId": source["id"], "parentName": source["name"], "under": source["id"], "branchMode": mode}


def new_branch(id: str, source: Document, input: Mapping[str, Any], now: Instant) -> Document:
    """A branch before its first step: no database, no copies, not registered."""
    environment = new_environment(id, source["projectId"], input["name"], now) | branch_of(source, input["mode"])
    copies = [kind for flag, kind in COPIED.items() if input.get(flag)]
    return environment | {
        "branchedAt": environment["createdAt"],
        "status": "branching",
        "registered": False,
        "copies": copies,
    }


def new_database(id: str, environment: Document) -> Document:
    """An empty database; PostgreSQL's names have no hyphens."""
    return {
        "id": id,
        "environmentId": environment["id"],
        "name": f"env_{id.replace('-', '')[:12]}",
        "host": "db.archie.internal",
        "status": "cloning",
        "tables": [],
    }


def copy_tables(tables: list[Document], mode: str) -> list[Document]:
    """`system` has the schema and no rows."""
    return [{**table, "rowCount": table["rowCount"] if mode == "full" else 0} for table in tables]
