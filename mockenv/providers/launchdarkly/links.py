"""Where things are, and links to them; knows none of the things."""

from __future__ import annotations

from mockenv.provider import Call
from mockenv.store.base import Document

ROOT = "/api/v2"
JSON, HTML = "application/json", "text/html"


def link(href: str, type: str = JSON) -> Document:
    return {"href": href, "type": type}


def link_here(call: Call, path: str) -> Document:
    """Without scheme and host, as the service has them; what leads here leads the link, too: a sandbox's prefix, a proxy's."""
    return link(f"{call.prefix}{path}")


def project_path(project: str) -> str:
    return f"{ROOT}/projects/{project}"


def environments_path(project: str) -> str:
    return f"{project_path(project)}/environments"
