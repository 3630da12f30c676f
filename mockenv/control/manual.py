"""The pages of docs/ and the providers' READMEs as a browser reads them, from what the package holds; knows no world."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mockenv.control.guard import MANUAL
from mockenv.errors import check_name
from mockenv.provider import Call, Reply
from mockenv.version import __version__

if TYPE_CHECKING:
    from markdown_it.token import Token

PACKAGE = Path(__file__).parents[1]
INDEX = "index"
PICTURE = ".png"
STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:56rem;margin:0 auto 4rem;padding:0 1.2rem;color:#1c2430;background:#fcfcfa}"
    "nav{padding:.8rem 0;border-bottom:1px solid #e3e3de;margin-bottom:1.5rem}table{border-collapse:collapse;display:block;overflow-x:auto}"
    "td,th{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #e3e3de;vertical-align:top}"
    "code,pre{font:14px/1.5 ui-monospace,monospace;background:#f1f1ec;border-radius:4px}code{padding:.1rem .3rem}pre code{padding:0}"
    "pre{padding:.8rem 1rem;overflow-x:auto}a{color:#0b5fa5}img{max-width:100%}h2{margin-top:2.2rem}"
    "@media(prefers-color-scheme:dark){body{background:#15181c;color:#dfe3e8}code,pre{background:#22272e}td,th,nav{border-color:#30363d}a{color:#79b8f3}}"
)
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; img-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def files() -> Mapping[str, Path]:
    """What is asked for → where it lies: pages without their ending, pictures with it."""
    inside = PACKAGE / "docs"
    folder = inside if inside.is_dir() else PACKAGE.parent / "docs"  # in a checkout beside the package
    pages = {INDEX if path.stem == "README" else path.stem: path for path in sorted(folder.glob("*.md"))}
    readmes = {f"provider-{path.parent.name}": path for path in sorted((PACKAGE / "providers").glob("*/README.md"))}
    return {
        **pages,
        **readmes,
        **{path.relative_to(folder).as_posix().replace("/", "-"): path for path in folder.rglob(f"*{PICTURE}")},
    }


def serve(call: Call, name: str = INDEX) -> Reply:
    """A page or a picture. Raises UnknownName."""
    found = files()
    check_name(name, found, "", "page")  # so no path leads out of the folder
    if name.endswith(PICTURE):
        return Reply(200, found[name].read_bytes(), HEADERS, "image/png")
    return Reply(200, _page(found, name, f"{call.prefix}{MANUAL}").encode(), HEADERS, "text/html; charset=utf-8")


def _page(found: Mapping[str, Path], name: str, root: str) -> str:
    from html import escape  # who never reads a page does not wait for these

    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    text = re.sub(r"<!--.*?-->\n*", "", found[name].read_text(encoding="utf-8"), flags=re.DOTALL)
    tokens = markdown.parse(text)
    _lead(tokens, found, name, root)
    title = next((inline.content for inline in tokens if inline.type == "inline"), "mockenv")
    services = " · ".join(
        f'<a href="{root}/{one}">{one.removeprefix("provider-")}</a>' for one in found if one.startswith("provider-")
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} – mockenv</title><style>{STYLE}</style>"
        f'<nav><a href="{root}">mockenv {__version__}</a> · {services}</nav><main>'
        f"{markdown.renderer.render(tokens, markdown.options, {})}</main></html>"
    )


def _lead(tokens: Iterable[Token], found: Mapping[str, Path], name: str, root: str) -> None:
    """Links between our pages lead to one another here; headings get the names by which they are linked."""
    served = {path.resolve(): f"{root}/{one}" if one != INDEX else root for one, path in found.items()}
    heading: Token | None = None
    for token in tokens:
        if token.type == "heading_open":
            heading = token
        elif token.type == "inline":
            if heading is not None:
                heading.attrSet("id", slug(token.content))
                heading = None
            for child in token.children or ():
                for attribute in ("href", "src"):
                    if attribute in child.attrs:
                        child.attrSet(attribute, _address(str(child.attrs[attribute]), found[name], served))


def _address(target: str, page: Path, served: Mapping[Path, str]) -> str:
    """Of a page that is served here; any other stays as it was written."""
    path, hash, fragment = target.partition("#")
    if not path or ":" in path:
        return target
    return served.get((page.parent / PurePosixPath(path)).resolve(), path) + hash + fragment


def slug(heading: str) -> str:
    """As the hosts of repositories name a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
