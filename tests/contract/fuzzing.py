"""What every contract test needs: a document as schemathesis tests it, all checks on, the same requests in every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.loaders import from_path
from schemathesis.specs.openapi.schemas import OpenApiSchema

from mockenv.bootstrap import openapi_folder
from mockenv.client import Sandbox

EXAMPLES = 30
"""Requests drawn per operation, beside those that schemathesis works out from the schemas (some dozens)."""

SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
WALKS = settings(SETTINGS, max_examples=20, stateful_step_count=12, derandomize=True)
"""How many walks along the document's links, and how long."""

REFUSED = (400, 401, 404, 405, 413, 415, 422)
"""What a request that departs from its document may be answered with, whatever the provider."""


def load(
    provider: str, *, refused: Sequence[int] = (), accepted: Sequence[int] = (), but: Mapping[str, Sequence[str]] | None = None
) -> OpenApiSchema:
    """A provider's document, ready for `@document.parametrize()`.

    `refused`: further statuses that bad requests may get. `accepted`: further ones that good requests may get, such as a
    conflict with what is there already. `but`: path → checks that it cannot pass. Whoever adds one gives the reason beside it.
    """
    config = {
        "generation": {
            "max-examples": EXAMPLES,
            "deterministic": True,
            "allow-extra-parameters": False,  # services overlook parameters that they do not know: those are no bad data
            "with-security-parameters": False,  # made-up tokens would end every other request in a 401
        },
        "checks": {
            "negative_data_rejection": {"expected-statuses": [*map(str, (*REFUSED, *refused))]},
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", *map(str, accepted)]},
        },
        "operations": [
            {"include-path": path, "checks": {check: {"enabled": False} for check in checks}}
            for path, checks in (but or {}).items()
        ],
    }
    return from_path(openapi_folder() / f"{provider}.yaml", config=SchemathesisConfig.from_dict(config))


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
