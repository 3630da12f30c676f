"""The picture in docs/architecture.md: the rooms and who imports whom, read from the code; what is implied by others is left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import grimp

from docs.markers import between

BEGIN = "<!-- picture: drawn by `make docs` from the imports -->"
END = "<!-- /picture -->"
KERNEL = "mockenv.kernel"
LEFT_OUT = {"mockenv.errors", "mockenv.settings", "mockenv.version", "mockenv.__main__"}
"""What everybody may know."""

Arrows = Mapping[str, set[str]]


def draw_architecture(page: Path) -> str:
    """The page with the picture in it."""
    return between(page.read_text(), BEGIN, END, f"```mermaid\n{picture()}\n```")


def picture() -> str:
    """A flowchart in mermaid's words, which GitHub draws: an arrow points from who imports to what is imported."""
    arrows = without_shortcuts(imports())
    kernel = sorted(room for room in arrows if room.startswith(f"{KERNEL}."))
    lines = ["flowchart TD", "  subgraph kernel", *(f"    {_id(room)}[{_name(room)}]" for room in kernel), "  end"]
    lines += [f"  {_id(room)}[{_name(room)}]" for room in sorted(arrows) if room not in kernel]
    lines += [f"  {_id(room)} --> {_id(below)}" for room in sorted(arrows) for below in sorted(arrows[room])]
    return "\n".join(lines)


def imports() -> Arrows:
    """Room → the rooms that it imports, types counted; the kernel's rooms stand for it."""
    graph = grimp.build_graph("mockenv")
    rooms = {*graph.find_children("mockenv"), *graph.find_children(KERNEL)} - {KERNEL, *LEFT_OUT}
    return {room: {other for other in rooms if other != room and _imports(graph, room, other)} for room in rooms}


def _imports(graph: grimp.ImportGraph, room: str, other: str) -> bool:
    return graph.direct_import_exists(importer=room, imported=other, as_packages=True)


def without_shortcuts(arrows: Arrows) -> Arrows:
    """Only the arrows that no way over a third room stands for: what is left has the same order."""
    return {
        room: {below for below in reached if not any(below in _all_below(arrows, other) for other in reached - {below})}
        for room, reached in arrows.items()
    }


def _all_below(arrows: Arrows, room: str) -> set[str]:
    return arrows[room].union(*(_all_below(arrows, below) for below in arrows[room]))


def _name(room: str) -> str:
    return room.removeprefix(f"{KERNEL}.").removeprefix("mockenv.")


def _id(room: str) -> str:
    return room.removeprefix("mockenv.").replace(".", "_")
