"""docs/webhook-verifiers.md: what webhook verifiers say of our deliveries, drawn from the measured table."""

from __future__ import annotations

from collections.abc import Sequence

from docs.grid import grid
from docs.howto import NOTE
from tables.kept import Row

TEXT = """# What webhook verifiers say of our deliveries

Vector Pro signs like Stripe, over a timestamp and the exact bytes; with the option `vector.signing=standard`, or `x_mockenv_signing` of one
subscription, mockenv signs by the Standard Webhooks specification ([webhooks](webhooks.md)). So these libraries verify its deliveries
unchanged. Each was given a delivery that is whole, that was spoilt on the way, that one of our [faults](faults.md#on-a-delivery) had
touched, and that came from a sandbox whose clock was behind or ahead of the machine's.

{verdicts}

- Who parses a body and writes it again verifies other bytes: take the raw ones.
- A library compares with the machine's date. Let the sandbox's clock be `real` where one verifies, or hand the library the sandbox's time;
  a manual clock, which starts in January 2026, is *behind*. Stripe's libraries take what comes from the future, the others do not.
- `bad_signature` and `stale_timestamp` are told apart by no class of error in any of them, only by the text.

## In their words

{words}
"""


def draw_webhook_verifiers(rows: Sequence[Row]) -> str:
    cases = list(dict.fromkeys(case for row in rows for case in row["seen"]))
    verdicts = grid(
        ["verifier", "version", "signing", *cases],
        ([row["program"], row["version"], f"`{row['signing']}`", *map(_short, row["seen"].values())] for row in rows),
    )
    words = "\n".join(f"- {row['program']}: {_words(row)}" for row in rows)
    return f"{NOTE.format(source='docs/tables/webhook-verifiers.yaml and docs/webhook_verifiers_page.py')}\n\n" + TEXT.format(
        verdicts=verdicts, words=words
    )


def _short(seen: str) -> str:
    return seen if seen == "takes it" else "refuses"


def _words(row: Row) -> str:
    """Each text once, with where it was said."""
    said: dict[str, list[str]] = {}
    for case, seen in row["seen"].items():
        if seen != "takes it":
            said.setdefault(seen, []).append(case)
    return "; ".join(f"`{text}` ({', '.join(cases)})" for text, cases in said.items())
