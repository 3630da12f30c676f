"""The command line, from click's own tables."""

from __future__ import annotations

from collections.abc import Iterator

import click

from docs.reference.markdown import code, page, table
from mockenv.cli import main

SHARED = ("url", "admin_token", "sandbox_name", "as_json")
INTRODUCTION = """`mockenv VERB --help` says the same. Verbs that speak to a running server take `--url` (or `MOCKENV_URL`; else where `MOCKENV_HOST`
and `MOCKENV_PORT` say) and `--admin-token` (`MOCKENV_ADMIN_TOKEN`); those that are about one sandbox take `--sandbox NAME`, and those that show something `--json`.

Exit codes: 0, it is so; 1, it is not so, or cannot be done; 2, what was asked for cannot be understood. Data is on stdout, all else on stderr.

`source <(mockenv completion bash)` (also zsh, fish) completes verbs, flags and names."""


def draw_cli() -> str:
    parts = [part for name, command in sorted(_commands(main, "mockenv")) for part in _section(name, command)]
    return page("Command line", "the verbs themselves", INTRODUCTION, *parts)


def _commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None  # it is on the list
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def _section(name: str, command: click.Command) -> Iterator[str]:
    arguments = " ".join(one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument))
    yield f"## `{' '.join(filter(None, (name, arguments)))}`"
    yield "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    options = [one for one in command.params if isinstance(one, click.Option) and one.name not in SHARED]
    if options:
        yield table(("option", ""), [(_names(one), " ".join((one.help or "").split())) for one in options])


def _names(option: click.Option) -> str:
    names = [*option.opts, *option.secondary_opts]
    value = "" if option.is_flag else f" {option.metavar or _type(option)}"
    return code(", ".join(names) + value)


def _type(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "|".join(str(one) for one in option.type.choices)
    return option.type.name.upper()
