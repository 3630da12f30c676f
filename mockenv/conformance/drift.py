"""One difference between mockenv and the real service, in a person's words; finds none."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = {
    "status": "another status",
    "header": "a header that matters",
    "missing": "a member that mockenv lacks",
    "extra": "a member that only mockenv has",
    "type": "another JSON type",
    "null": "null on one side",
    "format": "a text in another form",
    "enum": "a word that mockenv does not know",
    "value": "another value",
    "items": "more or fewer items",
    "order": "another order",
    "error": "another refusal",
    "document": "departs from mockenv's document",
}
"""Every sort of drift, and what it says."""


@dataclass(frozen=True)
class Drift:
    """`where` is a JSON pointer into the reply's body, a header's name, or empty; `theirs` and `ours` are short texts;
    `ours` is empty where it is about the service alone."""

    step: str
    kind: str
    where: str
    theirs: str
    ours: str

    @property
    def text(self) -> str:
        place = f"{self.where}: " if self.where else ""
        both = f"the service has {self.theirs}, mockenv {self.ours}" if self.ours else self.theirs
        return f"{place}{KINDS[self.kind]}: {both}"
