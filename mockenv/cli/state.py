"""Verbs for what is kept between runs, while no server runs on it: state migrate, export, import."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from mockenv.errors import BadInput
from mockenv.settings import place_of, shown_place

DATABASE = "postgresql://…"


@click.group()
def state() -> None:
    """Move what is kept between a state file and PostgreSQL."""


@state.command()
@click.argument("database")
def migrate(database: str) -> None:
    """Make a database's tables, or bring them up to date.

    `serve` does it by itself; this is for those whose server may not.
    """
    from mockenv.store.postgres.connection import Connection
    from mockenv.store.postgres.schema import MIGRATIONS
    from mockenv.store.postgres.schema import migrate as bring_up

    with closing(Connection(_checked(database))) as connection:
        made = bring_up(connection)
    done = f"made version {', '.join(map(str, made))}" if made else f"is up to date at version {len(MIGRATIONS)}"
    click.echo(f"{shown_place(database)}: {done}")


@state.command("export")
@click.argument("database")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file.")
def export_state(database: str, file: Path, force: bool) -> None:
    """Write what a database holds into a state file.

    A server may be at work on the database: the file is what was there at one moment.
    """
    from mockenv.store.transfer import export

    moved = export(_checked(database), file, force=force)
    click.echo(f"{file}: {', '.join(moved.sandboxes) or 'nothing'} from {shown_place(database)} ({moved.documents} documents)")


@state.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("database")
@click.option("--force", is_flag=True, help="Throw away what the database holds.")
def import_state(file: Path, database: str, force: bool) -> None:
    """Put what a state file holds into a database. No server may be at work on either."""
    from mockenv.kernel.time.clock import Wall
    from mockenv.store.transfer import import_

    moved = import_(file, _checked(database), Wall().stopwatch, force=force)
    click.echo(f"{shown_place(database)}: {', '.join(moved.sandboxes) or 'nothing'} from {file} ({moved.documents} documents)")


def _checked(database: str) -> str:
    if isinstance(place_of(database), Path):
        raise BadInput("", "database", f"{database!r} is no {DATABASE}")
    return database


COMMANDS = (state,)
