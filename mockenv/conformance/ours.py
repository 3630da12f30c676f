"""Mockenv's side of a comparison: a server in this process, and a fresh world for each run. Knows no suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mockenv.client import Mockenv, Sandbox, authorization_of
from mockenv.kernel.worlds.library import read_yaml
from mockenv.serving import ThreadedServer
from mockenv.settings import load_settings

Options = Mapping[str, str]
World = str | Mapping[str, Any] | None


class Ours:
    """One server, as strict about tokens as a real service."""

    def __init__(
        self, provider: str, document: Sequence[str], model: Sequence[str], option: Sequence[str], fixture: World = None
    ) -> None:
        """`option` are `PROVIDER.NAME=VALUE`; `fixture` is a name, a file, or a world itself. Raises BadInput."""
        self._provider = provider
        flags = {"document": document, "model": model, "option": option, "port": 0, "auth": "strict"}
        self._settings = load_settings(flags, {})
        is_file = isinstance(fixture, str) and fixture.endswith((".yaml", ".yml", ".json"))
        self._fixture = read_yaml(Path(fixture)) if is_file and isinstance(fixture, str) else fixture

    @contextmanager
    def running(self) -> Iterator[Mockenv]:
        """The server, as long as the body runs."""
        server = ThreadedServer(self._settings).start()
        try:
            yield Mockenv(server.url)
        finally:
            server.stop()

    @contextmanager
    def world(self, server: Mockenv, options: Options, *, clock: str = "auto") -> Iterator[Sandbox]:
        """A fresh one, with these options of the provider besides the server's."""
        told: Any = {"clock": clock, "fixture": self._fixture, "options": {self._provider: dict(options)} if options else None}
        with server.sandbox(**told) as sandbox:
            yield sandbox

    def authorization(self, sandbox: Sandbox, role: str = "", words: str = "") -> str:
        """The header of a role; of the first whose token begins with these words, if none is named."""
        tokens = sandbox.tokens[self._provider]
        alike = (token for token in tokens.values() if words and token.startswith(words))
        return authorization_of(tokens[role] if role else next(alike, next(iter(tokens.values()))))
