"""For the shell: exports that point clients at a sandbox, and completion."""

from __future__ import annotations

import shlex

import click
from click.shell_completion import get_completion_class

from mockenv.cli.completing import providers, roles
from mockenv.cli.server import sandbox_option
from mockenv.client import Sandbox


@click.command()
@click.argument("provider", shell_complete=providers)
@click.option("--role", shell_complete=roles, help="Whose token; if left out the first role's, for Phase the service account's.")
@click.option("--format", "form", type=click.Choice(("shell", "dotenv", "json", "github")), default="shell", show_default=True)
@sandbox_option
def env(provider: str, role: str | None, form: str, sandbox: Sandbox) -> None:
    """Print what points a provider's clients at a sandbox: eval "$(mockenv env vector)"."""
    values = sandbox.variables(provider, role)
    click.echo(_render(values, form), nl=False)


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the completion script of a shell: source <(mockenv completion bash)."""
    from mockenv.cli import main

    found = get_completion_class(shell)
    assert found is not None  # click has these three
    click.echo(found(main, {}, "mockenv", "_MOCKENV_COMPLETE").source())


def _render(values: dict[str, str], form: str) -> str:
    if form == "json":
        import json

        return json.dumps(values, indent=2) + "\n"
    line = "export {}={}\n" if form == "shell" else "{}={}\n"
    quoted = {name: value if form == "github" else shlex.quote(value) for name, value in values.items()}
    return "".join(line.format(name, value) for name, value in quoted.items())


COMMANDS = (env, completion)
