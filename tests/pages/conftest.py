"""A project per test, with the built wheel in it."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.pages.project import Project


@pytest.fixture(scope="session")
def package(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def project(package: Path, tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, package)
