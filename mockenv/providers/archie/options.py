"""Every choice of Archie Core that nothing documents, as a switch of a sandbox; decides nothing itself."""

from __future__ import annotations

from mockenv.errors import BadInput
from mockenv.kernel.unit.limiter import rate_or
from mockenv.kernel.unit.work import Work
from mockenv.kernel.worlds.inhabitant import Option

PROVIDER = "archie"
_SHAPES = ("errors", "payload")


def _check_count(text: str, where: str, key: str) -> None:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadInput(where, key, f"{text!r} is not a whole number")


OPTIONS = {
    "branch_reply": Option(
        "clock",
        ("clock", "active", "immediate"),
        "When branchEnvironment answers: `active` once the environment is active or has failed, `immediate` with `branching`;"
        " `clock` is `immediate` where the clock is manual, `active` where it moves by itself.",
    ),
    "authentication_status": Option("401", ("401", "200"), "The HTTP status of an answer to nobody in particular."),
    "request_error_status": Option(
        "4xx",
        ("4xx", "200"),
        "The HTTP status of a request that cannot be executed: 400 and 422 as gqlgen has them, or always 200.",
    ),
    "project_refusal": Option("errors", _SHAPES, "How an unknown project, or one without access, is refused."),
    "role_refusal": Option("errors", _SHAPES, "How a copy flag (or a delete) without the role ProjectOwner is refused."),
    "business_refusal": Option("payload", _SHAPES, "How a bad name or mode, a wrong status, a failed step and the like are told."),
    # The seed's page sends no such header and names the project in the input, so that is what works unless somebody wants more.
    "project_header": Option(
        "match",
        ("match", "ignore", "required"),
        "Whether X-Project-ID, where it is sent, must be the operation's project; `required`: also refuse (400) what comes without it.",
    ),
    "delete_role": Option("member", ("member", "owner"), "Who may delete an environment."),
    "rate_limits": Option("off", (), "off, or a rate such as 100/minute: no numbers are published.", rate_or("off")),
    "max_environments": Option("0", (), "How many environments a project may have; 0 for no limit.", _check_count),
    "max_depth": Option("50", (), "How deeply a GraphQL document may be nested; 0 for no limit.", _check_count),
    "max_complexity": Option(
        "1000", (), "How many fields a GraphQL document may ask for, fragments unfolded; 0 for no limit.", _check_count
    ),
}


def option(work: Work, name: str) -> str:
    return str(work.option(PROVIDER, name))


def waits(work: Work) -> bool:
    """Whether branchEnvironment answers at the end. On a manual clock nobody could move on while the answer is out."""
    told = option(work, "branch_reply")
    return told == "active" or (told == "clock" and work.sandbox.clock.mode != "manual")
