"""A provider's conformance suite: what is asked, in which order, what is undone, by which page; read and checked, played elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from mockenv.contract.routing import PARAMETER
from mockenv.errors import BadInput, Problems, UnknownName, check_name
from mockenv.kernel.worlds.fixture import load_section
from mockenv.kernel.worlds.library import read_yaml
from mockenv.provider import Provider
from mockenv.recording.beside import beside, said, texts

FILE = "conformance"
VARIABLE = re.compile(r"\{([a-z_]\w*)\}")
RUN = "run"
"""A variable that is there from the beginning: a few letters that are another in every run, for names."""
AUTHS = ("token", "none", "wrong")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Need:
    """What has to be there before: `why` for people, `mockenv` what it is in mockenv's own world."""

    why: str
    mockenv: str


@dataclass(frozen=True)
class Until:
    """Asked again every so many seconds, until the reply's member `at` is one of `values`; within so many seconds."""

    at: str
    values: Sequence[Any]
    every: float = 2.0
    within: float = 120.0


@dataclass(frozen=True)
class Step:
    """One request. `operation` is the document's, or empty: then `method` and `path` say what is asked."""

    name: str
    operation: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    auth: str = "token"
    keep: Mapping[str, str] = field(default_factory=dict)
    """Variable → where its value stands in the reply, as a JSON pointer."""
    undo: Step | None = None
    until: Until | None = None
    loose: Sequence[str] = ()
    """What is compared by its shape alone, as JSON pointers with `*` for any part; `/` for all of the reply."""
    compare: Sequence[str] = ()
    """Headers that are compared besides the usual."""
    source: str = ""

    @property
    def is_safe(self) -> bool:
        return self.method in ("GET", "HEAD", "OPTIONS")

    def variables(self) -> set[str]:
        """Those that must be known before it can be asked."""
        return set(_variables([self.path, dict(self.params), dict(self.query), dict(self.headers), self.body]))


@dataclass(frozen=True)
class Suite:
    """All of it. `role` says whose token mockenv is asked with; the first if empty."""

    provider: str
    steps: Sequence[Step]
    needs: Mapping[str, Need] = field(default_factory=dict)
    role: str = ""
    requests: int = 100
    seconds: float = 300.0
    headers: Mapping[str, str] = field(default_factory=dict)
    """What every request carries."""


def suite_file(provider: Provider) -> Path:
    """Where a provider's own suite lies."""
    return beside(provider, FILE)


def read_suite(provider: Provider) -> Suite:
    """A provider's own suite. Raises BadInput that names what is wrong in it."""
    path = suite_file(provider)
    return make_suite(provider, read_yaml(path), str(path))


def make_suite(provider: Provider, told: Mapping[str, Any], where: str) -> Suite:
    """From plain values. Raises BadInput, or Several."""
    loaded = load_section(SuiteFile(), told, where)
    problems, known = Problems(), {RUN, *loaded["needs"]}
    steps: list[Step] = []
    for at, one in enumerate(loaded["steps"]):
        with problems.gather():
            step = _step(provider, one, where, f"steps.{at}")
            _check_variables(step, known, where, f"steps.{at}")
            if step.name in {other.name for other in steps}:
                raise BadInput(where, f"steps.{at}.name", f"{step.name!r} is there twice")
            steps.append(step)
            known |= set(step.keep)
            if step.undo:
                _check_variables(step.undo, known, where, f"steps.{at}.undo")
    problems.tell()
    budget = loaded["budget"]
    return Suite(
        provider.name,
        steps,
        {name: Need(**need) for name, need in loaded["needs"].items()},
        loaded["role"],
        budget["requests"],
        budget["seconds"],
        loaded["headers"],
    )


def _step(provider: Provider, told: Mapping[str, Any], where: str, key: str) -> Step:
    operation, method, path = told.get("operation", ""), told.get("method", "GET"), told.get("path", "")
    if operation:
        check_name(operation, provider.document.operations, where, f"{key}.operation")
        found = provider.document.operations[operation]
        method, path = found.method, found.path
        wanted = PARAMETER.findall(path)
        for name in told["params"]:
            check_name(name, wanted, where, f"{key}.params.{name}")
        if missing := [name for name in wanted if name not in told["params"]]:
            raise BadInput(where, f"{key}.params", f"lacks {', '.join(missing)}")
        path = PARAMETER.sub(lambda one: str(told["params"][one[1]]), path)
    elif not path:
        raise BadInput(where, key, "wants an operation, or a path")
    undo = told.get("undo")
    members = {name: value for name, value in told.items() if name not in ("operation", "method", "path", "undo", "until")}
    return Step(
        **{"name": f"{told.get('name', '')}", **{name: value for name, value in members.items() if name != "name"}},
        operation=operation,
        method=method,
        path=path,
        undo=_step(provider, {"name": f"undo of {told['name']}", **undo}, where, f"{key}.undo") if undo else None,
        until=Until(**told["until"]) if told.get("until") else None,
    )


def _check_variables(step: Step, known: set[str], where: str, key: str) -> None:
    for name in sorted(step.variables()):
        try:
            check_name(name, known, where, key)
        except UnknownName as error:
            raise BadInput(where, key, f"variable: {error.problem}") from None


def _variables(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from VARIABLE.findall(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _variables(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _variables(inner)


_POINTER = validate.Regexp(r"^/", error="is no JSON pointer: it begins with a slash")
NAME = "small letters, digits, hyphens"


class _Need(Schema):
    why = fields.String(required=True, metadata=said("What it is, for people who are asked for it."))
    mockenv = fields.String(required=True, metadata=said("What it is in mockenv's own world."))


class _Until(Schema):
    at = fields.String(required=True, validate=_POINTER, metadata=said("The member that is looked at, as a JSON pointer."))
    values = fields.List(
        fields.Raw(allow_none=True), required=True, data_key="in", metadata=said("The values at which it is done.")
    )
    every = fields.Float(load_default=2.0, validate=validate.Range(min=0.1), metadata=said("Seconds between two questions."))
    within = fields.Float(
        load_default=120.0, validate=validate.Range(min=0.1), metadata=said("Seconds after which it is given up.")
    )


class _Request(Schema):
    operation = fields.String(
        validate=validate.Length(min=1), metadata=said("The document's operation that is asked.", names="operation")
    )
    method = fields.String(validate=validate.OneOf(METHODS), metadata=said("The method of what is no operation."))
    path = fields.String(
        validate=validate.Regexp(r"^/", error="does not begin with a slash"), metadata=said("The path of what is no operation.")
    )
    params = texts("The operation's path parameters; {name} is a variable.")
    query = fields.Dict(keys=fields.String(), values=fields.Raw(), load_default=dict, metadata=said("The query's parameters."))
    headers = texts("Headers besides the usual.")
    body = fields.Raw(allow_none=True, load_default=None, metadata=said("The body: JSON, or a text as it is."))


class _Step(_Request):
    name = fields.String(
        required=True,
        validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]*$", error=f"is not {NAME}"),
        metadata=said(f"What it is called in reports: {NAME}."),
    )
    auth = fields.String(load_default="token", validate=validate.OneOf(AUTHS), metadata=said("With which token it is asked."))
    keep = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=_POINTER),
        load_default=dict,
        metadata=said("Variable → where its value stands in the reply, as a JSON pointer."),
    )
    undo = fields.Nested(_Request, metadata=said("What takes away again what this has made."))
    until = fields.Nested(_Until, metadata=said("Asked again until a member is so."))
    loose = fields.List(
        fields.String(validate=_POINTER),
        load_default=list,
        metadata=said("What is compared by its shape alone, as JSON pointers with * for any part; / is all of it."),
    )
    compare = fields.List(fields.String(), load_default=list, metadata=said("Headers that are compared besides the usual."))
    source = fields.String(
        required=True, validate=validate.Length(min=1), metadata=said("The page that says how it should be answered.")
    )


class _Budget(Schema):
    requests = fields.Integer(
        strict=True, load_default=100, validate=validate.Range(min=1), metadata=said("At most so many to the real service.")
    )
    seconds = fields.Float(load_default=300.0, validate=validate.Range(min=1), metadata=said("For at most so long."))


class SuiteFile(Schema):
    """A suite as its file has it."""

    about = fields.String(metadata=said("What it looks at, in a sentence."))
    role = fields.String(load_default="", metadata=said("Whose token mockenv is asked with; the first if left out."))
    headers = texts("What every request carries.")
    needs = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(_Need),
        load_default=dict,
        metadata=said("Variable → what has to be there at the service before (--set NAME=VALUE)."),
    )
    budget = fields.Nested(
        _Budget, load_default=lambda: {"requests": 100, "seconds": 300.0}, metadata=said("What it may cost the real service.")
    )
    steps = fields.List(
        fields.Nested(_Step), required=True, validate=validate.Length(min=1), metadata=said("What is asked, in this order.")
    )
