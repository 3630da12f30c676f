"""docs/openapi-tools.md: which tools read our OpenAPI documents, and what they make of them, drawn from the measured table."""

from __future__ import annotations

from collections.abc import Sequence

from docs.grid import grid
from docs.howto import NOTE
from tables.kept import Row

TEXT = """# What OpenAPI tools make of our documents

mockenv serves each document that it answers from, `GET /_mockenv/documents/<name>`, so that clients are generated from it, requests
checked and contracts tested. Each tool here was run on all of them as it comes out of the box. Of a generator it was also tried whether
what it makes loads: Python is imported, module by module; TypeScript is compiled (`tsc --strict`).

{verdicts}

*complains* of a linter is a matter of taste, mostly: Phase's paths end with a slash because the service's do. What a generator makes and
does not load comes from constructs that are valid and that the service is described by: a `const` that is no text, a body in several media
types, one word in two spellings, a list that may be an empty text. Small documents that show some of them by themselves are in
[findings](../findings/README.md). [schemathesis](schemathesis.md) has a page of its own.

## In their words

{words}
"""
KINDS = {"validator": "validators", "linter": "linters", "contract tester": "contract testers", "generator": "generators"}


def draw_openapi_tools(rows: Sequence[Row]) -> str:
    documents = list(dict.fromkeys(name for row in rows for name in row["seen"]))
    tables = "\n\n".join(
        f"## {plural[0].upper()}{plural[1:]}\n\n"
        + grid(
            ["", *documents],
            ([_name(row), *(_short(row["seen"].get(one, "–")) for one in documents)] for row in rows if row["kind"] == kind),
        )
        for kind, plural in KINDS.items()
    )
    words = "\n".join(
        f"- {_name(row)}, {document}: {seen}" for row in rows for document, seen in row["seen"].items() if _short(seen) != seen
    )
    return f"{NOTE.format(source='docs/tables/openapi-tools.yaml and docs/openapi_tools_page.py')}\n\n" + TEXT.format(
        verdicts=tables, words=words or "Nobody had any."
    )


def _short(seen: str) -> str:
    """Without what it says in its own words."""
    verdict, complains, _ = seen.partition(", complains: ")
    return verdict.partition(": ")[0] + (", complains" if complains else "")


def _name(row: Row) -> str:
    return f"{row['program']} {row['version']}"
