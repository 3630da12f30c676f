"""Files that lie beside a provider: what they are called, and fields that say in editors what they are for; knows no file's content."""

from __future__ import annotations

from inspect import getfile
from pathlib import Path
from typing import Any

from marshmallow import fields

from mockenv.provider import Provider


def beside(provider: Provider, stem: str) -> Path:
    """A file in a provider's folder; that of a later edition is called as its document is: `conformance-2026-02.yaml`."""
    edition = provider.document.name.removeprefix(provider.name)
    return Path(getfile(type(provider))).parent / f"{stem}{edition}.yaml"


def said(text: str, **more: Any) -> dict[str, Any]:
    """What a field tells people, as its metadata; `names`: whose names its values, or its members, are."""
    return {"description": text, **more}


def texts(text: str, *, required: bool = False, **more: Any) -> fields.Dict:
    """Names and what is said of each; none where that may be left out."""
    told: dict[str, Any] = {"required": True} if required else {"load_default": dict}
    return fields.Dict(keys=fields.String(), values=fields.String(), metadata=said(text, **more), **told)
