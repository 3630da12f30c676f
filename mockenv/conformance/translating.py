"""Which of mockenv's ids stands for which of a recording's: learnt from replies side by side, put into the requests that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from mockenv.conformance.shapes import SECRET, format_of
from mockenv.recording.exchange import Asked, Body
from mockenv.recording.redacting import PLACEHOLDER

PASSING = ("date", "HTTP date", "milliseconds", "seconds")
"""Formats that name nothing."""
LONG = 8
"""So long is what is replaced within a text; what is shorter has to be all of it."""


class Translation:
    """Grows with every exchange. What is known stays: a later list in another order must not confuse it."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}

    def learn(self, theirs: Any, ours: Any, name: str = "") -> None:
        """From two bodies."""
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for member in (one for one in theirs if one in ours):
                self.learn(theirs[member], ours[member], member)
        elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
            for one, other in zip(theirs, ours, strict=True):
                self.learn(one, other, name)
        elif type(theirs) is type(ours) and self._is_name(theirs, name):
            self._ours.setdefault(_last(theirs), _last(ours))

    def names(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """What the values of each side stand for: value → a word, the same on both."""
        there = {value: f"id {at}" for at, value in enumerate(self._ours)}
        return there, {self._ours[value]: word for value, word in there.items()}

    def request(self, asked: Asked, authorization: str | None) -> Asked:
        """A recorded request as mockenv is to be asked it. `authorization` stands for a token that nobody here has issued."""
        path = "/".join(quote(self.text(unquote(part)), safe="!$&'()*+,;=:@~") for part in asked.path.split("/"))
        pairs = parse_qsl(asked.query, keep_blank_values=True)
        query = (
            urlencode([(name, self.text(value)) for name, value in pairs])
            if any(self.text(v) != v for _, v in pairs)
            else asked.query
        )
        headers = tuple(
            (name, self._header(name, value, authorization)) for name, value in asked.headers if name.lower() != "cookie"
        )
        body = Body(asked.body.form, self._value(asked.body.value)) if asked.body and asked.body.form != "base64" else asked.body
        return replace(asked, path=path if path != asked.path else asked.path, query=query, headers=headers, body=body)

    def text(self, text: str) -> str:
        if text in self._ours:
            return self._ours[text]
        for theirs, ours in self._ours.items():
            if len(theirs) >= LONG and theirs in text:
                text = text.replace(theirs, ours)
        return text

    def _value(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {self.text(member): self._value(inner, member) for member, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner, name) for inner in value]
        if isinstance(value, str):
            return self.text(value)
        return int(self._ours[str(value)]) if format_of(value, name) == "id" and str(value) in self._ours else value

    def _header(self, name: str, value: str, authorization: str | None) -> str:
        translated = self.text(value)
        is_strange = name.lower() == "authorization" and translated == value and PLACEHOLDER.search(value)
        return authorization if is_strange and authorization else translated

    @staticmethod
    def _is_name(value: Any, name: str) -> bool:
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            return False
        form = format_of(value, name)
        if form == SECRET:
            return isinstance(value, str) and PLACEHOLDER.fullmatch(value) is not None
        return form is not None and not form.startswith(PASSING)


def _last(value: Any) -> str:
    """A token without the words before it."""
    return str(value).rpartition(" ")[2]
