"""Fixtures and scenarios as strangers write them, for `mockenv validate`: good or bad, it is told in one line a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner
from hypothesis import strategies as st

from fuzz.server import Served
from mockenv.cli import main

ROOT = Path(__file__).parents[1]
SHIPPED = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "fixtures").rglob("*.yaml"))]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["vector", "12345", "1s", "active", "*"])
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3), max_leaves=5
)


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A shipped file with one thing in it changed, misspelt, doubled or taken away."""
    content = draw(st.sampled_from(SHIPPED))
    at = draw(st.sampled_from(list(_places(content))))
    return yaml.safe_dump(_changed(content, at, draw), allow_unicode=draw(st.booleans()))


def _places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


def _changed(node: Any, at: tuple[Any, ...], draw: st.DrawFn) -> Any:
    if not at:
        return draw(values)
    copy, key = (dict(node), at[0]) if isinstance(node, dict) else (list(node), at[0])
    if len(at) == 1 and isinstance(copy, dict) and draw(st.booleans()):
        copy[draw(st.sampled_from([f"{key}s", str(key)[1:], str(key)[::-1]]))] = copy.pop(key)
        return copy
    copy[key] = _changed(node[key], at[1:], draw)
    return copy


FILES = st.one_of(
    spoilt().map(str.encode),
    spoilt().flatmap(lambda text: st.integers(0, len(text)).map(lambda at: text[:at].encode())),
    values.map(lambda value: yaml.safe_dump(value).encode()),
    st.binary(max_size=200),
    st.text("{}[]:-&*!|>'\"%@`#,?\n\t ab1.", max_size=60).map(str.encode),
)


def check(server: Served, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.yaml"
        path.write_bytes(content)
        result = CliRunner().invoke(main, ["validate", str(path)])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code in (0, 1), result.output
    assert result.output.count("\n") == 1, result.output
    assert str(path) in result.output, f"it does not say which file: {result.output}"
