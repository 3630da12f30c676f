"""Two replies to one request, member by member: what is another each time by its shape, what says something by its value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockenv.conformance.drift import Drift
from mockenv.conformance.pointers import is_meant, joined
from mockenv.conformance.shapes import SECRET, format_of, type_of
from mockenv.recording.exchange import Answered

HEADERS = ("content-type", "location", "link", "www-authenticate", "allow", "retry-after", "deprecation", "sunset")
"""Compared always; others where a suite says so."""
SETS = ("allow", "vary")
"""Headers whose order says nothing."""
SHORT = 60
NAMED = 4
"""So long is what is replaced by its variable's name within a text: a shorter one would be found by chance."""
NOTHING = "nothing"
PREFIX = "prefix"
"""What stands before all paths on one side: taken away, since the other has none, or another."""


@dataclass(frozen=True)
class Side:
    """One of the two: its reply, and what its own names stand for (value → variable)."""

    answered: Answered
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, text: str) -> str:
        """A text with this side's own ids as variables, so that it can be held against the other's."""
        for value, name in sorted(self.names.items(), key=lambda one: -len(one[0])):
            if text == value:
                return f"{{{name}}}"
            if len(value) >= NAMED:
                text = text.replace(value, f"{{{name}}}" if name != PREFIX else "")
        return text


class Comparison:
    """Of one step. `loose` are pointers of what is compared by its shape alone."""

    def __init__(self, step: str, theirs: Side, ours: Side, loose: Sequence[str] = (), headers: Sequence[str] = ()) -> None:
        self._step, self._theirs, self._ours, self._loose = step, theirs, ours, loose
        self._headers = (*HEADERS, *(name.lower() for name in headers))

    def drifts(self) -> Iterator[Drift]:
        theirs, ours = self._theirs.answered, self._ours.answered
        if theirs.status != ours.status:
            yield self._drift("status", "", f"{theirs.status}{_hint(theirs)}", f"{ours.status}{_hint(ours)}")
            return
        yield from self._compare_headers()
        if theirs.is_cut:
            return
        is_error = theirs.status >= 400
        for one in self._compare_bodies():
            yield Drift(one.step, "error", one.where, one.theirs, one.ours) if is_error else one

    # Headers

    def _compare_headers(self) -> Iterator[Drift]:
        for name in self._headers:
            theirs, ours = self._theirs.answered.header(name), self._ours.answered.header(name)
            told = [
                _header(name, side.named(value)) if value else None for side, value in ((self._theirs, theirs), (self._ours, ours))
            ]
            if told[0] != told[1] and not (theirs and ours and _are_alike(theirs, ours, name)):
                yield self._drift("header", name, _short(told[0]) if theirs else NOTHING, _short(told[1]) if ours else NOTHING)

    # Bodies

    def _compare_bodies(self) -> Iterator[Drift]:
        theirs, ours = self._theirs.answered.body, self._ours.answered.body
        if theirs is None or ours is None:
            if theirs is not ours:
                yield self._drift("value", "/", *("a body" if one else "no body" for one in (theirs, ours)))
        elif theirs.form != ours.form:
            yield self._drift("type", "/", *("JSON" if one.form == "body" else "no JSON" for one in (theirs, ours)))
        elif theirs.form == "body":
            yield from self._compare(theirs.value, ours.value, "", "")

    def _compare(self, theirs: Any, ours: Any, where: str, name: str) -> Iterator[Drift]:
        kinds = type_of(theirs), type_of(ours)
        if kinds[0] != kinds[1]:
            yield from self._compare_types(theirs, ours, where)
        elif isinstance(theirs, dict):
            yield from self._compare_members(theirs, ours, where)
        elif isinstance(theirs, list):
            yield from self._compare_lists(theirs, ours, where, name)
        elif theirs != ours:
            yield from self._compare_scalars(theirs, ours, where, name)

    def _compare_types(self, theirs: Any, ours: Any, where: str) -> Iterator[Drift]:
        if theirs is None or ours is None:
            if not is_meant(where, self._loose):
                yield self._drift("null", where or "/", _short(theirs), _short(ours))
        elif not {type_of(theirs), type_of(ours)} <= {"number", "whole number"} or not is_meant(where, self._loose):
            yield self._drift("type", where or "/", f"a {type_of(theirs)}", f"a {type_of(ours)}")

    def _compare_members(self, theirs: Mapping[str, Any], ours: Mapping[str, Any], where: str) -> Iterator[Drift]:
        ours_by, theirs_by = (
            {side.named(name): name for name in one} for side, one in ((self._ours, ours), (self._theirs, theirs))
        )
        for label, name in theirs_by.items():
            if label not in ours_by:
                yield self._drift("missing", joined(where, name), _short(theirs[name]), NOTHING)
            else:
                yield from self._compare(theirs[name], ours[ours_by[label]], joined(where, name), name)
        for label, name in ours_by.items():
            if label not in theirs_by:
                yield self._drift("extra", joined(where, name), NOTHING, _short(ours[name]))

    def _compare_scalars(self, theirs: Any, ours: Any, where: str, name: str) -> Iterator[Drift]:
        forms = format_of(theirs, name), format_of(ours, name)
        is_same_form = forms[0] == forms[1] or SECRET in forms
        if is_same_form and isinstance(theirs, str) and self._theirs.named(theirs) == self._ours.named(ours):
            return
        if not isinstance(theirs, str) and self._is_own(theirs, ours):
            return
        if (is_same_form and any(forms)) or (is_meant(where, self._loose) and not all(forms)):
            return
        yield self._drift(
            "format" if any(forms) and isinstance(theirs, str) else "value", where or "/", _short(theirs), _short(ours)
        )

    def _is_own(self, theirs: Any, ours: Any) -> bool:
        name = self._theirs.names.get(str(theirs))
        return name is not None and name == self._ours.names.get(str(ours))

    # Lists

    def _compare_lists(self, theirs: list[Any], ours: list[Any], where: str, name: str) -> Iterator[Drift]:
        own = [[self._label(side, item) for item in items] for side, items in ((self._theirs, theirs), (self._ours, ours))]
        is_loose = is_meant(where or "/", self._loose) or is_meant(joined(where, "*"), self._loose)
        if any(own[0]) or any(own[1]):
            yield from self._compare_own(theirs, ours, own, where, name)
        elif not is_loose and len(theirs) == len(ours):
            for at, (one, other) in enumerate(zip(theirs, ours, strict=True)):
                yield from self._compare(one, other, joined(where, at), name)
            return
        elif not is_loose:
            yield self._drift("items", where or "/", f"{len(theirs)} items", f"{len(ours)} items")
            return
        rest = [
            [one for one, label in zip(items, labels, strict=True) if not label]
            for items, labels in ((theirs, own[0]), (ours, own[1]))
        ]
        if rest[0] and rest[1]:
            yield from self._compare_shapes(rest[0], rest[1], joined(where, "*"), name)

    def _compare_own(self, theirs: list[Any], ours: list[Any], own: list[list[str]], where: str, name: str) -> Iterator[Drift]:
        """What this run has made, each beside its like, and in which order they come."""
        there, here = ([label for label in labels if label] for labels in own)
        for label in there:
            if label in here:
                one, other = theirs[own[0].index(label)], ours[own[1].index(label)]
                yield from self._compare(one, other, joined(where, label), name)
        if sorted(there) != sorted(here):
            yield self._drift("items", where or "/", ", ".join(there) or NOTHING, ", ".join(here) or NOTHING)
        elif there != here:
            yield self._drift("order", where or "/", ", ".join(there), ", ".join(here))

    @staticmethod
    def _label(side: Side, item: Any) -> str:
        """By which of this run's variables an item is told: it is that, or it holds that as a member."""
        pairs = item.items() if isinstance(item, dict) else (("id", item),)
        plain = [str(value) for name, value in pairs if isinstance(value, str) or (format_of(value, name) == "id")]
        names = {side.names[value] for value in plain if side.names.get(value, "").startswith(MADE)}
        return " ".join(sorted(name.removeprefix(MADE) for name in names))

    def _compare_shapes(self, theirs: list[Any], ours: list[Any], where: str, name: str) -> Iterator[Drift]:
        """Of things that were there before: what any of theirs has, and none of ours."""
        kinds = [{type_of(one) for one in items} for items in (theirs, ours)]
        if not kinds[0] & kinds[1]:
            yield self._drift("type", where, _listed(kinds[0]), _listed(kinds[1]))
            return
        records = [[one for one in items if isinstance(one, dict)] for items in (theirs, ours)]
        if records[0] and records[1]:
            yield from self._compare_records(records[0], records[1], where)
        lists = [[inner for one in items if isinstance(one, list) for inner in one] for items in (theirs, ours)]
        if lists[0] and lists[1]:
            yield from self._compare_shapes(lists[0], lists[1], joined(where, "*"), name)
        forms = [{format_of(one, name) for one in items if isinstance(one, str)} for items in (theirs, ours)]
        if forms[0] and forms[1] and not forms[0] & forms[1] and SECRET not in forms[0] | forms[1]:
            yield self._drift(
                "format", where, *(_short(next(one for one in items if isinstance(one, str))) for items in (theirs, ours))
            )

    def _compare_records(self, theirs: list[dict[str, Any]], ours: list[dict[str, Any]], where: str) -> Iterator[Drift]:
        there, here = ({name for one in records for name in one} for records in (theirs, ours))
        for name in sorted(there - here):
            yield self._drift("missing", joined(where, name), _short(next(one[name] for one in theirs if name in one)), NOTHING)
        for name in sorted(here - there):
            yield self._drift("extra", joined(where, name), NOTHING, _short(next(one[name] for one in ours if name in one)))
        for name in sorted(there & here):
            values = [[one[name] for one in records if name in one] for records in (theirs, ours)]
            if not any(all(value is None for value in some) for some in values):
                yield from self._compare_shapes(values[0], values[1], joined(where, name), name)

    def _drift(self, kind: str, where: str, theirs: str, ours: str) -> Drift:
        return Drift(self._step, kind, where, theirs, ours)


MADE = "made "
"""Variables of what a run has made begin so, among the names of a side: only those tell the items of a list apart."""


def _header(name: str, value: str) -> str:
    if name == "content-type":
        return value.partition(";")[0].strip().lower()
    if name in SETS:
        return ", ".join(sorted(one.strip() for one in value.split(",")))
    return value


def _are_alike(theirs: str, ours: str, name: str) -> bool:
    if theirs.isdigit() and ours.isdigit():  # seconds, counts: another each time
        return True
    form = format_of(theirs, name)
    return form is not None and form == format_of(ours, name)


def _hint(answered: Answered) -> str:
    """The refusal's own words, where it has some."""
    text = re.sub(r"\s+", " ", json.dumps(answered.json, ensure_ascii=False)) if answered.status >= 400 and answered.json else ""
    return f" {_cut(text)}" if text else ""


def _short(value: Any) -> str:
    return value if value == NOTHING else _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _listed(kinds: set[str]) -> str:
    return " or ".join(f"a {kind}" for kind in sorted(kinds))
