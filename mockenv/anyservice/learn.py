"""From files to a service: the document read, its model inferred, and what somebody wrote about it laid over that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mockenv.anyservice.checking import check
from mockenv.anyservice.inference.infer import infer
from mockenv.anyservice.model import Model
from mockenv.anyservice.modelfile import laid_over
from mockenv.anyservice.reading.mending import mended_by
from mockenv.anyservice.reading.read import name_of, read
from mockenv.anyservice.reading.remarks import Remarks
from mockenv.anyservice.remembered import Looked, remembered
from mockenv.anyservice.serving.service import AnyService, service_of
from mockenv.contract.document import Document
from mockenv.errors import BadInput, UnknownName
from mockenv.kernel.worlds.library import read_yaml


class Learned(NamedTuple):
    """What there is to know of a service."""

    document: Document
    model: Model
    remarks: Remarks

    def provider(self) -> type[AnyService]:
        """The class that serves it."""
        return service_of(self.model)


def learn(path: Path, model: Path | None = None) -> Learned:
    """What a document says of its service, and a model file of it. Raises BadInput, CannotStart."""
    told = read_yaml(model) if model else {}
    document, inferred, remarks = remembered(path, _name(told, path), lambda: _look(path, _name(told, path)))
    if model is None:
        return Learned(document, inferred, remarks)
    mended = mended_by(document, told.get("operations"))
    if mended is not None:
        document, inferred = mended, infer(mended)
    whole = laid_over(inferred, told, str(model))
    check(whole, document, str(model))
    return Learned(document, whole, remarks)


def _look(path: Path, name: str) -> tuple[Looked, list[Path]]:
    document, remarks, files = read(path, name)
    return (document, infer(document), remarks), files


def document_of_model(model: Path) -> Path:
    """The document that a model file names: from where it lies, or else from here. Raises BadInput."""
    told = read_yaml(model).get("document")
    if not isinstance(told, str):
        raise BadInput(str(model), "document", "is missing: the OpenAPI document that this is a model of")
    found = next((path for path in (model.parent / told, Path(told)) if path.is_file()), None)
    if found is None:
        raise BadInput(str(model), "document", f"there is no file {told!r}, neither beside this one nor here")
    return found


def learn_all(documents: Sequence[str], models: Sequence[str], taken: Iterable[str]) -> list[Learned]:
    """Several services, each of another name than those that are there already. Raises BadInput, CannotStart."""
    names = set(taken)
    found: list[Learned] = []
    for document, model in _pairs([Path(one) for one in documents], [Path(one) for one in models]):
        one = learn(document, model)
        if one.document.name in names:
            where = str(model or document)
            raise BadInput(where, "", f"there is a service {one.document.name!r} already; a model file may call this one otherwise")
        names.add(one.document.name)
        found.append(one)
    return found


def _pairs(documents: Sequence[Path], models: Sequence[Path]) -> list[tuple[Path, Path | None]]:
    """Which model is of which document: by the service's name, or because there is one of each; one alone names its document."""
    if len(documents) == len(models) == 1:
        return [(documents[0], models[0])]
    by_name: dict[str, Path] = {}
    own: list[tuple[Path, Path | None]] = []
    names = [name_of(path) for path in documents]
    for model in models:
        told = read_yaml(model)
        service = _name(told, Path(str(told.get("document") or model.name.partition(".")[0])))
        if service in names:
            by_name[service] = model
        elif "document" in told:
            own.append((document_of_model(model), model))
        else:
            raise UnknownName(str(model), "service", service, names)
    return [*((path, by_name.get(name_of(path))) for path in documents), *own]


def _name(told: Mapping[str, Any], path: Path) -> str:
    """What the service is called: by its model, else by its document's file. Raises BadInput."""
    name = told.get("service") or name_of(path)
    if not isinstance(name, str) or name != name_of(Path(name)):
        raise BadInput("", "service", f"{name!r} is no name: it wants small letters, digits and hyphens")
    return name
