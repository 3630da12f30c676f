"""What is compiled is what the compiler does justice to: it takes some things in silence and makes others of them."""

from __future__ import annotations

import ast
import json
import tomllib
from functools import cache
from pathlib import Path

import pytest

from mockenv.version import __version__, form
from tests.house.test_laws import tree
from tests.processes import ROOT, run

BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["mypyc"]
COMPILED = [ROOT / pattern.lstrip("/") for pattern in BUILD["include"]]
IDS = [str(path.relative_to(ROOT)) for path in COMPILED]
OTHERS = [path for folder in ("mockenv", "tests") for path in (ROOT / folder).rglob("*.py") if path not in COMPILED]
LEFT_TO_PYTHON = {
    "cached_property": "a class without a __dict__ has nowhere to keep it",
    "__init_subclass__": "it is not called for classes that are compiled",
    "singledispatch": "what is registered elsewhere is not found",
}


@cache
def classes(path: Path) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]


def bases(node: ast.ClassDef) -> set[str]:
    """The names of what it inherits from, without their modules."""
    plain = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return {base.id if isinstance(base, ast.Name) else base.attr for base in plain if isinstance(base, ast.Name | ast.Attribute)}


@cache
def imports_from(path: Path) -> dict[str, str]:
    """Name → the module it is imported from."""
    nodes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name: str(node.module) for node in nodes for alias in node.names}


@pytest.mark.parametrize("path", COMPILED, ids=IDS)
def test_what_is_compiled_exists_and_holds_nothing_that_the_compiler_makes_something_else_of(path: Path) -> None:
    names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    defined = {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}
    assert not {name: why for name, why in LEFT_TO_PYTHON.items() if name in names | defined}


def home(module: str, name: str) -> tuple[str, str]:
    """The module where a class stands that others hand on."""
    path = ROOT / f"{module.replace('.', '/')}.py"
    handed_on = imports_from(path).get(name) if path.exists() else None
    return home(handed_on, name) if handed_on else (module, name)


def test_a_compiled_class_that_others_inherit_from_says_so() -> None:
    closed = {
        (".".join(path.relative_to(ROOT).with_suffix("").parts), node.name)
        for path in COMPILED
        for node in classes(path)
        if "Protocol" not in bases(node) and not any("mypyc_attr" in ast.dump(one) for one in node.decorator_list)
    }
    inherited = {
        home(module, name)
        for path in OTHERS
        for name, module in imports_from(path).items()
        if any(name in bases(node) for node in classes(path))
    }
    assert ("mockenv.call", "Caller") in inherited
    assert not inherited & closed


def test_the_version_says_in_which_form_it_is() -> None:
    is_compiled = any((ROOT / "mockenv").rglob("*.so")) or any((ROOT / "mockenv").rglob("*.pyd"))
    assert form() == ("compiled" if is_compiled else "pure Python")
    assert json.loads(run("version", "--json").stdout) == {"version": __version__, "form": form()}
