"""February's way of speaking: every operation as it is, with its parameters read and its reply written in other words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from mockenv.contract.document import Operation
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.vector.february import abilities, archives, places, shapes
from mockenv.providers.vector.february.phrases import MESSAGES, STATUSES
from mockenv.providers.vector.operations.access import require_environment, require_site
from mockenv.providers.vector.wire import ACCOUNTS, Wire
from mockenv.store.base import Document

Shape = Callable[[Work, Any], Any]
SUSPENSIONS = ("suspendSite", "suspendSitePut", "unsuspendSite", "unsuspendSitePut")
_OF = {
    shapes.site: ("listSites", "getSite", "updateSite", "deleteSite", "reconfigureSite", *SUSPENSIONS),
    shapes.new_site: ("createSite", "cloneSite"),
    shapes.environment: (
        *("listEnvironments", "listSiteEnvironments", "createEnvironment", "getEnvironment", "deleteEnvironment"),
        "recheckDns",
    ),
    shapes.environment_updated: ("updateEnvironment",),
    archives.domain_change: ("getDomainChange",),
    shapes.deployment: ("listDeployments", "listSiteDeployments", "createDeployment", "getDeployment", "rollbackEnvironment"),
    shapes.ssh_key: (
        *("listSshKeys", "createSshKey", "getSshKey", "deleteSshKey"),
        *("listSiteSshKeys", "addSiteSshKey", "removeSiteSshKey"),
    ),
    shapes.secret: (
        *(f"{verb}GlobalSecret" for verb in ("create", "get", "update", "delete")),
        *(f"{verb}EnvironmentSecret" for verb in ("create", "get", "update", "delete")),
        *("listGlobalSecrets", "listEnvironmentSecrets"),
    ),
    shapes.api_key: ("listApiKeys", "createApiKey"),
    shapes.webhook: ("listWebhooks", "createWebhook", "getWebhook", "updateWebhook"),
    shapes.webhook_log: ("listWebhookLogs",),
    shapes.event: ("listEvents",),
    shapes.address: ("listBlockedIps", "addBlockedIp", "removeBlockedIp"),
    shapes.referrer: (
        *("listBlockedReferrers", "addBlockedReferrer", "removeBlockedReferrer"),
        *("listAllowedReferrers", "addAllowedReferrer", "removeAllowedReferrer"),
    ),
    archives.export: ("createDatabaseExport", "getDatabaseExport"),
    archives.import_session: (
        *("createDatabaseImport", "getDatabaseImport", "runDatabaseImport"),
        *("createEnvironmentDatabaseImport", "getEnvironmentDatabaseImport", "runEnvironmentDatabaseImport"),
    ),
    archives.archive_import: ("createArchiveImport", "getArchiveImport", "runArchiveImport"),
    archives.backup: ("listBackups", "createBackup", "getBackup"),
    archives.backup_download: ("createBackupDownload", "getBackupDownload"),
    archives.restore: ("listRestores", "createRestore", "getRestore"),
    archives.promote: ("createDatabasePromote", "getDatabasePromote"),
}
_SHAPES: Mapping[str, Shape] = {operation: shape for shape, operations in _OF.items() for operation in operations}
"""How one thing is written; where an operation gives several, each of them is."""
_WHOLE: Mapping[str, Shape] = {
    "getAccount": shapes.account,
    "updateAccount": shapes.account,
    "listPhpVersions": shapes.php_versions,
    "listSiteLogs": shapes.logs,
}
_INSTEAD: Mapping[str, tuple[Callable[[Call, Work], Document], Shape]] = {
    "resetSiteSftpPassword": (require_site, shapes.site_with_sftp),
    "resetSiteDatabasePassword": (require_site, shapes.site_with_database),
    "resetEnvironmentDatabasePassword": (require_environment, shapes.environment_with_password),
    "getEnvironmentSsl": (require_environment, shapes.environment),
    "nudgeEnvironmentSsl": (require_environment, shapes.environment),
}
"""Where January answers with a piece, and February with the whole thing that it belongs to."""


class February(Wire):
    """Flat routes, ULIDs, `your_customer_id`, other texts and statuses."""

    aliases = (*ACCOUNTS, ("/database/reset-password", "/db/reset-password"))  # the second: its name a few days before

    def meant(self, operation: Operation, body: Any) -> Any:
        if not isinstance(body, dict) or operation.body_members is None:
            return body
        said = {_MEMBERS.get(name, name): value for name, value in body.items() if name in operation.body_members}
        if said.get("target_deployment_id"):
            said["target_deployment_id"] = said["target_deployment_id"].upper()
        if said.get("abilities"):
            said["abilities"] = abilities.meant(said["abilities"])
        return said

    def spoken(self, operations: Mapping[str, Handler]) -> Mapping[str, Handler]:
        return {id: _spoken(id, handler) for id, handler in operations.items()}


_MEMBERS = {"your_customer_id": "partner_customer_id"}


def _spoken(id: str, handler: Handler) -> Handler:
    def operate(call: Call, work: Work) -> Reply:
        call.match = replace(call.match, params=places.params_of(call, work))
        reply = handler(call, work)
        assert isinstance(reply, Reply)  # nothing of this service waits
        return _written(call, work, id, reply)

    return operate


def _written(call: Call, work: Work, id: str, reply: Reply) -> Reply:
    """The same envelope with other contents; what is no JSON goes as it is."""
    if not isinstance(reply.body, dict):
        return reply
    body: Document = orjson.loads(orjson.dumps(reply.body))  # pages hold documents as they rest
    body["data"] = _data(call, work, id, body["data"])
    reply.status = body["http_status"] = STATUSES.get(id, reply.status)
    body["message"] = MESSAGES.get(id, body["message"])
    reply.body = body
    return reply


def _data(call: Call, work: Work, id: str, data: Any) -> Any:
    if id in _INSTEAD:
        find, shape = _INSTEAD[id]
        return shape(work, find(call, work))
    if id in _WHOLE:
        return _WHOLE[id](work, data)
    write = _SHAPES.get(id, shapes.as_is)
    return [write(work, one) for one in data] if isinstance(data, list) else write(work, data)
