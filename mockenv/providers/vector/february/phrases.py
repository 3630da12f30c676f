"""February's texts and statuses, where they are not January's."""

from __future__ import annotations

from collections.abc import Mapping

_ONCE = "Store the new password securely - it will not be shown again."

MESSAGES: Mapping[str, str] = {
    "createSite": "Vector site creation initiated",
    "cloneSite": "Vector site clone initiated",
    "createEnvironment": "Environment creation initiated",
    "createDeployment": "Deployment initiated",
    "rollbackEnvironment": "Rollback initiated",
    "resetSiteSftpPassword": f"SFTP password reset successfully. {_ONCE}",
    "resetSiteDatabasePassword": f"Database password reset successfully. {_ONCE}",
    "resetEnvironmentDatabasePassword": f"Database password reset successfully. {_ONCE} Remember to redeploy your environment.",
    "updateAccount": "Account updated successfully",
    "listEvents": "Event logs retrieved successfully",
    "createApiKey": "API key created successfully. Store this token securely - it will not be shown again.",
}
STATUSES: Mapping[str, int] = {
    "deleteSite": 202,
    "deleteEnvironment": 202,
    "createDeployment": 201,
    "rollbackEnvironment": 201,
}
