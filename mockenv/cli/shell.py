"""For the shell: exports that point clients at a sandbox, and completion."""

from __future__ import annotations

import shlex

import click
from click.shell_completion import get_completion_class

from mockenv.cli.server import sandbox_option
from mockenv.client import Sandbox
from mockenv.errors import check_name

VARIABLES = {
    "vector": {"VECTOR_API_URL": "{url}", "VECTOR_API_KEY": "{token}"},
    "phase": {"PHASE_HOST": "{url}", "PHASE_SERVICE_TOKEN": "{token}"},
    "launchdarkly": {"LAUNCHDARKLY_API_HOST": "{url}", "LAUNCHDARKLY_ACCESS_TOKEN": "{token}"},
    "archie": {"ARCHIE_GRAPHQL_URL": "{url}/graphql", "ARCHIE_TOKEN": "{token}"},
}
"""The variables that the vendors' own clients read, where they read any; Archie's are ours."""


ROLES = {"phase": "service_account"}
"""Whose token, where it is not the first role's."""


@click.command()
@click.argument("provider")
@click.option("--role", help="Whose token; the provider's first role if left out.")
@click.option("--format", "form", type=click.Choice(("shell", "dotenv", "json", "github")), default="shell", show_default=True)
@sandbox_option
def env(provider: str, role: str | None, form: str, sandbox: Sandbox) -> None:
    """Print what points a provider's clients at a sandbox: eval "$(mockenv env vector)"."""
    tokens = sandbox.tokens
    check_name(provider, tokens, "", "PROVIDER")
    if role is not None:
        check_name(role, tokens[provider], "", "--role")
    token = tokens[provider][role or ROLES.get(provider) or next(iter(tokens[provider]))]
    token = _as_copied(token) if provider == "phase" else token
    templates = VARIABLES.get(provider, {f"{provider.upper()}_URL": "{url}", f"{provider.upper()}_TOKEN": "{token}"})
    values = {name: template.format(url=sandbox.url, token=token) for name, template in templates.items()}
    click.echo(_render(values, form), nl=False)


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the completion script of a shell: source <(mockenv completion bash)."""
    from mockenv.cli import main

    found = get_completion_class(shell)
    assert found is not None  # click has these three
    click.echo(found(main, {}, "mockenv", "_MOCKENV_COMPLETE").source())


def _as_copied(token: str) -> str:
    """Phase's clients want the long form that a person copies from the console, of which REST uses the second part."""
    sort, _, digits = token.partition(" ")
    head = "pss_user:v1" if sort == "User" else "pss_service:v2"
    return ":".join((head, digits, *["0" * 64] * 3))


def _render(values: dict[str, str], form: str) -> str:
    if form == "json":
        import json

        return json.dumps(values, indent=2) + "\n"
    line = "export {}={}\n" if form == "shell" else "{}={}\n"
    quoted = {name: value if form == "github" else shlex.quote(value) for name, value in values.items()}
    return "".join(line.format(name, value) for name, value in quoted.items())


COMMANDS = (env, completion)
