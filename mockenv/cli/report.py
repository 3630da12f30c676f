"""The verb that tells what is wrong with the client."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from mockenv.cli.server import json_option, sandbox_option
from mockenv.client import Sandbox


@click.command()
@click.option("--suppress", multiple=True, metavar="RULE=REASON", help="A rule that is not to count, and why; repeatable.")
@click.option("--format", "form", type=click.Choice(("text", "junit", "sarif", "html")), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it to this file.")
@sandbox_option
@json_option
def report(suppress: tuple[str, ...], form: str, output: Path | None, sandbox: Sandbox, as_json: bool) -> None:
    """Tell what is wrong with the client: retries, leaks, polling, webhooks. Exit code 1 if there are errors."""
    from mockenv.reports import FORMATS

    parts = (one.partition("=") for one in suppress)
    told = sandbox.report({name: reason for name, _, reason in parts})
    text = json.dumps(told, indent=2, ensure_ascii=False) if as_json else FORMATS[form]([told])
    if output:
        output.write_text(f"{text}\n", encoding="utf-8")
    else:
        click.echo(text)
    sys.exit(told["verdict"] == "error")


COMMANDS = (report,)
