"""The laws that can be read off the source: time, state at module level, docstrings, one room per provider."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import mockenv

PACKAGE = Path(mockenv.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
IDS = [str(path.relative_to(PACKAGE)) for path in MODULES]
CLOCK = PACKAGE / "kernel" / "time" / "clock.py"
CHANCE = PACKAGE / "kernel" / "values" / "chance.py"

FORBIDDEN = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "sleep", "localtime",
             "gmtime", "ctime", "strftime", "clock_gettime", "clock_gettime_ns"},
    "datetime.datetime": {"now", "utcnow", "today"},
    "datetime.date": {"today"},
    "asyncio": {"sleep"},
    "uuid": {"uuid1", "uuid4"},
    "random": {"*"},
}  # fmt: skip
"""What tells the machine's time, lets it pass, or brings in chance of its own. `loop.time()` and `asyncio.timeout` are the
event loop's: they bound real waiting and never reach a sandbox. `secrets` names a sandbox that nobody named, before it has a seed."""

MUTABLE_CALLS = {"list", "dict", "set", "bytearray", "deque", "defaultdict", "Counter", "OrderedDict"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imported(module: ast.Module) -> dict[str, str]:
    """Local name → what it stands for, dotted."""
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else "?"


def calls_of_time(path: Path) -> Iterator[str]:
    module = tree(path)
    names = imported(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute | ast.Name):
            owner, _, name = dotted(node, names).rpartition(".")
            if FORBIDDEN.get(owner, set()) & {name, "*"}:
                yield f"{path.name}:{node.lineno}: {owner}.{name}"


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_only_the_clock_reads_the_machines_time_and_nothing_sleeps_or_throws_dice(path: Path) -> None:
    if path != CLOCK:
        assert [text for text in calls_of_time(path) if path != CHANCE or "random.Random" not in text] == []


def test_the_search_for_time_finds_it_where_it_is() -> None:
    assert {text.partition(": ")[2] for text in calls_of_time(CLOCK)} == {
        "time.time_ns",
        "time.monotonic_ns",
        "time.clock_gettime_ns",
        "asyncio.sleep",
    }


def comparisons_with_now(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare) and any(
            (isinstance(part, ast.Attribute) and part.attr == "now") or (isinstance(part, ast.Name) and part.id == "now")
            for part in ast.walk(node)
        ):
            yield f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "providers").rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_providers_ask_in_one_place_whether_a_moment_has_come(path: Path) -> None:
    """`work.has_come`: else an `auto` clock does not know until when an answer holds."""
    assert list(comparisons_with_now(path)) == []


def test_the_search_for_such_questions_finds_one(tmp_path: Path) -> None:
    asking = tmp_path / "asking.py"
    asking.write_text("def f(work, end):\n    return end - 1 <= work.now\n")
    assert list(comparisons_with_now(asking)) == ["asking.py:2"]


def mutable_at_module_level(path: Path) -> Iterator[str]:
    """Names bound to something mutable that is not a constant by its spelling, and `global` anywhere."""
    module = tree(path)
    for node in ast.walk(module):
        if isinstance(node, ast.Global):
            yield f"{path.name}:{node.lineno}: global {', '.join(node.names)}"
    for statement in module.body:
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if value is None or not is_mutable(value):
            continue
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.lstrip("_").isupper() and target.id != "__all__":
                yield f"{path.name}:{statement.lineno}: {target.id}"


def is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in MUTABLE_CALLS


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_nothing_at_module_level_can_change(path: Path) -> None:
    """A constant is spelled as one, and nobody writes into it: not by `global`, not by a method, not by an item."""
    assert list(mutable_at_module_level(path)) == []
    constants = {
        target.id
        for statement in tree(path).body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None and is_mutable(statement.value)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    assert list(writes(path, constants)) == []


WRITING = {
    "append",
    "add",
    "update",
    "pop",
    "popitem",
    "clear",
    "extend",
    "insert",
    "remove",
    "setdefault",
    "discard",
    "appendleft",
}


def writes(path: Path, names: set[str]) -> Iterator[str]:
    for function in (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        for node in ast.walk(function):
            target: ast.expr | None = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
                target = node.func.value
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
                target = node.value
            if isinstance(target, ast.Name) and target.id in names:
                yield f"{path.name}:{target.lineno}: {target.id}"


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_every_module_begins_with_a_line_that_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(tree(path))
    assert docstring, path
    first = docstring.splitlines()[0]
    assert 20 <= len(first) <= 132
    assert first.endswith((".", ":"))


@pytest.mark.parametrize("path", sorted((PACKAGE / "providers").glob("*/")), ids=lambda path: path.name)
def test_every_provider_has_the_same_rooms(path: Path) -> None:
    if path.name.startswith("_"):
        return
    for name in ("__init__.py", "model.py", "errors.py", "fakes.py", "lifecycle.py", "operations/__init__.py"):
        assert (path / name).is_file(), f"{path.name} has no {name}"


def test_a_third_party_may_be_stood_on_only_where_it_is_declared() -> None:
    declared = {re.split(r"[>=<;\[ ]", line.strip().strip('",'))[0].lower() for line in dependencies()}
    names = {"yaml": "pyyaml", "jsonschema_rs": "jsonschema-rs", "graphql": "graphql-core", "click": "flask", "nacl": "pynacl"}
    names |= {"markdown_it": "markdown-it-py", "ldclient": "launchdarkly-server-sdk", "mypy_extensions": "mypy-extensions"}
    named = {
        "tls.py": {"trustme"},
        "connection.py": {"psycopg"},
        "pytest_plugin.py": {"pytest", "_pytest"},
        "session.py": {"pytest", "_pytest"},
        "testing.py": {"pytest", "_pytest"},
        "examples.py": {"requests"},
        "testcontainers.py": {"testcontainers"},
    }
    for path in MODULES:
        for target in imported(tree(path)).values():
            top = target.partition(".")[0]
            if top in ("mockenv", "__future__") or top in sys.stdlib_module_names:
                continue
            is_extra = top in named.get(path.name, ())
            assert is_extra or names.get(top, top) in declared, f"{path}: {top}"


def dependencies() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text()
    found = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].splitlines()
