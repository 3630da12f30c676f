"""Fixtures and scenarios: every member that a file may have, from the schemas that read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields, missing, validate

from docs.reference.markdown import code, page, table
from mockenv.bootstrap import document_of, fixtures_folder
from mockenv.provider import Provider
from mockenv.providers import discover

INTRODUCTION = """A **fixture** is the starting world: what exists before the first request. `docs` (the default) has what the vendors' own examples
assume, `empty` has nothing. A **scenario** is a fixture with a clock, delays, faults, holds and options: what it may say is in its
JSON Schema, `fixtures/scenario.schema.json`, and its rules on the page of [faults](faults.md).

Both are YAML or JSON, named by name or file: `mockenv serve --fixture mine.yaml`, `--scenario mine.yaml`. A request or a pytest marker
takes a name, or the object itself; never a path. `mockenv validate FILE` checks either, tells all that is wrong with line and column,
and the nearest word. `mockenv fixtures` and `mockenv scenarios` list what is there. Aliases and tags of YAML are refused."""
SCENARIO = """A scenario's first line lets editors complete it:

<!-- file: mine.yaml -->

```yaml
# yaml-language-server: $schema=./scenario.schema.json
description: The first database fails; all that is asked for later goes well.
fixture: docs
clock: {mode: manual, now: 2026-01-24T10:30:00Z}
delays: {vector: {environment: {configuring_database: {uniform: [10s, 2m]}}}}
faults:
  - {provider: vector, step: configuring_database, effect: {fail: the database did not answer}, times: 1}
holds: []
options: {archie: {project_header: required}}
```

```sh
mockenv validate mine.yaml
```"""
KINDS = {
    fields.Integer: "whole number",
    fields.Boolean: "true or false",
    fields.Float: "number",
    fields.DateTime: "date",
    fields.String: "text",
    fields.Dict: "mapping",
}


def draw_fixtures() -> str:
    services = [one(document_of(one)) for one in discover()]
    parts = [part for one in services for part in _provider(one)]
    options = [part for one in services for part in _options(one)]
    shown = (fixtures_folder() / "empty.yaml").read_text().strip()
    begin = f"## The smallest one\n\n```yaml\n{shown}\n```"
    introduced = ("<!-- not run: a fixture has no JSON Schema; `mockenv validate` reads it -->\n\n```yaml", "```yaml")
    return page(
        "Fixtures and scenarios",
        "the schemas that read them",
        INTRODUCTION,
        begin.replace(introduced[1], introduced[0], 1),
        *parts,
        "## Scenarios",
        SCENARIO,
        "## Options",
        "What a service can be made to do otherwise: `--option PROVIDER.NAME=VALUE` for all sandboxes, `options` in a scenario or a sandbox for one.",
        table(("option", "default", "choices", "what"), options),
    )


def _provider(one: Provider) -> Iterator[str]:
    world = one.world()
    if world is None:
        return
    yield f"## {one.title}: `{one.name}`"
    yield from _schema(world(), "")


def _schema(schema: Schema, key: str) -> Iterator[str]:
    rows, below = [], []
    for name, member in schema.fields.items():
        nested = _nested(member)
        where = f"{key}.{name}" if key else name
        rows.append((code(name), _kind(member), _default(member)))
        if nested is not None:
            below.append((nested, where))
    yield (f"`{key}[]`\n\n" if key else "") + table(("member", "type", "default"), rows)
    for inner, where in below:
        yield from _schema(inner, where)


def _nested(member: Any) -> Schema | None:
    inner = getattr(member, "inner", member)
    return inner.schema if isinstance(inner, fields.Nested) else None


def _kind(member: Any) -> str:
    if isinstance(member, fields.List):
        return f"list of {_kind(member.inner)}"
    if isinstance(member, fields.Nested):
        return "mapping, see below"
    choices = next((one.choices for one in member.validators if isinstance(one, validate.OneOf)), None)
    if choices:
        return ", ".join(code(str(one)) for one in choices)
    return next((word for kind, word in KINDS.items() if isinstance(member, kind)), "anything")


def _default(member: Any) -> str:
    if member.required:
        return "required"
    default = member.load_default
    if default is missing or callable(default):
        return "made up from the seed" if default is missing else ""
    return code(str(default)) if default not in (None, "", [], {}) else ""


def _options(one: Provider) -> Iterator[tuple[str, str, str, str]]:
    from mockenv.kernel.worlds.options import declared

    for name, option in declared(one).items():
        yield code(f"{one.name}.{name}"), code(option.default), ", ".join(map(code, option.choices)), option.why
