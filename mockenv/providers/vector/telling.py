"""Telling of what happened, in the names of the sandbox's generation; what happened is said once, here is how it is called.

The later generation tells of more moments, and calls some by several names: what it alone knows is told in both and heard in one.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockenv.kernel.events.event import emit
from mockenv.kernel.unit.work import Work
from mockenv.providers.vector import ulids
from mockenv.providers.vector.model import BACKUP, DEPLOYMENT, ENVIRONMENT, GENERATIONS, RESTORE, SITE, SSH_KEY
from mockenv.store.base import Document

JANUARY, FEBRUARY = GENERATIONS
_SAME_PHASES = ("started", "completed", "failed")
_BOTH = ("started", "completed")
_FIREWALL = {
    "ratelimit": ("created", "updated", "deleted"),
    **dict.fromkeys(("blockedip", "blockedreferrer", "allowedreferrer"), ("created", "deleted")),
}

_NAMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "site.pending": (("vector.site.pending",), ("site.created", "site.provisioning.started")),
    "site.created": (("vector.site.created",), ("site.provisioning.completed",)),
    "site.failed": ((), ("site.provisioning.failed",)),
    "site.updated": (("vector.site.updated",), ("site.updated",)),
    "site.terminating": ((), ("site.termination.started",)),
    "site.deleted": (("vector.site.deleted",), ("site.termination.completed",)),
    **{
        f"site.{what}ed": ((f"vector.site.{what}ed",), tuple(f"site.{what[:-2] + 'nsion'}.{phase}" for phase in _BOTH))
        for what in ("suspend", "unsuspend")
    },
    **{f"dev-site.{what}": ((f"vector.dev-site.{what}",), ()) for what in ("created", "suspended", "unsuspended", "terminated")},
    "dev-site.cloned": (("vector.dev-site.cloned",), ("site.cloned",)),
    "dev-site.sftp-password-reset": (("vector.dev-site.sftp-password-reset",), ("site.sftp.password.reset",)),
    "dev-site.database-password-reset": (("vector.dev-site.database-password-reset",), ("site.database.password.reset",)),
    **{
        f"dev-site.ssh-key-{what}": ((f"vector.dev-site.ssh-key-{what}",), (f"site.sshkey.{what}",))
        for what in ("added", "removed")
    },
    **{
        f"dev-site.db-{what}-{phase}": ((f"vector.dev-site.db-{what}-{phase}",), (f"site.database.{what}.{phase}",))
        for what in ("import", "export")
        for phase in _SAME_PHASES
    },
    "environment.pending": ((), ("environment.created", "environment.provisioning.started")),
    "environment.created": (("vector.environment.created",), ("environment.provisioning.completed",)),
    "environment.failed": ((), ("environment.provisioning.failed",)),
    "environment.updated": (("vector.environment.updated",), ("environment.updated",)),
    "environment.terminating": ((), ("environment.termination.started",)),
    "environment.deleted": (("vector.environment.deleted",), ("environment.termination.completed",)),
    **{
        f"environment.{what}ed": (
            (f"vector.environment.{what}ed",),
            tuple(f"environment.{what[:-2] + 'nsion'}.{phase}" for phase in _BOTH),
        )
        for what in ("suspend", "unsuspend")
    },
    "environment.database-password-reset": (
        ("vector.environment.database-password-reset",),
        ("environment.database.password.reset",),
    ),
    **{f"deployment.{phase}": ((f"vector.deployment.{phase}",), (f"deployment.{phase}",)) for phase in _SAME_PHASES},
    **{f"rollback.{phase}": ((f"vector.deployment.{phase}",), (f"deployment.rollback.{phase}",)) for phase in _SAME_PHASES},
    **{f"cdn.setup-{phase}": ((f"vector.cdn.setup-{phase}",), (f"cdn.setup.{phase}",)) for phase in _SAME_PHASES},
    **{f"webhook.{what}": ((f"vector.webhook.{what}",), (f"webhook.{what}",)) for what in ("created", "updated", "deleted")},
    **{f"ssh-key.{what}": ((f"vector.ssh-key.{what}",), (f"sshkey.{what}",)) for what in ("created", "deleted")},
    **{f"api-key.{what}": ((f"vector.api-key.{what}",), (f"apikey.{what}",)) for what in ("created", "deleted")},
    **{f"secret.{what}": ((), (f"secret.{what}",)) for what in ("created", "updated", "deleted")},
    "cache.purged": ((), ("cache.purged",)),
    **{f"{thing}.{what}": ((), (f"waf.{thing}.{what}",)) for thing, whats in _FIREWALL.items() for what in whats},
    # Guess: no names are published for these; they are as those of deployments.
    **{f"{what}.{phase}": ((), (f"{what}.{phase}",)) for what in ("backup", "restore") for phase in _SAME_PHASES},
}
"""What happened → its names in January and in February; none where a generation does not tell of it."""

EVENTS = tuple(dict.fromkeys(name for generations in _NAMES.values() for names in generations for name in names))
"""What is emitted here in any generation."""
_NUMBERED = {"site_id": SITE, "environment_id": ENVIRONMENT}
_RENAMED = {"partner_customer_id": "your_customer_id", "site_id": "vector_site_id", "environment_id": "vector_environment_id"}


def tell(work: Work, what: str, resource: str, data: Document) -> None:
    """That something happened to a resource (`provider/kind/id`)."""
    is_later = work.option("vector", "generation") == FEBRUARY
    for name in _NAMES[what][is_later]:
        emit(work, name, resource, _in_february(work, resource, data) if is_later else data)


def _in_february(work: Work, resource: str, data: Document) -> Document:
    kind = resource.rpartition("/")[0]
    shown = {}
    for name, value in data.items():
        of = kind if name == "id" else _NUMBERED.get(name)
        if of in (SITE, ENVIRONMENT, SSH_KEY) and isinstance(value, int):
            value = ulids.ulid_of(work, of, value)  # noqa: PLW2901  # the same, as the later generation writes it
        elif name == "id" and of in (DEPLOYMENT, BACKUP, RESTORE, "vector/webhook", "vector/secret"):
            value = value.lower()  # noqa: PLW2901
        shown[_RENAMED.get(name, name)] = value
    return shown
