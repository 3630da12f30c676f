"""What PHP and Laravel do by themselves, before and behind the application; knows no operation. Guessed from their manuals."""

from __future__ import annotations

from typing import Any

from mockenv.contract.document import Operation
from mockenv.provider import Query
from mockenv.store.base import Document

BOOLEANS = (0, 1, "0", "1")


def read_body(operation: Operation, value: Any) -> Any:
    """Empty texts are null (ConvertEmptyStringsToNull), and 1, 0 and their texts are booleans where one is wanted."""
    value = _nulled(value)
    if isinstance(value, dict) and operation.body_members:
        for name, given in value.items():
            if "boolean" in operation.body_members.get(name, ()) and given in BOOLEANS:
                value[name] = bool(int(given))
    return value


def read_query(operation: Operation, values: Query) -> Query:
    """An empty text is no value; `tags[0]=a` is one more of `tags[]`, and so is `tags=a`."""
    arrays = {one.name.removesuffix("[]") for one in operation.query if one.name.endswith("[]")}
    read: dict[str, list[str]] = {}
    for name, texts in values.items():
        stem = name.partition("[")[0]
        if stem in arrays:
            read.setdefault(f"{stem}[]", []).extend(filter(None, texts))
        elif texts[-1]:  # PHP keeps the last of several
            read[name] = texts
    return {name: texts for name, texts in read.items() if texts}


def dirty(document: Document, wanted: Document) -> Document:
    """What an update would change; where that is nothing, Eloquent neither writes nor tells."""
    return {name: value for name, value in wanted.items() if document.get(name) != value}


def _nulled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _nulled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_nulled(one) for one in value]
    return None if value == "" else value
