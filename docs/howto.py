"""From a tested example to a page: its docstrings are the text, its code is the code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

INDEX = "README.md"
NOTE = "<!-- drawn by `make docs` from {source}; edit that instead -->"


def draw_page(source: Path) -> str:
    """Title and introduction from the module's docstring; a section per test, its docstring above its body."""
    text = source.read_text()
    tree = ast.parse(text)
    title, _, introduction = (ast.get_docstring(tree) or source.stem).partition("\n")
    parts = [NOTE.format(source=f"tests/examples/{source.name}"), f"# {title}", introduction.strip()]
    shared = [node for node in tree.body if _is_shown(node) and not _is_test(node)]
    if shared:
        parts.append(_code("\n\n\n".join(_source(text, node) for node in shared)))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _is_test(node):
            parts += [f"## {_heading(node.name)}", ast.get_docstring(node) or "", _code(_without_docstring(text, node))]
    return "\n\n".join(part for part in parts if part) + "\n"


def draw_index(pages: Iterable[Path], drawn: Mapping[Path, str]) -> str:
    """A list of all pages by their titles."""
    lines = [f"- [{_title(drawn.get(page) or page.read_text())}]({page.name})" for page in pages]
    return "\n".join([NOTE.format(source="the pages beside it"), "", "# mockenv's documentation", "", *lines, ""])


def _title(text: str) -> str:
    return next(line[2:] for line in text.splitlines() if line.startswith("# "))


def _heading(name: str) -> str:
    words = name.removeprefix("test_").replace("_", " ")
    return words[0].upper() + words[1:]


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _is_shown(node: ast.stmt) -> bool:
    """Fixtures and helpers are part of the example; imports and marks are not."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def _source(text: str, node: ast.FunctionDef | ast.ClassDef | ast.stmt) -> str:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _without_docstring(text: str, node: ast.FunctionDef) -> str:
    lines = _source(text, node).splitlines()
    if ast.get_docstring(node):
        start = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        string = node.body[0]
        del lines[string.lineno - start : (string.end_lineno or string.lineno) - start + 1]
    return "\n".join(lines)


def _code(source: str) -> str:
    return f"```python\n{source}\n```"
