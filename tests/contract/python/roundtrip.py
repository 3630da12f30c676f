"""Every generated client goes round against a server: what it makes it reads again (arguments: the sandbox's URL and its tokens as JSON)."""

from __future__ import annotations

import json
import sys

from archie_client import Client as Archie
from archie_client.api.graphql import graphql
from archie_client.models import Request
from control_client import Client as Control
from control_client.api.sandboxes import create_sandbox, delete_sandbox, get_sandbox, reset_sandbox
from control_client.models import NewSandbox, ResetSandboxBody
from launchdarkly_client import AuthenticatedClient as LaunchDarkly
from launchdarkly_client.api.environments import patch_environment
from launchdarkly_client.models import CommentedPatch, PatchOperation, PatchOperationOp
from phase_client import AuthenticatedClient as Phase
from phase_client.api.secrets import create_secrets, list_secrets
from phase_client.models import NewSecret, NewSecrets
from vector_client import AuthenticatedClient as Vector
from vector_client.api.environments import create_environment, list_environments
from vector_client.models import NewEnvironment, PhpVersion

url, tokens = sys.argv[1], json.loads(sys.argv[2])

vector = Vector(url, tokens["vector"]["owner"])
made = create_environment.sync(12345, client=vector, body=NewEnvironment(name="typed", php_version=PhpVersion("8.3")))
assert made.data.id in [one.id for one in list_environments.sync(12345, client=vector).data]

phase = Phase(url, tokens["phase"]["owner"])
where = {"app_id": "72b9ddd5-8fce-49ab-89d9-c431d53a9552", "env": "development"}
create_secrets.sync(client=phase, body=NewSecrets(secrets=[NewSecret(key="TYPED", value="1")]), **where)
assert "TYPED" in [one.key for one in list_secrets.sync(client=phase, **where)]

launchdarkly = LaunchDarkly(url, tokens["launchdarkly"]["owner"], prefix="")
for name, wrap in (("As an array", list), ("Commented", lambda operations: CommentedPatch(patch=operations, comment="why"))):
    rename = PatchOperation(op=PatchOperationOp.REPLACE, path="/name", value=name)
    assert patch_environment.sync("projectKey", "production", client=launchdarkly, body=wrap([rename])).name == name

archie = Archie(url, headers={"Authorization": f"Bearer {tokens['archie']['owner']}"})
assert graphql.sync_detailed(client=archie, body=Request(query="{ __typename }")).status_code == 200

control = Control(url.partition("/_sandbox/")[0])
sandbox = create_sandbox.sync(client=control, body=NewSandbox())
reset_sandbox.sync(sandbox.name, client=control, body=ResetSandboxBody())
assert get_sandbox.sync(sandbox.name, client=control).name == sandbox.name
delete_sandbox.sync(sandbox.name, client=control)
