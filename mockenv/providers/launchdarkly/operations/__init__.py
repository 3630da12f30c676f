"""LaunchDarkly's operations by operationId: exactly those of `openapi/launchdarkly.yaml`."""

from __future__ import annotations

from mockenv.provider import Handler
from mockenv.providers.launchdarkly import account
from mockenv.providers.launchdarkly.expiring import operations as expiring
from mockenv.providers.launchdarkly.flags import operations as flags
from mockenv.providers.launchdarkly.flags import requests
from mockenv.providers.launchdarkly.operations import approval_settings, environments, index, keys, projects
from mockenv.providers.launchdarkly.sdk import operations as sdk
from mockenv.providers.launchdarkly.segments import big
from mockenv.providers.launchdarkly.segments import operations as segments

OPERATIONS: dict[str, Handler] = {
    "getRoot": index.get_root,
    "getRootWithSlash": index.get_root,
    "getOpenapiSpec": index.get_openapi_spec,
    "getProjects": projects.get_projects,
    "postProject": projects.post_project,
    "getProject": projects.get_project,
    "patchProject": projects.patch_project,
    "deleteProject": projects.delete_project,
    "getEnvironmentsByProject": environments.get_environments_by_project,
    "postEnvironment": environments.post_environment,
    "getEnvironment": environments.get_environment,
    "patchEnvironment": environments.patch_environment,
    "deleteEnvironment": environments.delete_environment,
    "resetEnvironmentSDKKey": keys.reset_environment_sdk_key,
    "resetEnvironmentMobileKey": keys.reset_environment_mobile_key,
    **flags.OPERATIONS,
    **requests.OPERATIONS,
    **approval_settings.OPERATIONS,
    **segments.OPERATIONS,
    **big.OPERATIONS,
    **expiring.OPERATIONS,
    **sdk.OPERATIONS,
    **account.OPERATIONS,
}
