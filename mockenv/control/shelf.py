"""The documents as they leave, one by one and all in one, and where people look for them; decides nothing about their content."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import orjson

from mockenv.contract.document import Document
from mockenv.contract.merging import merged
from mockenv.control.problems import problem
from mockenv.errors import UnknownName
from mockenv.provider import Call, Reply
from mockenv.version import __version__

PLACE = re.compile(r"/openapi(?:/(?P<name>[^/]+?))?\.(?P<form>json|ya?ml)")
YAML = "application/yaml"
ALL = {
    "openapi": "3.1.0",
    "info": {
        "title": "All that mockenv serves",
        "version": __version__,
        "description": "Every service and the control plane in one. `/openapi/{name}.json` has each alone, and is what it is tested by.",
    },
}


class Shelf:
    """`own` makes the control plane's document complete: it alone depends on what runs here."""

    def __init__(
        self, documents: Mapping[str, Document], own: str, complete: Callable[[Any], Any], *, others: Mapping[str, Document]
    ) -> None:
        """`others` are of other generations: they stand here, too, but have the paths of those in `documents`."""
        self.served, self.documents = documents, {**documents, **others}
        self._own, self._complete = own, complete

    def show(self, name: str | None, base_url: str) -> dict[str, Any]:
        """One, or all in one. It names the server that was asked, sandbox and all: tools that load it come back here."""
        return {**(self._contents[name] if name else self._all), "servers": [{"url": base_url}]}

    def reply(self, name: str | None, form: str, base_url: str) -> Reply:
        """The same as `json`, or as `yaml`: the file with its comments where that is all there is to it."""
        if form == "json":
            return Reply(200, self.show(name, base_url))
        as_it_is = self.documents.get(name or "") if name != self._own else None
        raw = _file(as_it_is, base_url) if as_it_is else _as_yaml(self.show(name, base_url))
        return Reply(200, raw, content_type=YAML)

    def look_up(self, call: Call) -> Reply | None:
        """`/openapi.json` has all that is served, `/openapi/{name}.json` one of it, and `.yaml` the same; None for another path."""
        found = PLACE.fullmatch(call.path)
        if found is None or call.method not in ("GET", "HEAD"):
            return None
        name = found["name"]
        if name is not None and name not in self.documents:
            return problem(404, f"document: {UnknownName('', '', name, self.documents).problem}")
        return self.reply(name, found["form"], call.base_url)

    @cached_property
    def _contents(self) -> dict[str, Any]:
        contents = {name: document.content for name, document in self.documents.items()}
        return {**contents, self._own: self._complete(contents[self._own])}

    @cached_property
    def _all(self) -> dict[str, Any]:
        return merged({name: self._contents[name] for name in self.served}, ALL)


def _file(document: Document, base_url: str) -> bytes:
    """As it is, but for the one server that it names."""
    url = "\n  - url: "
    named = [f"{url}{server['url']}\n".encode() for server in document.content.get("servers", ())[:1]]
    source = document.source.read_bytes()
    return source.replace(named[0], f"{url}{json.dumps(base_url)}\n".encode(), 1) if named else source


def _as_yaml(content: dict[str, Any]) -> bytes:
    import yaml  # nothing that a start waits for

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # a PyYAML without libyaml has but the slow one
    tree = orjson.loads(orjson.dumps(content))  # nothing in it twice: it would become an anchor, which some readers lose
    text: str = yaml.dump(tree, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    return text.encode()
