"""The Helm chart: linted and rendered by Helm, held against Kubernetes' own schemas, and its settings against mockenv's."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from mockenv.settings import load_settings
from mockenv.version import __version__
from tests.processes import PATIENCE, ROOT

CHART = ROOT / "deploy" / "helm" / "mockenv"
DATABASE = "database.url=postgresql://u:p@h/d"
KUBERNETES = ("1.30", "1.34", "1.37")


def run(helm: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(helm), *arguments], capture_output=True, text=True, timeout=PATIENCE * 3, check=False)


def rendered(helm: Path, *sets: str) -> dict[str, dict[str, Any]]:
    """By kind."""
    done = run(helm, "template", "team", str(CHART), "--namespace", "tools", *(word for one in sets for word in ("--set", one)))
    assert done.returncode == 0, done.stderr
    return {one["kind"]: one for one in yaml.safe_load_all(done.stdout) if one}


def container(found: dict[str, dict[str, Any]]) -> Any:
    return found["Deployment"]["spec"]["template"]["spec"]["containers"][0]


def test_lint_finds_nothing(helm: Path) -> None:
    done = run(helm, "lint", str(CHART), "--strict", "--set", DATABASE)
    assert done.returncode == 0, done.stdout
    assert "0 chart(s) failed" in done.stdout


@pytest.mark.parametrize(
    ("sets", "kinds"),
    [
        ((DATABASE,), {"Deployment", "Service", "Secret", "PodDisruptionBudget"}),
        (("database.existingSecret=mine", "replicas=1"), {"Deployment", "Service"}),
        (
            ("database.existingSecret=mine", "replicas=1", "autoscaling.enabled=true", "autoscaling.metrics[0].type=Pods",
             "autoscaling.metrics[0].pods.metric.name=requests_per_second", "autoscaling.metrics[0].pods.target.type=AverageValue",
             "autoscaling.metrics[0].pods.target.averageValue=1k"),
            {"Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"},
        ),
        (
            ("database.existingSecret=mine", "adminToken.existingSecret=admin", "ingress.host=mockenv.example.com",
             "ingress.className=nginx", "ingress.tlsSecret=cert", "settings.base-url=https://mockenv.example.com",
             "settings.trust-proxy=private", "settings.journal-size=5000", "podAnnotations.a=b", "nodeSelector.disk=ssd",
             "imagePullSecrets[0].name=pull", "tolerations[0].key=spot", "tolerations[0].operator=Exists"),
            {"Deployment", "Service", "PodDisruptionBudget", "Ingress"},
        ),
    ],
    ids=["with a URL", "one replica", "autoscaled", "everything"],
)  # fmt: skip
def test_what_it_renders_is_as_kubernetes_wants_it(helm: Path, sets: tuple[str, ...], kinds: set[str]) -> None:
    found = rendered(helm, *sets)
    assert set(found) == kinds
    for version in KUBERNETES:
        for one in found.values():
            kubernetes_validate.validate(one, version, strict=True)


def test_the_variables_that_it_sets_are_settings_of_mockenv(helm: Path) -> None:
    found = container(
        rendered(helm, DATABASE, "settings.allow-host=mockenv.example.com", "settings.speed=10", "settings.contract=true")
    )
    environ = {one["name"]: one.get("value", "postgresql://h/d") for one in found["env"] if one["name"] != "POD_IP"}
    settings = load_settings({}, environ)
    assert (settings.allow_host, settings.speed, settings.contract) == (("mockenv.example.com",), 10.0, True)
    assert (settings.host, settings.port, settings.state) == ("0.0.0.0", 6368, "postgresql://h/d")
    assert settings.replica_address == "$(POD_IP):6368"
    assert "POD_IP" in [one["name"] for one in found["env"][:1]]  # Kubernetes puts in what was named before


def test_the_service_leads_to_the_pods_and_the_secret_is_the_one_they_read(helm: Path) -> None:
    found = rendered(helm, DATABASE, "database.key=where")
    labels = found["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for selector in (found["Service"]["spec"]["selector"], found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"]):
        assert selector.items() <= labels.items()
    [state] = [one["valueFrom"]["secretKeyRef"] for one in container(found)["env"] if one["name"] == "MOCKENV_STATE"]
    assert (state["name"], found["Secret"]["stringData"]) == (
        found["Secret"]["metadata"]["name"],
        {"where": "postgresql://u:p@h/d"},
    )


def test_who_scales_by_itself_is_told_no_number_of_replicas(helm: Path) -> None:
    found = rendered(helm, DATABASE, "autoscaling.enabled=true", "autoscaling.maxReplicas=9")
    scaler = found["HorizontalPodAutoscaler"]["spec"]
    assert (scaler["scaleTargetRef"]["name"], scaler["maxReplicas"]) == (found["Deployment"]["metadata"]["name"], 9)
    assert "replicas" not in found["Deployment"]["spec"]
    assert rendered(helm, DATABASE)["Deployment"]["spec"]["replicas"] == 3


def test_its_image_is_this_version(helm: Path) -> None:
    assert container(rendered(helm, DATABASE))["image"] == f"mockenv:{__version__}"


@pytest.mark.parametrize(
    ("sets", "text"),
    [
        ((), "say where the database is"),
        ((DATABASE, "replicas=0"), "replicas"),
        ((DATABASE, "replica=3"), "replica"),
        ((DATABASE, "autoscaling.targetCPU=0"), "autoscaling"),
        (("database.url=mysql://h/d",), "database"),
        ((DATABASE, "service.type=Ingress"), "service"),
    ],
)
def test_values_that_are_wrong_are_refused(helm: Path, sets: tuple[str, ...], text: str) -> None:
    done = run(helm, "template", "team", str(CHART), *(word for one in sets for word in ("--set", one)))
    assert done.returncode != 0
    assert text in done.stderr
