"""Faults that a client asks for with its own request: by header, or by a marked name; knows no rule of a sandbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockenv.errors import check_name
from mockenv.kernel.faults import PHASES, WIRE, Trouble
from mockenv.kernel.faults.effects import PARSERS, REQUEST_EFFECTS
from mockenv.kernel.values.instant import SECOND, parse_duration

OURS = "x-mockenv-"
SANDBOX_HEADER, FAULT_HEADER, PREFER = f"{OURS}sandbox", f"{OURS}fault", "prefer"
BY_HEADER, BY_NAME = "header", "name"
MARK = b"mockenv-fault-"
_MARKED = re.compile(rb'"(?:name|key)"\s*:\s*"[^"]*?' + MARK + rb'([a-z0-9-]+)"')
_CODE = re.compile(r'(?:^|[,;\s])code\s*=\s*"?(\d{3})"?')
KNOWN = (*(name for name in REQUEST_EFFECTS if name != "headers"), "phase")

Wish = tuple[str, str, dict[str, Any]]
"""(who asks, phase, effects)."""


def wishes(headers: Mapping[str, str], body: bytes, *, by_name: bool) -> list[Wish]:
    """All that this request asks to go wrong. Raises BadInput for a header that makes no sense."""
    found: list[Wish] = []
    if FAULT_HEADER in headers:
        found.append((BY_HEADER, *_from_header(headers[FAULT_HEADER])))
    code = _CODE.search(headers.get(PREFER, ""))
    if code:
        found.append((BY_HEADER, "before", {"status": PARSERS["status"](int(code[1]), "Prefer", "code")}))
    if by_name and MARK in body:
        marked = _MARKED.search(body)
        if marked:
            found.append((BY_NAME, *_from_name(marked[1].decode())))
    return found


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises UnknownName for a header of ours that there is not: whoever misspells one must not land in another world."""
    for name in headers:
        if name[: len(OURS)] == OURS:
            check_name(name, (SANDBOX_HEADER, FAULT_HEADER))


def make_trouble(found: list[Wish], phase: str) -> Trouble:
    """The wishes for this phase, as the kernel's rules would have it."""
    trouble = Trouble()
    for who, when, effect in found:
        if when == phase:
            trouble.effect.update(effect)
            trouble.rules.append(who)
            trouble.delay += effect.get("delay", 0.0)
    return trouble


def _from_header(text: str) -> tuple[str, dict[str, Any]]:
    """`status=503, delay=2s, reset, phase=after`."""
    phase, effect = "before", {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, equals, value = (one.strip() for one in part.partition("="))
        check_name(name, KNOWN, "X-Mockenv-Fault", name)
        if name == "phase":
            phase = _phase(value)
        else:
            effect[name] = _value(name, value if equals else True)
    return phase, effect


def _from_name(marks: str) -> tuple[str, dict[str, Any]]:
    """`503`, `after-reset`, `delay-2s-503`: words with hyphens; one that means nothing is part of the name and ignored."""
    phase, effect = "before", {}
    words = iter(marks.split("-"))
    for word in words:
        if word == "after":
            phase = "after"
        elif word == "delay":
            effect["delay"] = _value("delay", next(words, "0s"))
        elif word in WIRE:
            effect[word] = _value(word, True)
        elif re.fullmatch(r"[2-5]\d\d", word):
            effect["status"] = int(word)
    return phase, effect


def _value(name: str, value: Any) -> Any:
    where = "X-Mockenv-Fault"
    if name == "delay":
        return parse_duration(value, where, name) / SECOND
    if name == "status":
        return PARSERS[name](int(value) if re.fullmatch("[0-9]{3}", str(value)) else value, where, name)
    return PARSERS[name](True if value == "true" else value, where, name)


def _phase(value: str) -> str:
    check_name(value, PHASES, "X-Mockenv-Fault", "phase")
    return value
