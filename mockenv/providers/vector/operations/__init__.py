"""What each operation of openapi/vector.yaml does, by operationId."""

from mockenv.provider import Handler, Poll
from mockenv.providers.vector.model import ENVIRONMENT, SITE
from mockenv.providers.vector.operations import access, environments, sites, webhooks

OPERATIONS: dict[str, Handler] = {
    "listSites": sites.list_sites,
    "createSite": sites.create_site,
    "getSite": sites.get_site,
    "updateSite": sites.update_site,
    "deleteSite": sites.delete_site,
    "listEnvironments": environments.list_environments,
    "createEnvironment": environments.create_environment,
    "getEnvironment": environments.get_environment,
    "updateEnvironment": environments.update_environment,
    "deleteEnvironment": environments.delete_environment,
    "listWebhooks": webhooks.list_webhooks,
    "createWebhook": webhooks.create_webhook,
    "getWebhook": webhooks.get_webhook,
    "updateWebhook": webhooks.update_webhook,
    "deleteWebhook": webhooks.delete_webhook,
    "rotateWebhookSecret": webhooks.rotate_secret,
    "listWebhookLogs": webhooks.list_logs,
}

POLLS: dict[str, Poll] = {
    "getSite": lambda call, work: f"{SITE}/{access.require_site(call, work)['id']}",
    "getEnvironment": lambda call, work: f"{ENVIRONMENT}/{access.require_environment(call, work)['id']}",
}
