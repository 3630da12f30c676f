"""Where in a file something stands that was refused: file, line and column for a person; checks nothing."""

from __future__ import annotations

from pathlib import Path

import yaml

from mockenv.errors import BadInput, problems_of
from mockenv.kernel.worlds.safeyaml import read_nodes


def lines_of(error: BadInput) -> list[str]:
    """A line for each thing that is wrong, with its place in the file where it comes from one: `file:line:column: key: problem`."""
    told = [_with_place(one) for one in problems_of(error)]
    return [line for _, line in sorted(told, key=lambda one: one[0])]


def _with_place(error: BadInput) -> tuple[tuple[str, int, int], str]:
    """`where` is a file, or a file and the section of it from which `key` counts."""
    file, _, section = error.where.partition(": ")
    mark = _mark(Path(file), [one for one in (*section.split("."), *error.key.split(".")) if one])
    if mark is None:
        return (file, 0, 0), str(error)
    line, column = mark.line + 1, mark.column + 1
    return (file, line, column), f"{file}:{line}:{column}{str(error).removeprefix(file)}"


def _mark(file: Path, keys: list[str]) -> yaml.Mark | None:
    """Of the last key on the way that is there: what is missing is missed there. None where no such file can be read."""
    if not file.is_file() or (node := read_nodes(file)) is None:
        return None
    mark = node.start_mark
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pair = next(((name, value) for name, value in node.value if name.value == key), None)
        elif isinstance(node, yaml.SequenceNode) and key.isdecimal() and int(key) < len(node.value):
            pair = (node.value[int(key)],) * 2
        else:
            pair = None
        if pair is None:
            break
        mark, node = pair[0].start_mark, pair[1]
    return mark
