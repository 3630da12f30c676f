"""The documentation site: built from all pages, strict about where links lead."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docs.site import ROOT, sources

ONE_PAGE = "import sys; from pathlib import Path; from docs.site import build; sys.exit(build(Path(sys.argv[1]), {Path(p): Path(p).name for p in sys.argv[2:]}))"


class Addresses(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if tag in {"script", "img"}:
            self.loaded.append(named.get("src") or "")
        elif tag == "link" and named.get("rel") == "stylesheet":
            self.loaded.append(named.get("href") or "")
        elif tag == "a":
            self.links.append(named.get("href") or "")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, since Sphinx keeps what it knows of markup for its process."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = run("-m", "docs.site", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_in_the_site_and_named_at_the_side_of_the_first(site: Path) -> None:
    pages = {Path(name).with_suffix(".html").as_posix() for name in sources().values() if name.endswith(".md")}
    assert pages <= {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert pages - {"index.html"} <= set(Addresses((site / "index.html").read_text()).links)


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    assert not [address for page in site.rglob("*.html") for address in Addresses(page.read_text()).loaded if ":" in address]


def test_a_link_to_a_file_of_the_project_brings_the_file_along(site: Path) -> None:
    assert list((site / "_downloads").rglob("wrk.lua"))


@pytest.mark.parametrize("link", ["[a page](nowhere.md)", "[a heading](#nowhere)", "[a room](../nowhere/)"])
def test_a_link_that_leads_nowhere_fails_the_site(tmp_path: Path, link: str) -> None:
    page = tmp_path / "index.md"
    page.write_text(f"# Index\n\n{link}\n")
    done = run("-c", ONE_PAGE, str(tmp_path / "site"), str(page))
    assert done.returncode == 1
    assert "nowhere" in done.stderr
