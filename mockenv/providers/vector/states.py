"""Which operation is allowed in which status, and how it is refused in the others: the operations ask it, the README shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mockenv.provider import Call, Refused
from mockenv.providers.vector.errors import validation_failure
from mockenv.providers.vector.model import DEPLOYMENT, DEPLOYMENT_STATUSES, ENVIRONMENT, IMPORT, SITE, STATUSES
from mockenv.providers.vector.transfers import TRANSFER_STATUSES
from mockenv.store.base import Document


class Rule(NamedTuple):
    """Where an operation is allowed, and the refusal elsewhere: 422 with `text` under `errors.<field>`.

    The real service has two forms: suspend's, where `message` repeats the text, and clone's, where it is general.
    """

    allowed: tuple[str, ...]
    text: str
    field: str = "status"
    message: str | None = None

    def refusal(self, status: str) -> Refused:
        text = self.text.format(status=status)
        return Refused(validation_failure({self.field: [text]}, self.message or text))


@dataclass(frozen=True)
class Table:
    """All operations that speak of one sort of thing. Those without a rule are allowed in every status."""

    title: str
    kind: str
    statuses: tuple[str, ...]
    operations: tuple[str, ...]
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def require(self, call: Call, document: Document) -> None:
        """Raises Refused where the call's operation is not allowed in the document's status."""
        assert call.match.operation is not None  # only called by an operation
        self.demand(call.match.operation.id, document)

    def demand(self, operation: str, document: Document) -> None:
        """The same for an operation that goes by several names."""
        rule = self.rules.get(operation)
        if rule and document["status"] not in rule.allowed:
            raise rule.refusal(document["status"])


def _must_be(what: str, verb: str, *allowed: str) -> Rule:
    """In the words published for suspend and unsuspend; for every other verb that is a guess."""
    states = " or ".join(f"'{one}'" for one in allowed)
    return Rule(allowed, f"{what} cannot be {verb} from current state '{{status}}'. {what} must be {states} to be {verb}.")


_NO_SUCH_TARGET = "The specified deployment does not exist for this environment or has no Ymir deployment ID."
# Guess: no text is published; this one is worded after the one for a domain change that is under way.
_ONE_AT_A_TIME = Rule(("deployed", "failed"), "A deployment is already in progress for this environment.", "deployment")

SITE_STATES = Table(
    title="A site",
    kind=SITE,
    statuses=STATUSES,
    operations=(
        *("getSite", "updateSite", "deleteSite", "cloneSite"),
        *("suspendSite", "suspendSitePut", "unsuspendSite", "unsuspendSitePut"),
        *(
            "resetSiteSftpPassword",
            "resetSiteDatabasePassword",
            "listSiteLogs",
            "purgeSiteCache",
            "purgeSiteCdnCache",
            "getSiteCdnCache",
        ),
        *("listBlockedIps", "addBlockedIp", "removeBlockedIp", "listAllowedIps", "addAllowedIp", "removeAllowedIp"),
        *("listBlockedReferrers", "addBlockedReferrer", "removeBlockedReferrer"),
        *("listAllowedReferrers", "addAllowedReferrer", "removeAllowedReferrer"),
        *("listRateLimits", "createRateLimit", "getRateLimit", "updateRateLimit", "deleteRateLimit", "setSiteRateLimit"),
        *("createDatabaseExport", "getDatabaseExport", "createDatabaseImport", "importDatabaseDirectly"),
        *("listSiteSshKeys", "addSiteSshKey", "removeSiteSshKey"),
        *("listEnvironments", "createEnvironment"),
    ),
    rules={
        "deleteSite": _must_be("Site", "deleted", "active", "suspended", "failed"),  # `failed` is ours: there must be a way out
        "cloneSite": Rule(("active",), "Source site must be in active state to clone.", "site", "Validation failed"),
        "suspendSite": _must_be("Site", "suspended", "active"),
        "suspendSitePut": _must_be("Site", "suspended", "active"),
        "unsuspendSite": _must_be("Site", "unsuspended", "suspended"),
        "unsuspendSitePut": _must_be("Site", "unsuspended", "suspended"),
    },
)
RECONFIGURE = Rule(("active",), "Site must be active to regenerate wp-config. Current state: '{status}'.")
"""Only the later generation has the operation."""
ENVIRONMENT_STATES = Table(
    title="An environment",
    kind=ENVIRONMENT,
    statuses=STATUSES,
    operations=(
        *("getEnvironment", "updateEnvironment", "deleteEnvironment"),
        *("suspendEnvironment", "suspendEnvironmentPut", "unsuspendEnvironment", "unsuspendEnvironmentPut"),
        *("resetEnvironmentDatabasePassword", "getEnvironmentSsl", "nudgeEnvironmentSsl"),
        *("listEnvironmentSecrets", "createEnvironmentSecret"),
        *("getEnvironmentSecret", "updateEnvironmentSecret", "deleteEnvironmentSecret"),
        "createEnvironmentDatabaseExport",
        *("listDeployments", "createDeployment", "rollbackEnvironment"),
    ),
    rules={
        "deleteEnvironment": _must_be("Environment", "deleted", "active", "suspended", "failed"),
        "suspendEnvironment": _must_be("Environment", "suspended", "active"),
        "suspendEnvironmentPut": _must_be("Environment", "suspended", "active"),
        "unsuspendEnvironment": _must_be("Environment", "unsuspended", "suspended"),
        "unsuspendEnvironmentPut": _must_be("Environment", "unsuspended", "suspended"),
        "createDeployment": _must_be("Environment", "deployed to", "active"),
        "rollbackEnvironment": _must_be("Environment", "rolled back", "active"),
    },
)
DEPLOYMENT_STATES = Table(
    title="An environment's newest deployment",
    kind=DEPLOYMENT,
    statuses=DEPLOYMENT_STATUSES,
    operations=("getDeployment", "createDeployment", "rollbackEnvironment"),
    rules={"createDeployment": _ONE_AT_A_TIME, "rollbackEnvironment": _ONE_AT_A_TIME},
)
TARGET_STATES = Table(
    title="An older deployment, as the target of a rollback",
    kind=DEPLOYMENT,
    statuses=("deployed", "failed"),
    operations=("rollbackEnvironment",),
    rules={"rollbackEnvironment": Rule(("deployed",), _NO_SUCH_TARGET, "target_deployment_id", "Validation failed")},
)
_READY_TO_RUN = Rule(("pending",), "Import must be in pending or uploaded status", "status", "Import is not ready to run")
IMPORT_STATES = Table(
    title="A database import",
    kind=IMPORT,
    statuses=TRANSFER_STATUSES,
    operations=("getDatabaseImport", "runDatabaseImport"),
    rules={"runDatabaseImport": _READY_TO_RUN},
)
TABLES = (SITE_STATES, ENVIRONMENT_STATES, DEPLOYMENT_STATES, TARGET_STATES, IMPORT_STATES)
