"""What every contract test needs: a document as schemathesis tests it, all checks on, the same requests in every run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, settings
from schemathesis import Case, serializer
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.loaders import from_path
from schemathesis.specs.openapi.schemas import OpenApiSchema

from mockenv.bootstrap import openapi_folder
from mockenv.client import Sandbox

serializer.alias("application/sql", "text/plain")

EXAMPLES = 6
"""Requests drawn per operation, beside those that schemathesis works out from the schemas (some dozens)."""

SETTINGS = settings(suppress_health_check=list(HealthCheck), database=None)
WALKS = settings(SETTINGS, max_examples=12, stateful_step_count=12, derandomize=True)
"""How many walks along the document's links, and how long."""

PINNED = openapi_folder() / "schemathesis.toml"
"""Which answers are no defect, with the reasons: the same for `make fuzz` and for users."""


def load(provider: str) -> OpenApiSchema:
    """A provider's document, ready for `@document.parametrize()`."""
    return from_path(openapi_folder() / f"{provider}.yaml", config=config())


def config() -> SchemathesisConfig:
    """What is pinned, but the same requests in every run."""
    pinned = tomllib.loads(PINNED.read_text())
    generation = {
        **pinned["generation"],
        "max-examples": EXAMPLES,
        "deterministic": True,
        "with-security-parameters": False,  # made-up tokens would end every other request in a 401
    }
    return SchemathesisConfig.from_dict({**pinned, "generation": generation})


def check(case: Case[Any], sandbox: Sandbox, provider: str, known: Mapping[str, Any]) -> None:
    """Send one request to a sandbox of a strict server and run every check there is.

    `known` are path parameters of what exists, put in wherever the path is not the thing that is wrong: else all ends in 404.
    """
    if not (case.meta and case.meta.is_negative_at(ParameterLocation.PATH)):
        case.path_parameters.update((name, str(known[name])) for name in case.path_parameters if name in known)
    case.call_and_validate(base_url=sandbox.url, headers=sandbox.headers(provider))


def walk(document: OpenApiSchema, sandbox: Sandbox, provider: str) -> None:
    """Follow the document's links from what was created to whatever can be done with it, every reply checked."""

    class Walk(document.as_state_machine()):  # type: ignore[misc]  # schemathesis makes the class at run time
        def setup(self) -> None:
            sandbox.reset()  # each walk in the same world: hypothesis repeats walks and wants them to repeat

        def after_call(self, response: Any, case: Case[Any]) -> None:
            if case.method == "DELETE":
                sandbox.advance_until_idle()  # termination takes its time; what is used after it shall be gone

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            return {"base_url": sandbox.url, "headers": sandbox.headers(provider)}

    Walk.run(settings=WALKS)
