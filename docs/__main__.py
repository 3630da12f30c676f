"""`make docs`: draw docs/*.md from tests/examples, code, measurements and measured tables, the scenarios' schema, the dashboard, the providers' tables; `--check` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.kept import read
from docs.architecture_page import draw_architecture
from docs.beside_schemas import draw_harvest_schema, draw_suite_schema
from docs.faults_page import draw_faults
from docs.findings_page import draw_findings
from docs.howto import INDEX, draw_index, draw_module, draw_page
from docs.http_clients_page import draw_http_clients
from docs.javascript_page import draw_javascript
from docs.model_schema import draw_model_schema
from docs.neighbours_page import draw_neighbours
from docs.openapi_tools_page import draw_openapi_tools
from docs.performance_page import draw_performance
from docs.pictures import draw_pictures
from docs.reference.cli_page import draw_cli
from docs.reference.client_page import draw_client
from docs.reference.control_plane_page import draw_control_plane
from docs.reference.fixtures_page import draw_fixtures
from docs.reference.settings_page import draw_settings
from docs.report_page import draw_report
from docs.scenario_schema import draw_schema
from docs.states import readmes
from docs.webhook_verifiers_page import draw_webhook_verifiers
from tables import kept
from tables.asking import PATIENCE

DOCS = Path(__file__).parent
EXAMPLES = DOCS.parent / "tests" / "examples"
ARCHITECTURE = DOCS / "architecture.md"
PERFORMANCE = DOCS / "performance.md"
FINDINGS = DOCS / "schemathesis.md"
SCHEMA = DOCS.parent / "fixtures" / "scenario.schema.json"
MODEL_SCHEMA = DOCS.parent / "fixtures" / "model.schema.json"
SUITE_SCHEMA = DOCS.parent / "fixtures" / "suite.schema.json"
HARVEST_SCHEMA = DOCS.parent / "fixtures" / "harvest.schema.json"


def pages() -> dict[Path, str]:
    """Every drawn page: where it lies and what is in it."""
    sources = sorted(EXAMPLES.glob("test_howto_*.py"))
    drawn = {DOCS / f"{name_of(source)}.md": draw_page(source) for source in sources}
    drawn[DOCS / "example-client.md"] = draw_module(DOCS.parent / "mockenv" / "examples.py", "The client of the examples")
    drawn[DOCS / "javascript.md"] = draw_javascript()
    drawn |= measured_pages() | reference_pages()
    drawn[DOCS / "faults.md"] = draw_faults("docs/vocabulary.py, docs/faults_page.py and fixtures/scenarios")
    drawn[DOCS / "report.md"] = draw_report("mockenv/control/report/rules and docs/report_page.py")
    written = [path for path in sorted(DOCS.glob("*.md")) if path not in drawn and path.name != INDEX]
    index = draw_index([*drawn, *written], drawn)
    drawn_into = {ARCHITECTURE: draw_architecture(ARCHITECTURE), FINDINGS: draw_findings(FINDINGS)}
    measured = {PERFORMANCE: draw_performance(PERFORMANCE.read_text(), read())}
    return {
        **drawn,
        DOCS / INDEX: index,
        SCHEMA: draw_schema(),
        MODEL_SCHEMA: draw_model_schema(),
        SUITE_SCHEMA: draw_suite_schema(),
        HARVEST_SCHEMA: draw_harvest_schema(),
        **measured,
        **drawn_into,
        **readmes(),
    }


def reference_pages() -> dict[Path, str]:
    """What the code itself says."""
    return {
        DOCS / "reference-cli.md": draw_cli(),
        DOCS / "reference-client.md": draw_client(),
        DOCS / "reference-control-plane.md": draw_control_plane(),
        DOCS / "reference-fixtures.md": draw_fixtures(),
        DOCS / "reference-settings.md": draw_settings(),
    }


def measured_pages() -> dict[Path, str]:
    """What `make tables` has seen of other programs."""
    return {
        DOCS / "http-clients.md": draw_http_clients(kept.read("http-clients"), PATIENCE),
        DOCS / "pytest-neighbours.md": draw_neighbours(kept.read("pytest-neighbours")),
        DOCS / "openapi-tools.md": draw_openapi_tools(kept.read("openapi-tools")),
        DOCS / "webhook-verifiers.md": draw_webhook_verifiers(kept.read("webhook-verifiers")),
    }


def name_of(source: Path) -> str:
    return source.stem.removeprefix("test_howto_").replace("_", "-")


def main() -> int:
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if "--check" in sys.argv:
            print(f"{path.relative_to(DOCS.parent)} is not as drawn; run make docs")
        else:
            path.write_text(pages()[path])
            print(f"drew {path.relative_to(DOCS.parent)}")
    if "--check" not in sys.argv:
        for name in draw_pictures():
            print(f"drew docs/pictures/{name}")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
