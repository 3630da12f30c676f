"""`mockenv init`: a first test, a scenario, a compose service and a workflow, as files to begin with; needs no server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

TEMPLATES = Path(__file__).parents[1] / "templates"
SHARED = "both"
TEMPLATE = ".template"
"""Ends the name of what would be taken for a module of ours."""
SCHEMA = Path("scenarios") / "scenario.schema.json"
THEN = {"python": "pytest", "js": "mockenv serve &   # or: docker compose -f compose.mockenv.yaml up --wait\nnode --test"}


@click.command()
@click.option("--lang", type=click.Choice(tuple(THEN)), required=True, help="What your tests are written in.")
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=".", help="Where.  [here]")
@click.option("--force", is_flag=True, help="Write over what is there.")
def init(lang: str, folder: Path, force: bool) -> None:
    """Write a first test, a scenario with its schema, a compose service and a workflow. Nothing that is there is touched."""
    files = dict(_files(lang))
    there = [str(path) for path in files if (folder / path).exists()]
    if there and not force:
        raise click.UsageError(f"{', '.join(there)} would be written over: say --force, or another --dir")
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
        click.echo(f"wrote {folder / path}")
    click.echo(f"now run:\n{THEN[lang]}", err=True)


def _files(lang: str) -> Iterator[tuple[Path, str]]:
    """Where each is to lie, and what is in it."""
    from mockenv.bootstrap import fixtures_folder

    for root in (TEMPLATES / SHARED, TEMPLATES / lang):
        for path in sorted(one for one in root.rglob("*") if one.is_file()):
            yield Path(str(path.relative_to(root)).removesuffix(TEMPLATE)), path.read_text(encoding="utf-8")
    yield SCHEMA, (fixtures_folder() / SCHEMA.name).read_text(encoding="utf-8")


COMMANDS = (init,)
