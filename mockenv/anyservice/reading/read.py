"""From a vendor's file to a document that is served: whole, of one form, with what had to be left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from mockenv.anyservice.reading.files import read_whole
from mockenv.anyservice.reading.normal import normalise
from mockenv.anyservice.reading.remarks import Remarks
from mockenv.anyservice.reading.schemas import clean
from mockenv.anyservice.reading.swagger import modernise
from mockenv.contract.document import Document, make_document
from mockenv.errors import CannotStart

SUFFIXES = re.compile(r"(\.(openapi|swagger|public|v\d+))+$", re.IGNORECASE)


class Read(NamedTuple):
    """A document, and what of it cannot be served."""

    document: Document
    remarks: Remarks
    files: list[Path]
    """All that it was read from."""


def read(path: Path, name: str | None = None) -> Read:
    """Read a vendor's document. Raises CannotStart where it is none."""
    remarks = Remarks()
    content, files = read_whole(path, remarks)
    version = str(content.get("openapi") or content.get("swagger") or "")
    if not version.startswith(("2.", "3.")):
        told = f"says it is version {version!r}" if version else "has neither `openapi` nor `swagger` in it"
        raise CannotStart(f"document {path}: {told}; OpenAPI 3.0, 3.1 and Swagger 2.0 are served")
    if version.startswith("2."):
        content = modernise(content)
    clean(content, remarks, is_old=version.startswith(("2.", "3.0")))
    normal = normalise(content, remarks)
    if not normal["paths"]:
        raise CannotStart(f"document {path}: has no operation that can be served")
    return Read(make_document(name or name_of(path), normal, path), remarks, files)


def name_of(path: Path) -> str:
    """What a service is called whose document this is: the file's name, as a word that can stand in a path."""
    stem = SUFFIXES.sub("", path.stem)
    word = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return word or "service"
