"""From a tested example to a page: its docstrings are the text, its code is the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

INDEX = "README.md"
BEGIN, TASKS = "To begin with", "How to"
FIRST = ("installing", "first-test", "bring-your-own", "example-client", "coming-from")
ROOMS = {
    "What it does exactly": ("clock", "faults", "state", "network", "limits", "architecture"),
    "Reference, drawn from the code": ("reference-*",),
    "Measured": ("performance", "http-clients", "pytest-neighbours", "*-tools", "*-verifiers"),
}
"""By the names of pages; any other is a task."""
WELCOME = "A local, stateful simulator of services that create environments: true answers, provisioning in steps that can fail, one clock that moves it all."
ONE_FILE = "The blocks of this page, one after the other, are one file."
NAMED_FILE = re.compile(r"`(\w+\.mjs)`")
NOTE = "<!-- drawn by `make docs` from {source}; edit that instead -->"


def draw_page(source: Path) -> str:
    """Title and introduction from the module's docstring; a section per test, its docstring above its body."""
    text = source.read_text()
    tree = ast.parse(text)
    title, _, introduction = (ast.get_docstring(tree) or source.stem).partition("\n")
    parts = [NOTE.format(source=f"tests/examples/{source.name}"), f"# {title}", introduction.strip()]
    parts += [ONE_FILE, _code(_shared(text, tree))]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _is_test(node):
            told = ast.get_docstring(node) or ""
            files = [_file(source.with_name(name)) for name in NAMED_FILE.findall(told)]
            parts += [f"## {_heading(node.name)}", told, *files, _code(_without_docstring(text, node))]
    return "\n\n".join(part for part in parts if part) + "\n"


def draw_module(source: Path, title: str) -> str:
    """A page that shows one file of the package in full."""
    text = source.read_text()
    told = ast.get_docstring(ast.parse(text)) or ""
    where = f"`from mockenv.{source.stem} import …` has it."
    return "\n\n".join([NOTE.format(source=f"mockenv/{source.name}"), f"# {title}", told, where, _code(text.strip())]) + "\n"


def _shared(text: str, tree: ast.Module) -> str:
    """What all tests of the page stand on: the imports, without the one that a pasted page does not need, and what is defined."""
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    shown = [node for node in imports if getattr(node, "module", "") != "__future__"]
    lines = text.splitlines()[shown[0].lineno - 1 : shown[-1].end_lineno] if shown else []
    rest = [node for node in tree.body if not (node in imports or _is_test(node) or _is_docstring(node))]
    return ("\n".join(lines) + "".join(_gap(node) + _source(text, node) for node in rest)).strip()


def _gap(node: ast.stmt) -> str:
    return "\n\n\n" if isinstance(node, ast.FunctionDef | ast.ClassDef) else "\n\n"


def _file(path: Path) -> str:
    """A file that the tests want beside them."""
    return f"<!-- file: {path.name} -->\n\n```{path.suffix.strip('.').replace('mjs', 'js')}\n{path.read_text().strip()}\n```"


def draw_index(pages: Iterable[Path], drawn: Mapping[Path, str]) -> str:
    """A list of all pages by their titles, in rooms."""
    rooms: dict[str, list[str]] = {room: [] for room in (BEGIN, TASKS, *ROOMS)}
    for page in sorted(pages, key=lambda page: FIRST.index(page.stem) if page.stem in FIRST else len(FIRST)):
        rooms[_room(page.stem)].append(f"- [{_title(drawn.get(page) or page.read_text())}]({page.name})")
    parts = [part for room, lines in rooms.items() if lines for part in (f"## {room}", "\n".join(lines))]
    return "\n\n".join([NOTE.format(source="the pages beside it"), "# mockenv's documentation", WELCOME, *parts]) + "\n"


def _room(name: str) -> str:
    if name in FIRST:
        return BEGIN
    return next((room for room, names in ROOMS.items() if any(fnmatch(name, one) for one in names)), TASKS)


def _title(text: str) -> str:
    return next(line[2:] for line in text.splitlines() if line.startswith("# "))


def _heading(name: str) -> str:
    words = name.removeprefix("test_").replace("_", " ")
    return words[0].upper() + words[1:]


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


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
