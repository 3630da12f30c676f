"""Model files as text: written whole, and brought up to a changed document without a word of what a person wrote being lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import yaml

from mockenv.anyservice.model import Model
from mockenv.anyservice.modelfile import plain

PARTS = ("resources", "operations")
"""Members whose every member is a block of its own."""
LEARNED = "learned"
WIDTH = 132
HEAD = """\
# yaml-language-server: $schema={schema}
# What mockenv takes this service for. What stands here wins over what it would infer; what you leave out is inferred.
# `mockenv learn DOCUMENT --update THIS_FILE` brings it up to a new document and leaves alone whatever you have changed.
"""


class Updated(NamedTuple):
    """A model file after its document has changed, and what became of its blocks: name → added, changed, kept, gone or stale."""

    text: str
    changes: Mapping[str, str]


def written(model: Model, document: str, schema: str) -> str:
    """A whole file."""
    blocks = blocks_of(model, document)
    return HEAD.format(schema=schema) + _joined(blocks) + _signed(blocks)


def blocks_of(model: Model, document: str) -> dict[str, str]:
    """Name (`operations.createSite`) → the text of that block."""
    told = {"document": document, **plain(model)}
    blocks: dict[str, str] = {}
    for name, value in told.items():
        if name == "operations":
            blocks |= {f"{name}.{id}": _line(id, one) for id, one in value.items()}
        elif name in PARTS:
            blocks |= {f"{name}.{inner}": _indented(_dumped({inner: one})) for inner, one in value.items()}
        else:
            blocks[name] = _dumped({name: value})
    return blocks


def updated(text: str, signed: Mapping[str, str], model: Model, document: str) -> Updated:
    """The file with what the document says now: blocks that nobody has touched are written anew, all others stay as they are.

    `signed` is what the file has under `learned`.
    """
    head, mine = _cut(text)
    new = blocks_of(model, document)
    kept: dict[str, str] = {}
    changes: dict[str, str] = {}
    for name, block in mine.items():
        is_touched = name != "document" and signed.get(name) != _digest(block)  # which document it is now was said just now
        if name in new and not is_touched:
            kept[name] = new[name]
            if new[name].strip() != block.strip():
                changes[name] = "changed"
        elif name in new:
            kept[name] = block
            changes[name] = "kept"
        elif is_touched:
            kept[name] = block
            changes[name] = "stale" if name.partition(".")[0] in PARTS else "kept"
        else:
            changes[name] = "gone"
    for name, block in new.items():
        if name not in mine and name not in signed:
            kept[name] = block
            changes[name] = "added"
    return Updated(head + _joined(kept) + _signed(new), changes)


def _cut(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first block, and the blocks, comments above one being its."""
    blocks: dict[str, str] = {}
    head, name, part, waiting = "", "", "", ""
    for line in text.splitlines(keepends=True):
        found = _name_in(line, part)
        if found is None:
            is_comment = not line.strip() or line.lstrip().startswith("#")
            if is_comment:
                waiting += line
            else:
                blocks[name] = blocks.get(name, "") + waiting + line
                waiting = ""
            continue
        if not blocks and not part and not name:
            head, waiting = waiting, ""
        part, name = (found, name) if found in PARTS else (part if "." in found else "", found)
        if found not in PARTS:
            blocks[name] = waiting + line
            waiting = ""
    blocks.pop(LEARNED, None)
    return head, {name: block for name, block in blocks.items() if name}


def _name_in(line: str, part: str) -> str | None:
    """The name of the block that begins on this line, if one does."""
    if not line.strip() or line.lstrip().startswith(("#", "-", "}", "]")):
        return None
    indent = len(line) - len(line.lstrip(" "))
    key = line.strip().partition(":")[0].strip("'\"")
    if indent == 0 and ":" in line:
        return key
    return f"{part}.{key}" if indent == 2 and part and ":" in line else None


def _joined(blocks: Mapping[str, str]) -> str:
    return "".join(_parts(blocks))


def _parts(blocks: Mapping[str, str]) -> Iterator[str]:
    yield from (block for name, block in blocks.items() if name.partition(".")[0] not in PARTS)
    for part in PARTS:
        inner = [block for name, block in blocks.items() if name.startswith(f"{part}.")]
        if inner:
            yield f"{part}:\n"
            yield from inner


def _signed(blocks: Mapping[str, str]) -> str:
    return _dumped({LEARNED: {name: _digest(block) for name, block in blocks.items()}})


def _digest(block: str) -> str:
    return blake2b(block.strip().encode(), digest_size=4).hexdigest()


def _line(id: str, one: Mapping[str, Any]) -> str:
    """An operation on one line; how sure that is stands behind it, for people."""
    told = {name: value for name, value in one.items() if name not in ("sure", "why")}
    text = yaml.safe_dump({id: told}, sort_keys=False, width=10**6, allow_unicode=True, default_flow_style=True).strip()[1:-1]
    return f"  {text} # {one.get('sure', 1.0):.0%}: {one.get('why', '')}\n"


def _dumped(value: Any) -> str:
    """In lines, what has nothing inside it on one."""
    text = yaml.safe_dump(value, sort_keys=False, width=WIDTH, allow_unicode=True, default_flow_style=None)
    return f"{text.strip()[1:-1]}\n" if text.startswith("{") else text


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))
