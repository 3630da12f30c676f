"""What a page shows to be pasted: its fenced blocks, with what the comment before each says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"((?:^<!-- [^\n]*-->\n+)*)^(?P<fence>```+)(?P<language>\w*)\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE
)
SAID = re.compile(r"<!-- (not run|file|with): (.*?) -->")
PICTURES = {"mermaid"}


@dataclass(frozen=True)
class Block:
    """One of a page's, at a line. `said` is what a comment tells: `not run` and why, `file` and its name, `with` what beside it."""

    page: Path
    line: int
    language: str
    text: str
    said: dict[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """All that a user reads."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("mockenv/providers/*/README.md")])


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text()
    found = []
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("fence")) + 1
        said = dict(SAID.findall(match[1]))
        found.append(Block(page, line, match["language"], match["text"], said))
    return found
