"""The server's settings: each as flag, variable and key of the `--config` file."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any

import click

from docs.reference.markdown import code, page, table
from mockenv.cli.serve import serve
from mockenv.settings import LISTS, PREFIX, Settings

INTRODUCTION = """Each setting of `mockenv serve` is a flag, a variable and a key of the file that `--config FILE` (or `MOCKENV_CONFIG`) names. A flag beats a variable,
a variable beats the file, and an empty variable counts as not set. A name that does not exist is refused, with the nearest that does.
Where several values are possible, a flag is repeated, a variable has commas, the file has a list."""
FILE = """```yaml
port: 7000
clock: manual
cors: ["http://localhost:5173"]
option: ["archie.project_header=required"]
```"""


def draw_settings() -> str:
    rows = [_row(one) for one in fields(Settings) if one.name in _helps()]
    told = table(("flag", "variable", "default", "what"), rows)
    config = f"A file is YAML, its keys the flags without the dashes in front:\n\n<!-- file: mockenv.yaml -->\n\n{FILE}\n\n"
    run = "```sh\nmockenv serve --config mockenv.yaml\n```"
    return page("Settings", "mockenv/settings.py and the flags", INTRODUCTION, told, config.strip(), run)


def _helps() -> dict[str, str]:
    return {str(one.name): " ".join((one.help or "").split()) for one in serve.params if isinstance(one, click.Option)}


def _choices() -> dict[str, str]:
    found = {str(one.name): one.type for one in serve.params if isinstance(one, click.Option)}
    return {name: ", ".join(map(code, type.choices)) for name, type in found.items() if isinstance(type, click.Choice)}


def _what(name: str) -> str:
    """Without the default that its help ends with: that has a column."""
    told = _helps()[name].partition(" [")[0]
    return f"{told} {_choices()[name]}" if name in _choices() else told


def _row(one: Field[Any]) -> tuple[str, str, str, str]:
    several = " …" if one.name in LISTS else ""
    default = one.default if one.default is not MISSING else None
    shown = "" if default is None or default is False or default == () else code(str(default))
    flag = f"--{one.name.replace('_', '-')}"
    return code(flag) + several, code(f"{PREFIX}{one.name.upper()}"), shown, _what(one.name)
