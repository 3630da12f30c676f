"""A recording as a YAML file: written an exchange at a time, so that what is there is always whole, and read back checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mockenv.errors import BadInput, CannotStart, check_name
from mockenv.kernel.worlds.library import read_yaml
from mockenv.recording.exchange import Exchange, from_plain, to_plain
from mockenv.version import __version__

VERSION = 1
MAX_BYTES = 16 << 20
"""A file has so much, and is read again up to there."""
MEMBERS = ("recording", "upstream", "provider", "exchanges")
HEADING = "# Recorded by mockenv {version}. Secrets are out as far as their names tell: read it before you keep it.\n"


class _Dumper(yaml.SafeDumper):
    """Readable: nothing sorted, no aliases, a text of several lines as lines."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_plain = value.isprintable() or all(line.isprintable() and line == line.rstrip() for line in value.split("\n"))
    style = None if "\n" not in value and is_plain else "|" if is_plain and value[:1] not in " \n" else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def dumped(value: Any) -> str:
    """YAML as a person would write it."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


@dataclass(frozen=True)
class Recording:
    """What a file holds: its exchanges in the order in which they were asked."""

    upstream: str
    provider: str | None
    exchanges: Sequence[Exchange]
    where: str = ""


class RecordingFile:
    """Where exchanges go while they are made: each is appended as a whole; `finish` puts them in order."""

    def __init__(self, path: Path, upstream: str, provider: str | None) -> None:
        """Raises CannotStart where it cannot be written, or something else is there already."""
        self.path, self._upstream, self._provider = path, upstream, provider
        self._size = 0
        if path.exists() and path.stat().st_size:
            raise CannotStart(f"recording {path}: is there already; name another file, or remove it first")
        self._write(path, self._heading())

    def add(self, exchange: Exchange) -> bool:
        """Whether there was room for it. Raises CannotStart where the disk does not take it."""
        text = dumped([to_plain(exchange)])
        if self._size + len(text) > MAX_BYTES:
            return False
        self._size += len(text)
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text)
            return True
        except OSError as error:
            raise CannotStart(f"recording {self.path}: cannot be written ({error.strerror})") from None

    def finish(self, exchanges: Iterable[Exchange]) -> None:
        """All of them again, as they are known at the end; whole or not at all."""
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        text = "".join(dumped([to_plain(one)]) for one in sorted(exchanges, key=lambda one: one.number))
        self._write(draft, self._heading() + text)
        draft.replace(self.path)

    def _heading(self) -> str:
        said = {"recording": VERSION, "upstream": self._upstream, "provider": self._provider}
        return HEADING.format(version=__version__) + dumped({k: v for k, v in said.items() if v is not None}) + "exchanges:\n"

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CannotStart(f"recording {self.path}: cannot be written ({error.strerror})") from None


def read_recording(path: Path) -> Recording:
    """Raises BadInput that names what is wrong and where."""
    told, where = read_yaml(path, 2 * MAX_BYTES), str(path)
    for name in told:
        check_name(name, MEMBERS, where, str(name))
    if told.get("recording") != VERSION:
        raise BadInput(where, "recording", f"is not {VERSION}: this is no recording of mockenv's")
    found = told.get("exchanges") or []
    if not isinstance(found, list):
        raise BadInput(where, "exchanges", "is not a list")
    exchanges = [from_plain(one, where, f"exchanges.{at}", at + 1) for at, one in enumerate(found)]
    provider = told.get("provider")
    return Recording(
        str(told.get("upstream") or ""),
        None if provider is None else str(provider),
        sorted(exchanges, key=lambda one: one.number),
        where,
    )
