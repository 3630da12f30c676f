"""docs/http-clients.md: what each HTTP client does when an answer goes wrong, drawn from the measured table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docs.grid import grid
from docs.howto import NOTE
from tables.http_clients import CELLS, METHODS, PLACES, effects, silent
from tables.kept import Row

Cells = Mapping[str, Mapping[str, Any]]

TEXT = """# What HTTP clients do with a spoilt answer

Each program was asked for one request, as it comes out of the box or as its name here says, and mockenv spoilt the first answer to it
([`times: 1`](faults.md)): GET and POST, on a *fresh* connection and on a *reused* one that had carried a GET before. What the program
got, and how many requests the server saw, is written down as it was, by version. Another version may do otherwise: `make tables` in a
checkout measures those that are on your machine.

What follows from it for your tests: [programs that ask again by themselves](faults.md#programs-that-ask-again-by-themselves).

## Who repeats a request in silence

One call in the program, two or more requests at the server, and the program gets a good answer: such a fault your test never sees.

{silent}

Nobody else here does. A POST, which may then have been carried out twice, is repeated by {posts}.

## Who takes half an answer for a whole one

{halves}

## All that was seen

*error*: the program is told (its words are below). *asks again*: it repeats the request and gets a good answer. *half*: it is handed a
part of the body, nothing or the garbage as a success. *waits*: it was still waiting after {patience} seconds. A number is a status that it is handed.
`drip` takes two seconds here. Where no word is added, it holds for GET and POST, fresh and reused; some programs keep no connection, and
have no *reused*.

{tables}

## In whose words

What the program gets where it gets an error; the requests that the server saw are in brackets where they are more than one.

{words}
"""


def draw_http_clients(rows: Sequence[Row], patience: float) -> str:
    return f"{NOTE.format(source='docs/tables/http-clients.yaml and docs/http_clients_page.py')}\n\n" + TEXT.format(
        silent=_silent(rows),
        posts=_posts(rows),
        halves=_halves(rows),
        patience=round(patience),
        tables=_tables(rows),
        words=_words(rows),
    )


def outcome(seen: Mapping[str, Any]) -> str:
    """A cell in a word or two."""
    got, requests = str(seen["got"]), seen["requests"]
    if got == "ok":
        return f"asks again{_wait(seen)}" if requests > 1 else "ok"
    word = "half" if got.startswith("half") else got if got == "waits" or got.isdigit() else "error"
    return f"{word} after {requests} requests" if requests > 1 else word


def _wait(seen: Mapping[str, Any]) -> str:
    waited = seen.get("waited")
    return "" if not waited else f" {waited}" if isinstance(waited, str) else f" after {waited} s"


def where(cells: Sequence[str], measured: Sequence[str]) -> str:
    """Which of a program's cells these are, as shortly as it can be said; nothing if all."""
    if set(cells) == set(measured):
        return ""
    for word in (*METHODS, *PLACES):
        if set(cells) == {cell for cell in measured if word in cell.split()}:
            return word
    return ", ".join(cells)


def _grouped(cells: Cells) -> Iterator[tuple[str, str]]:
    """What was seen, and where."""
    groups: dict[str, list[str]] = defaultdict(list)
    for cell in CELLS:
        if cell in cells:
            groups[outcome(cells[cell])].append(cell)
    for word, found in groups.items():
        yield word, where(found, [cell for cell in CELLS if cell in cells])


def _short(cells: Cells) -> str:
    return "<br>".join(f"{word} ({place})" if place else word for word, place in _grouped(cells)) or "–"


def _silent(rows: Sequence[Row]) -> str:
    found = ((row, _by_effect(row, silent(row))) for row in rows)
    return grid(["program", "what it hides"], ([_name(row), hidden] for row, hidden in found if hidden))


def _posts(rows: Sequence[Row]) -> str:
    """Whose repeated POST the user never hears of."""
    return ", ".join(
        row["program"] for row in rows if any(" POST " in f" {place} " and not place[0].isdigit() for place in silent(row))
    )


def _by_effect(row: Row, places: Iterator[str]) -> str:
    """`reset (GET), garbage`, of `reset GET fresh`, …; a 429 or 503 that is asked again is what everyone hopes for."""
    found: dict[str, list[str]] = defaultdict(list)
    for place in places:
        effect = next(name for name in row["seen"] if place.startswith(f"{name} "))
        found[effect].append(place.removeprefix(f"{effect} "))
    told = ((effect, where(cells, list(row["seen"][effect]))) for effect, cells in found.items() if not effect[0].isdigit())
    return "; ".join(f"`{effect}` on {place}" if place else f"`{effect}`" for effect, place in told)


def _halves(rows: Sequence[Row]) -> str:
    lines = []
    for row in rows:
        for effect, cells in row["seen"].items():
            halves: dict[str, list[str]] = defaultdict(list)
            for cell, seen in cells.items():
                if str(seen["got"]).startswith("half"):
                    halves[str(seen["got"]).removeprefix("half: ")].append(cell)
            for text, found in halves.items():
                lines.append([_name(row), f"`{effect}`", where(found, list(cells)) or "always", text])
    return grid(["program", "effect", "where", "what it calls a success"], lines)


def _tables(rows: Sequence[Row]) -> str:
    names = list(effects())
    languages = dict.fromkeys(row["language"] for row in rows)
    return "\n\n".join(
        f"### {language}\n\n"
        + grid(
            ["", *names],
            ([_name(row), *(_short(row["seen"].get(name, {})) for name in names)] for row in rows if row["language"] == language),
        )
        for language in languages
    )


def _words(rows: Sequence[Row]) -> str:
    return "\n\n".join(f"### {_name(row)}\n\n" + "\n".join(f"- {line}" for line in _errors(row)) for row in rows)


def _errors(row: Row) -> Iterator[str]:
    for effect, cells in row["seen"].items():
        groups: dict[tuple[str, int], list[str]] = defaultdict(list)
        for cell, seen in cells.items():
            if outcome(seen).startswith("error"):
                groups[re.sub(r"\d{2,}", "…", str(seen["got"])), seen["requests"]].append(cell)
        for (_, requests), found in groups.items():
            place, text = where(found, list(cells)), cells[found[0]]["got"]
            yield f"`{effect}`{f', {place}' if place else ''}: `` {text} ``{f' ({requests})' if requests > 1 else ''}"


def _name(row: Row) -> str:
    return f"{row['program']} {row['version']}"
