"""GraphQL field → function: exactly those of the SDL's Query and Mutation, which is checked at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockenv.providers.archie.operations import branching, deleting, environments, settings


@dataclass(frozen=True)
class Field:
    """`resolve(call, work, **arguments)`; `empty` is what its payload holds where there is no success (null otherwise)."""

    resolve: Callable[..., Any]
    empty: Mapping[str, Any] = field(default_factory=dict)


QUERY = {
    "environmentTree": Field(environments.environment_tree),
    "projectEnvironments": Field(environments.project_environments, {"environments": []}),
    "fileProviders": Field(settings.file_providers, {"fileProviders": []}),
    "gatewayRoutes": Field(settings.gateway_routes, {"gatewayRoutes": []}),
    "securityConfig": Field(settings.security_config),
    "environmentVariables": Field(settings.environment_variables, {"environmentVariables": []}),
    "authenticationProviders": Field(settings.authentication_providers, {"authenticationProviders": []}),
    "database": Field(settings.database),
}
MUTATION = {
    "branchEnvironment": Field(branching.branch_environment),
    "deleteEnvironment": Field(deleting.delete_environment),
    "setEnvironmentVariable": Field(settings.set_environment_variable),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {"Query": QUERY, "Mutation": MUTATION}
NODES = {"EnvironmentTreeNode": {"children": environments.children}}
"""Fields that are looked up when asked for, instead of being members of what their parent gave."""
