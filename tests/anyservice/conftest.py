"""Servers of documents: the shipped example, and whatever a test writes; every reply that departs from its document is a 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockenv.bootstrap import fixtures_folder
from mockenv.client import Mockenv, Sandbox
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.conftest import Browser

SALTWELL = fixtures_folder() / "services" / "saltwell.yaml"
KEY = {"Authorization": "Bearer whoever"}
Open = Callable[..., Browser]


@pytest.fixture(scope="module")
def saltwell_server() -> Iterator[Mockenv]:
    running = ThreadedServer(Settings(port=0, document=(str(SALTWELL),), check_replies="fail", log_level="error")).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


@pytest.fixture
def world(saltwell_server: Mockenv) -> Iterator[Sandbox]:
    sandbox = saltwell_server.sandbox(clock="manual", fixture="empty")
    yield sandbox
    sandbox.drop()


@pytest.fixture
def saltwell(world: Sandbox) -> Browser:
    return Browser(world, KEY)


@pytest.fixture
def open_service(tmp_path: Path) -> Iterator[Open]:
    """Serve a document that a test has written; a browser in a fresh world of it."""
    running: list[ThreadedServer] = []

    def open_(document: dict[str, Any] | str, **settings: Any) -> Browser:
        path = tmp_path / "service.yaml"
        path.write_text(document if isinstance(document, str) else yaml.safe_dump(document))
        told = {"check_replies": "fail", "log_level": "error", "clock": "manual", **settings}
        running.append(ThreadedServer(Settings(port=0, document=(str(path),), **told)).start())
        return Browser(Mockenv(running[-1].url).sandbox(clock="manual", fixture="empty"), KEY)

    yield open_
    for one in running:
        one.stop()


def document(paths: dict[str, Any], schemas: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An OpenAPI document around these paths."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "A service", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas or {}},
        **more,
    }


def answers(schema: Any, status: str = "200", **more: Any) -> dict[str, Any]:
    """An operation's `responses`: this schema, and an error for all else."""
    error = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
    return {
        status: {"description": "Good.", "content": {"application/json": {"schema": schema}}},
        "default": {"description": "Bad.", "content": {"application/json": {"schema": error}}},
        **more,
    }


def takes(schema: Any, media: str = "application/json") -> dict[str, Any]:
    """An operation's `requestBody`."""
    return {"required": True, "content": {media: {"schema": schema}}}


def sites_by_metadata() -> dict[str, Any]:
    """A service whose things are told from one another by a member of a member, as Kubernetes' are."""
    metadata = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    phases = {"type": "object", "properties": {"phase": {"type": "string", "enum": ["Pending", "Running", "Failed"]}}}
    site = {"type": "object", "required": ["metadata"], "properties": {"metadata": metadata, "status": phases}}
    whole: dict[str, Any] = {"get": {"responses": answers({"type": "array", "items": site})}}
    whole["post"] = {"requestBody": takes(site), "responses": answers(site, "201")}
    one = {"get": {"responses": answers(site)}, "delete": {"responses": {"204": {"description": "Gone."}}}}
    return document({"/sites": whole, "/sites/{site.metadata.name}": one})
