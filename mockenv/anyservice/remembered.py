"""What was read and inferred before: a large document takes seconds to look through, and every start pays. Decides nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from mockenv.anyservice.model import Model
from mockenv.anyservice.modelfile import plain, restored
from mockenv.anyservice.reading.remarks import Remark, Remarks
from mockenv.compiled import cache_folder
from mockenv.contract.document import Document, make_document

Looked = tuple[Document, Model, Remarks]


def remembered(path: Path, name: str, look: Callable[[], tuple[Looked, list[Path]]]) -> Looked:
    """What `look` finds in a document and the files that it refers to: from the user's cache, if none of them has changed since.

    Named by contents, so it cannot be stale; where the cache cannot be read or written, it is left out.
    """
    place = cache_folder() / f"{_key(path, name)}.service.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = orjson.loads(place.read_bytes())
        others = {one: digest for one, digest in kept["files"].items() if Path(one).resolve() != path.resolve()}
        if all(_digest(Path(one)) == digest for one, digest in others.items()):  # the document's own is in the name
            return _looked(kept, path, name)
    (document, model, remarks), files = look()
    told = {
        "files": {str(one): _digest(one) for one in files},
        "content": document.content,
        "model": plain(model),
        "remarks": list(remarks),
    }
    _write(place, told)
    return document, model, remarks


def _looked(kept: dict[str, Any], path: Path, name: str) -> Looked:
    remarks = Remarks(Remark(*one) for one in kept["remarks"])
    return make_document(name, kept["content"], path), restored(kept["model"]), remarks


def _write(place: Path, told: dict[str, Any]) -> None:
    with suppress(OSError, TypeError):
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        draft.write_bytes(orjson.dumps(told))
        draft.replace(place)


def _key(path: Path, name: str) -> str:
    """By the document, what it is called, and the code that looks at it."""
    return blake2b(f"{_digest(path)} {path.resolve()} {name} {_code()}".encode(), digest_size=16).hexdigest()


def _digest(path: Path) -> str:
    """Of a file's content; of none where there is no such file."""
    try:
        return blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


@cache
def _code() -> str:
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return blake2b(b"".join(one.read_bytes() for one in sources), digest_size=16).hexdigest()
