"""`mockenv learn`: what a service is taken for by its OpenAPI document; needs no server."""

from __future__ import annotations

import os
from pathlib import Path

import click

from mockenv.cli.output import show, table
from mockenv.cli.progress import alive, part

SCHEMA = "model.schema.json"
"""Where an editor looks for the schema: `mockenv learn --schema > model.schema.json` puts it there."""
COLUMNS = ("method", "path", "operation", "does", "resource", "sure", "why")
WORDS = {
    "added": "is new",
    "changed": "is another now",
    "kept": "is as you have written it",
    "gone": "is in the document no more, and was left out",
    "stale": "is in the document no more; you have written in it, so it is still there",
}


@click.command()
@click.argument("document", required=False, type=click.Path(path_type=Path))
@click.option("--model", type=click.Path(path_type=Path), help="Look at it with this model over what is inferred.")
@click.option(
    "--update", type=click.Path(path_type=Path), help="Bring this model file up to the document; what you have changed in it stays."
)
@click.option("--table", "as_table", is_flag=True, help="Only the table: operation, what it is taken for, how sure that is.")
@click.option("--schema", "as_schema", is_flag=True, help="Print the JSON Schema of model files instead, for your editor.")
@click.option("--json", "as_json", is_flag=True, help="The table, for scripts.")
def learn(document: Path | None, model: Path | None, update: Path | None, as_table: bool, as_schema: bool, as_json: bool) -> None:
    """Print what a service is taken for by its OpenAPI document: a model file on stdout, a table for people on stderr.

    mockenv learn neon.yaml > neon.mockenv.yaml
    """
    from mockenv.anyservice.learn import learn as look
    from mockenv.anyservice.modelfile import schema
    from mockenv.anyservice.writing import written

    if as_schema:
        show(schema(), True, "")
        return
    if document is None:
        raise click.UsageError("say which document")
    with alive(part(f"reading {document}")):
        learned = look(document, model)
    if update:
        _update(update, document)
        return
    rows = [
        {
            "method": one.method,
            "path": one.path,
            "operation": id,
            "does": told.does,
            "resource": told.resource or None,
            "sure": told.sure,
            "why": told.why,
        }
        for id, told in learned.model.operations.items()
        if (one := learned.document.operations[id])
    ]
    lines = table([{**row, "sure": f"{row['sure']:.0%}"} for row in rows], COLUMNS, "it has no operations")
    for remark in learned.remarks:
        click.echo(f"{document}: {remark}", err=True)
    if as_table or as_json:
        show(rows, as_json, lines)
        return
    click.echo(written(learned.model, os.path.relpath(document), SCHEMA), nl=False)
    click.echo("\n".join(lines), err=True)


def _update(path: Path, document: Path) -> None:
    """Whole or not at all: what a person has written must not be lost."""
    from mockenv.anyservice.learn import learn as look
    from mockenv.anyservice.writing import LEARNED, updated
    from mockenv.kernel.worlds.library import read_yaml

    signed = read_yaml(path).get(LEARNED)
    inferred = look(document).model
    before = path.read_text(encoding="utf-8")
    found = updated(before, signed if isinstance(signed, dict) else {}, inferred, os.path.relpath(document, path.parent))
    if found.text != before:
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(found.text, encoding="utf-8")
        draft.replace(path)
    told = [f"{name} {WORDS[what]}" for name, what in found.changes.items()]
    show(dict(found.changes), False, told or [f"{path} is up to date"])
