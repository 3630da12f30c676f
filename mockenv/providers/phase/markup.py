"""Markup and control characters taken out of names and descriptions, as Django does it: what only looks like a tag stays."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Tab and both line ends stay; of the others, those behind U+007F go, too.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def cleaned(text: str) -> str:
    """Without markup, control characters and space around it."""
    return _CONTROL.sub("", without_tags(text)).strip()


def without_tags(text: str) -> str:
    """Until nothing more goes: what is left of nested tags may be tags again."""
    while "<" in text and ">" in text:
        less = _once(text)
        if less.count("<") == text.count("<"):
            return less
        text = less
    return text


def _once(text: str) -> str:
    parser = _Texts()
    parser.feed(text)
    parser.close()
    return "".join(parser.texts)


class _Texts(HTMLParser):
    """What stands between the tags; entities as they are written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.texts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.texts.append(f"&#{name};")
