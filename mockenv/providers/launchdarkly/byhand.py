"""What somebody else has done, in the audit log: without a call, and so without who it was and without how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockenv.kernel.unit.work import Work
from mockenv.providers.launchdarkly import audit
from mockenv.providers.launchdarkly.flags import trail as flags
from mockenv.providers.launchdarkly.flags.model import FLAG
from mockenv.providers.launchdarkly.flags.representation import flag_path
from mockenv.providers.launchdarkly.links import environments_path, project_path
from mockenv.providers.launchdarkly.model import ENVIRONMENT, PROJECT
from mockenv.providers.launchdarkly.operations import trail
from mockenv.store.base import Document

Place = Callable[[Document], str]
KINDS: Mapping[str, tuple[str, Mapping[str, str], Place, Place]] = {
    PROJECT: ("Project", trail.PROJECT_ACTIONS, lambda one: project_path(one["key"]), lambda one: f"proj/{one['key']}"),
    ENVIRONMENT: (
        "Environment",
        trail.ENVIRONMENT_ACTIONS,
        lambda one: f"{environments_path(one['project'])}/{one['key']}",
        trail.environment_resource,
    ),
    FLAG: ("Flag", flags.SETTINGS, flag_path, flags.resource),
}
"""Kind → what it is called, which member is changed by which action, where it is found, and how policies name it."""


def log(work: Work, kind: str, what: str, document: Document, before: Document | None) -> None:
    """That it was `created`, `updated` or `deleted`; what changes nothing that the log speaks of is no entry."""
    if kind not in KINDS or work.is_silent:
        return
    name, actions, path, resource = KINDS[kind]
    done = audit.actions_between(before or {}, document, actions) if what == "updated" else (f"{what[:-1]}{name}",)
    text = f"{what} the {name.lower()}"
    audit.record_unasked(work, audit.on(name.lower(), document, text, path(document), resource(document), *done))
