"""The last full run, as it is kept beside the code; docs/performance.md is drawn from it."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.results import Results

LAST = Path(__file__).with_name("last.json")


def write(results: Results, path: Path) -> None:
    path.write_text(json.dumps(results.as_json(), indent=1, ensure_ascii=False) + "\n")


def read(path: Path = LAST) -> Results | None:
    """Nothing where no run has been kept."""
    return Results.read(json.loads(path.read_text())) if path.exists() else None
