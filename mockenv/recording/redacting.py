"""Takes secrets out of exchanges, by the service's own rules; one secret always gets one word, so that a flow can be followed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mockenv.kernel.worlds.showing import SECRET_MEMBER, VALUE, is_secret_header, redact
from mockenv.recording.exchange import Asked, Body, Exchange, Headers
from mockenv.recording.services import Services

WORD = "REDACTED_{}"
"""Letters, digits and an underscore: services take it wherever they took the secret."""
PLACEHOLDER = re.compile(r"(?:[A-Za-z]+ ){0,2}REDACTED_\d+")
SCHEMES = re.compile(r"(?:[A-Za-z]+ ){1,2}(?=\S+$)")
"""What stands before a token in a header: `Bearer`, `Bearer User`."""
SPELT = re.compile(r"(?:[A-Za-z]+ ){1,2}(?=\S{20,}$)")
"""The same in a body, where it could be words of a secret but for the length of what follows."""
IN_PATH = re.compile(r"token|signature|api_?key|passw", re.IGNORECASE)
SECRET = rf"[\w.-]*(?:{SECRET_MEMBER.pattern}|signature)[\w.-]*"
IN_TEXT = re.compile(rf"""({SECRET}\\?["']?\s*[:=]\s*)(\\?"(?:[^"\\]|\\.)*"|'[^']*'|[^\s&,;"'<>{{}}]+)""", re.IGNORECASE)
"""A name that tells of a secret, and the value behind it: in forms, and in what is not JSON after all."""
IN_GRAPHQL = re.compile(rf"""({SECRET}\s*:\s*)("(?:[^"\\]|\\.)*")""", re.IGNORECASE)
"""The same in a GraphQL document, where only texts are values: what else is behind a colon is a type or a variable."""
IN_URL = re.compile(rf"([?&]{SECRET}=)([^&#\s\"]+)", re.IGNORECASE)
USER = re.compile(r"(://[^/\s:@]*:)([^/\s@]+)(?=@)")
"""The password of an address such as `postgres://app:…@host`."""
BARE = re.compile(r"()(eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z))", re.DOTALL)
"""What is a secret by its looks: a JSON Web Token, a private key."""
GRAPHQL = "query"
ID = re.compile(r"(?:^|_)id$|Id$")
DATE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)")
LONG = 8
"""So long is a secret that is recognised wherever else it stands; what is shorter may be any word."""


class Redactor:
    """One for a recording: it remembers which secret got which word, in memory only."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._words: dict[str, str] = {}
        self._spread: dict[str, str] = {}
        self._open: set[str] = set()
        """Texts that stand in bodies as they are."""

    def redact(self, exchange: Exchange) -> Exchange:
        """The exchange without its secrets. Once more, later, takes out what has turned out to be one since."""
        asked, answered = exchange.asked, exchange.answered
        hidden = self._services.hides_bodies(asked)
        headers = self._headers(asked.headers)
        clean = replace(
            asked, path=self._path(asked), query=self._query(asked.query), headers=headers, body=self._body(asked.body, hidden)
        )
        reply = replace(answered, headers=self._headers(answered.headers), body=self._body(answered.body, hidden))
        return replace(exchange, asked=clean, answered=reply)

    def hide(self, secret: Any) -> Any:
        """What stands for it: of the same JSON type, so that a reader of the recording sees the shape."""
        if isinstance(secret, bool) or secret is None or secret == "":
            return secret
        if not isinstance(secret, str):
            return 0
        if PLACEHOLDER.fullmatch(secret):
            return secret
        spelt = SPELT.match(secret)
        return f"{spelt[0]}{self._word(secret[spelt.end() :])}" if spelt else self._word(secret)

    def _word(self, secret: str) -> str:
        if PLACEHOLDER.fullmatch(secret):
            return secret
        word = self._words.setdefault(secret, WORD.format(len(self._words) + 1))
        if len(secret) >= LONG and not secret.isalpha():
            self._spread[secret] = word
        return word

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._header(name.lower(), value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if not (is_secret_header(name) or name in self._services.secret_names):
            return self._text(value)
        scheme = SCHEMES.match(value) if name.endswith("authorization") else None
        return f"{scheme[0]}{self._word(value[scheme.end() :])}" if scheme else str(self.hide(value))

    def _path(self, asked: Asked) -> str:
        path = asked.path
        for name, value in self._services.match(asked).params.items():
            if IN_PATH.search(name) and value:
                path = path.replace(f"/{value}", f"/{self._word(value)}")
        return self._text(path)

    def _query(self, query: str) -> str:
        """As it was sent but for what is secret in it."""
        pairs = parse_qsl(query, keep_blank_values=True)
        clean = [(name, self.hide(value) if self._is_secret(name) else self._text(value)) for name, value in pairs]
        return query if clean == pairs else urlencode(clean)

    def _is_secret(self, name: str) -> bool:
        return name.lower() in self._services.secret_names or bool(re.fullmatch(SECRET, name, re.IGNORECASE))

    def _body(self, body: Body | None, hidden: bool) -> Body | None:
        if body is None:
            return None
        if hidden:
            return Body("body", self._hidden(body.value)) if body.form == "body" else Body("text", self._word(body.value))
        if body.form == "body":
            return Body("body", self._value(redact(body.value, self.hide)))
        return Body("text", self._text(self._replaced(IN_TEXT, body.value))) if body.form == "text" else body

    def _hidden(self, value: Any, name: str = "") -> Any:
        """Of a body that is secret all through: its shape, ids and dates, and what has been seen in the open anyhow."""
        if isinstance(value, dict):
            return {name: self._hidden(member, name) for name, member in value.items()}
        if isinstance(value, list):
            return [self._hidden(item, name) for item in value]
        if name == VALUE or SECRET_MEMBER.search(name):
            return self.hide(value)
        is_open = not isinstance(value, str) or ID.search(name) or DATE.fullmatch(value) or value in self._open
        return value if is_open else self.hide(value)

    def _value(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._value(member, name) for name, member in value.items()}
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if not isinstance(value, str):
            return value
        self._open.add(value)
        return self._text(self._replaced(IN_GRAPHQL, value) if name == GRAPHQL else value)

    def _text(self, text: str) -> str:
        """A text that is none itself, and may hold some."""
        for pattern in (IN_URL, USER, BARE):
            text = self._replaced(pattern, text)
        for secret, word in self._spread.items():
            if secret in text:
                text = text.replace(secret, word)
        return text

    def _replaced(self, pattern: re.Pattern[str], text: str) -> str:
        def put(found: re.Match[str]) -> str:
            value = found[2]
            quote = value[:2] if value.startswith('\\"') else value[0] if value[0] in "\"'" else ""
            inner = value[len(quote) : len(value) - len(quote)] if quote else value
            return found[0] if not inner else f"{found[1]}{quote}{self._word(inner)}{quote}"

        return pattern.sub(put, text)
