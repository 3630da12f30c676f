"""The documents' links lead somewhere: to an operation that is there, by parameters that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockenv.bootstrap import openapi_folder
from mockenv.contract.document import Document, load_document
from mockenv.contract.routing import PARAMETER

DOCUMENTS = [load_document(path.stem, path) for path in sorted(openapi_folder().glob("*.yaml"))]


def links(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for operation in document.operations.values():
        for response in operation.responses.values():
            for name, link in document.resolve(response).get("links", {}).items():
                yield operation.id, name, link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_to_an_operation_by_parameters_that_it_takes(document: Document) -> None:
    for source, name, link in links(document):
        target = document.operations[link["operationId"]]
        known = {*PARAMETER.findall(target.path), *(one.name for one in target.query)}
        assert link.get("parameters", {}).keys() <= known, f"{source}: {name}"
        assert "requestBody" not in link or target.body_types, f"{source}: {name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_whatever_names_a_thing_in_its_path_is_reached_by_a_link(document: Document) -> None:
    """Else stateful testing knows no name that exists. A member is invited elsewhere, a delivery comes with time."""
    reached = {link["operationId"] for _, _, link in links(document)}
    elsewhere = {"deleteMember", "setMemberAccess", "updateMember", "redeliver", "getDocument", "getDashboardFile", "getManualPage"}
    elsewhere |= {"downloadExport", "uploadImport"}  # replies have their whole address
    elsewhere |= {"mobileEvaluate", "sdkGetFlag", "sdkGetSegment"}  # these want an environment's own key
    elsewhere |= {"clientStream", "clientStreamReported", "mobileStream"}  # and these never end
    missing = {one.id for one in document.operations.values() if PARAMETER.search(one.path)} - reached - elsewhere
    assert not missing
