"""The documentation is as drawn, and names what exists."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest

from docs import pictures
from docs.__main__ import SCHEMA, pages
from mockenv.cli import VERBS, main
from mockenv.kernel.faults import rules
from mockenv.settings import Settings

ROOT = Path(__file__).parents[2]


DRAWN = pages()


@pytest.mark.parametrize("path", sorted(DRAWN), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_drawn_page_is_as_drawn(path: Path) -> None:
    assert path.read_text() == DRAWN[path], "run make docs"


def test_links_between_our_own_pages_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("mockenv/providers/*/README.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_flag_of_serve_is_a_setting_and_every_setting_a_flag() -> None:
    serve = main.get_command(click.Context(main), "serve")
    assert serve is not None
    flags = {parameter.name for parameter in serve.params if isinstance(parameter, click.Option)}
    assert flags - {"config"} == set(Settings.__dataclass_fields__) - {"given"}


def test_every_verb_has_a_help_line() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None, name
        assert command.help, name


def test_every_verb_of_every_module_of_the_command_line_is_found_by_its_name() -> None:
    modules = {module: import_module(f"mockenv.cli.{module}") for module in VERBS}
    assert {name: tuple(one.name for one in module.COMMANDS) for name, module in modules.items()} == VERBS
    told = {path.stem for path in (ROOT / "mockenv" / "cli").glob("*.py") if "\nCOMMANDS" in path.read_text()}
    assert told == set(VERBS)


def test_the_scenarios_schema_is_drawn_like_a_page() -> None:
    assert SCHEMA in DRAWN
    assert "drawn by `make docs`" in SCHEMA.read_text()


def test_every_selector_and_every_effect_is_on_the_page_of_faults() -> None:
    page = (ROOT / "docs" / "faults.md").read_text()
    words = {*rules.SELECTORS, *(word for part in (rules.PLACES, rules.EFFECTS) for words in part.values() for word in words)}
    assert not [word for word in words if f"| `{word}` |" not in page]


def test_every_shipped_scenario_is_on_the_page_of_faults() -> None:
    page = (ROOT / "docs" / "faults.md").read_text()
    assert not [path.stem for path in (ROOT / "fixtures" / "scenarios").glob("*.yaml") if f"### `{path.stem}`" not in page]


def test_the_pictures_are_of_this_dashboard() -> None:
    assert pictures.STAMP.read_text() == pictures.stamp(), "run make docs"
    names = {path.name for path in pictures.PICTURES.glob("*.png")}
    assert len(names) == len(pictures.DRAWN)
    page = (ROOT / "docs" / "dashboard.md").read_text() + (ROOT / "README.md").read_text()
    assert not [name for name in names if f"pictures/{name})" not in page]


def test_installing_names_every_extra_and_no_other() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    table = (ROOT / "docs" / "installing.md").read_text().partition("| extra | brings |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(told) - {"dev"}
