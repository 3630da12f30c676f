"""What a token may do: which ability each operation asks for, and which abilities a caller has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mockenv.provider import Caller

EVERYTHING = "*"
READS = (
    *("vector:sites:read", "vector:logs:read", "vector:cdn:read"),
    *("vector:webhooks:read", "vector:secrets:read", "vector:ssh-keys:read"),
)
ROLES: Mapping[str, Sequence[str]] = {"owner": (EVERYTHING,), "reader": READS}

# The names are the reference's of January 2026. Which operation asks for which is a guess wherever the name does not say it:
# environments, deployments, credentials and SSL go with their site; making and deleting keys takes a token that may do all.
_OPERATIONS = {
    "": (
        "ping",
        "whoAmI",
        "getUser",
        "getAccount",
        "listPhpVersions",
        "listEvents",
        "listApiKeys",
        "downloadExport",
        "uploadImport",
    ),
    "vector:sites:read": (
        *("listSites", "getSite", "listEnvironments", "listSiteEnvironments", "getEnvironment"),
        *("listDeployments", "getDeployment", "getEnvironmentSsl", "getDatabaseExport", "getDatabaseImport"),
        *("getEnvironmentDatabaseImport", "getDatabasePromote", "getArchiveImport", "getDomainChange", "listSiteDeployments"),
        *("listBackups", "getBackup", "getBackupDownload", "listRestores", "getRestore"),
    ),
    "vector:sites:write": (
        *("createSite", "updateSite", "deleteSite", "cloneSite", "reconfigureSite"),
        *("suspendSite", "suspendSitePut", "unsuspendSite", "unsuspendSitePut"),
        *("resetSiteSftpPassword", "resetSiteDatabasePassword", "resetEnvironmentDatabasePassword"),
        *("createEnvironment", "updateEnvironment", "deleteEnvironment", "nudgeEnvironmentSsl"),
        *("suspendEnvironment", "suspendEnvironmentPut", "unsuspendEnvironment", "unsuspendEnvironmentPut"),
        *("createDeployment", "rollbackEnvironment", "createDomain", "verifyDomain"),
        *("createDatabaseExport", "createEnvironmentDatabaseExport"),
        *("createDatabaseImport", "runDatabaseImport", "importDatabaseDirectly"),
        *("createEnvironmentDatabaseImport", "runEnvironmentDatabaseImport", "importEnvironmentDatabaseDirectly"),
        *("createDatabasePromote", "createArchiveImport", "runArchiveImport", "recheckDns"),
        *("createBackup", "createBackupDownload", "createRestore"),
    ),
    "vector:logs:read": ("listSiteLogs",),
    "vector:cdn:read": (
        *("getSiteCdnCache", "listRateLimits", "getRateLimit"),
        *("listBlockedIps", "listAllowedIps", "listBlockedReferrers", "listAllowedReferrers"),
        *("getCaching", "getOptimizer", "getWafSettings", "getDdosProtection", "getBotDetection", "listWafProfiles"),
        *("listEdgeRules", "getEdgeRule", "listAccessLists", "listAccessListEnums", "getAccessList"),
    ),
    "vector:cdn:write": (
        *("purgeSiteCache", "purgeSiteCdnCache"),
        *("addBlockedIp", "addAllowedIp", "addBlockedReferrer", "addAllowedReferrer"),
        *("removeBlockedIp", "removeAllowedIp", "removeBlockedReferrer", "removeAllowedReferrer"),
        *("createRateLimit", "updateRateLimit", "deleteRateLimit", "setSiteRateLimit"),
        *("updateCaching", "updateOptimizer", "updateWafSettings", "updateDdosProtection", "updateBotDetection"),
        *("createEdgeRule", "updateEdgeRule", "deleteEdgeRule"),
        *("createAccessList", "updateAccessList", "deleteAccessList", "configureAccessList"),
    ),
    "vector:webhooks:read": ("listWebhooks", "getWebhook", "listWebhookLogs"),
    "vector:webhooks:write": ("createWebhook", "updateWebhook", "deleteWebhook", "rotateWebhookSecret"),
    "vector:ssh-keys:read": ("listSshKeys", "getSshKey", "listSiteSshKeys"),
    "vector:ssh-keys:write": ("createSshKey", "deleteSshKey", "addSiteSshKey", "removeSiteSshKey"),
    "vector:secrets:read": ("listGlobalSecrets", "getGlobalSecret", "listEnvironmentSecrets", "getEnvironmentSecret"),
    "vector:secrets:write": (
        *("createGlobalSecret", "updateGlobalSecret", "deleteGlobalSecret"),
        *("createEnvironmentSecret", "updateEnvironmentSecret", "deleteEnvironmentSecret"),
    ),
    EVERYTHING: ("createApiKey", "deleteApiKey", "updateAccount"),
}
ABILITIES: Mapping[str, str] = {operation: ability for ability, operations in _OPERATIONS.items() for operation in operations}
"""operationId → the ability it asks for; empty: any token will do."""


@dataclass(frozen=True)
class KeyHolder(Caller):
    """A caller by the key that it showed."""

    abilities: tuple[str, ...] = ()


def holder(role: str, *, issued: bool) -> KeyHolder:
    """Whoever has one of the sandbox's own tokens, or a stranger's that counts as the owner's."""
    return KeyHolder(role, f"key_{role}", issued, tuple(ROLES[role]))


def may(caller: Caller, operation: str) -> bool:
    """Whether the caller has the ability that an operation asks for."""
    needed = ABILITIES.get(operation, EVERYTHING)
    return isinstance(caller, KeyHolder) and (not needed or bool({EVERYTHING, needed} & {*caller.abilities}))
