"""Semantic patches: a list of instructions that all take effect or none; knows neither flags nor segments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mockenv.errors import UnknownName, check_name
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.launchdarkly.errors import invalid
from mockenv.store.base import Document

DOMAIN_MODEL = "domain-model=launchdarkly.semanticpatch"
MAX_INSTRUCTIONS = 500


@dataclass
class Change(ABC):
    """What instructions work on: a copy, which is kept where all of them could be carried out.

    `call` is None where nobody asks now: they were asked for before, and their time has come.
    """

    call: Call | None
    work: Work

    @property
    @abstractmethod
    def ruled(self) -> Document:
        """What has the `rules` that are spoken of."""

    def refusal(self, problem: str) -> Refused:
        text = f"Invalid instruction: {problem}"
        return invalid(self.call, text) if self.call else Refused(Reply(400, {"message": text}))


C = TypeVar("C", bound=Change)
Table = Mapping[str, tuple[Callable[[C, Document], None], tuple[str, ...]]]
"""Kind → what it does, and the parameters that it needs."""


def is_semantic(call: Call) -> bool:
    return DOMAIN_MODEL in (call.header("content-type") or "").replace(" ", "").lower()


def body_of(call: Call) -> Document:
    """Raises Refused (400) for what is no semantic patch."""
    body: Document = call.body()
    findings = call.dialect.validators.component("SemanticPatch", body)
    if findings:
        raise Refused(call.dialect.invalid(call, findings))
    return body


def carry_out(change: C, instructions: list[Document], table: Table[C]) -> None:
    """Each in turn. Raises Refused (400): unknown kinds and missing parameters are told by name."""
    if len(instructions) > MAX_INSTRUCTIONS:
        raise change.refusal(f"there are more than {MAX_INSTRUCTIONS}")
    for one in instructions:
        try:
            check_name(one["kind"], table, "instruction", "kind")
        except UnknownName as error:
            raise change.refusal(str(error)) from None
        instruction, needed = table[one["kind"]]
        missing = next((name for name in needed if name not in one), None)
        if missing:
            raise change.refusal(f"{one['kind']} needs {missing}")
        try:
            instruction(change, one)
        except (TypeError, AttributeError, KeyError) as error:
            raise change.refusal(f"{one['kind']}: {type(error).__name__.lower()} in its parameters") from None


# What several things have: settings under one name, and tags


def sets(read: Callable[[C], Document], member: str, parameter: str = "value") -> Callable[[C, Document], None]:
    def instruction(change: C, one: Document) -> None:
        read(change)[member] = one[parameter]

    return instruction


def adds_tags(read: Callable[[C], Document]) -> Callable[[C, Document], None]:
    def instruction(change: C, one: Document) -> None:
        read(change)["tags"] = list(dict.fromkeys([*read(change)["tags"], *one["values"]]))

    return instruction


def removes_tags(read: Callable[[C], Document]) -> Callable[[C, Document], None]:
    def instruction(change: C, one: Document) -> None:
        read(change)["tags"] = [tag for tag in read(change)["tags"] if tag not in one["values"]]

    return instruction
