"""`make docs` ends here: the pages as a documentation site, in build/site, by Sphinx; a link that leads nowhere is an error. Draws no page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from os.path import relpath
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from mockenv.version import __version__

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "build" / "site"
ABOUT = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
ROOM = re.compile(r"^## (.+)$|^- \[.+?\]\((.+)\.md\)$", re.MULTILINE)
CONFIGURATION = {
    "project": "mockenv",
    "version": __version__,
    "release": __version__,
    "extensions": ["myst_parser"],
    "html_theme": "furo",
    "html_title": f"mockenv {__version__}",
    "html_copy_source": False,
    "html_show_copyright": False,
    "myst_heading_anchors": 4,  # named as the hosts of repositories name them, so that one link serves both
    "highlight_language": "none",
    "html_use_index": False,
}


def sources() -> dict[Path, str]:
    """What goes into the site: where it lies → its path there."""
    docs = ROOT / "docs"
    pages = {path: "index.md" if path.stem == "README" else path.name for path in sorted(docs.glob("*.md"))}
    providers = {path: f"providers/{path.parent.name}.md" for path in sorted((ROOT / "mockenv/providers").glob("*/README.md"))}
    about = {ROOT / name: name.lower() for name in ABOUT}
    findings = {ROOT / "findings" / "README.md": "findings.md"}
    pictures = {path: path.relative_to(docs).as_posix() for path in docs.rglob("*.png")}
    return {**pages, **providers, **about, **findings, **pictures}


def build(target: Path, found: Mapping[Path, str]) -> int:
    """Sphinx's own exit code: 1 after any warning, for instance of a page or a heading that a link names and nobody has."""
    from pygments.lexers.special import TextLexer
    from sphinx.application import Sphinx

    with TemporaryDirectory() as folder:
        source, trees = Path(folder, "source"), Path(folder, "trees")
        _stage(source, found)
        app = Sphinx(source, None, target, trees, "html", CONFIGURATION, status=None, warningiserror=True)
        app.add_lexer("mermaid", TextLexer)  # drawn where repositories are hosted; here its words are shown
        app.build()
        return int(app.statuscode)


def _stage(folder: Path, found: Mapping[Path, str]) -> None:
    """All sources under one roof, their links with them."""
    extra: dict[Path, str] = {}
    for path, name in found.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            target.write_text(_relinked(path, found, extra) + (_contents(found, path) if name == "index.md" else ""))
        else:
            copyfile(path, target)
    for path, name in extra.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, folder / name)


def _relinked(page: Path, found: Mapping[Path, str], extra: dict[Path, str]) -> str:
    """The page's text, each link to a file of the project leading to where that file is in the site."""

    def moved(match: re.Match[str]) -> str:
        path = (page.parent / match[2]).resolve()
        if ":" in match[2] or not path.exists():
            return match[0]  # somebody else's address; or Sphinx says that nothing is there
        if path not in found:
            extra[path] = f"files/{path.relative_to(ROOT).as_posix()}"
        return f"{match[1]}{relpath(found.get(path) or extra[path], Path(found[page]).parent)}{match[3]}"

    return LINK.sub(moved, page.read_text(encoding="utf-8"))


def _contents(found: Mapping[Path, str], index: Path) -> str:
    """What stands at the side of every page: the index's rooms, the providers, the project."""
    rooms = dict(_rooms(index.read_text(encoding="utf-8")))
    rooms["Services"] = [Path(name).with_suffix("").as_posix() for name in found.values() if name.startswith("providers/")]
    rooms["The project"] = [Path(name).stem for path, name in found.items() if path.parent in {ROOT, ROOT / "findings"}]
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:caption: {room}\n\n{chr(10).join(pages)}\n```\n" for room, pages in rooms.items() if pages
    )


def _rooms(index: str) -> Iterator[tuple[str, list[str]]]:
    pages: list[str] = []
    for room, page in ROOM.findall(index):
        if room:
            pages = []
            yield room, pages
        else:
            pages.append(page)


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if sys.argv[1:] else HERE, sources()))
