"""A vendor's document as `contract` serves one: paths with their base, every operation named, its parts in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from mockenv.anyservice.reading.examples import with_schema
from mockenv.anyservice.reading.pointers import Node, Pointers
from mockenv.anyservice.reading.remarks import Remarks
from mockenv.anyservice.words import is_action
from mockenv.contract.document import JSON, METHODS

Json = dict[str, Any]

PARAMETER = re.compile(r"\{([^{}]+)\}")
ANY_MEDIA = ("*/*", "application/*", "")
WORD = re.compile(r"[^A-Za-z0-9]+")
BASE = "x-mockenv-base"
"""What clients put before the vendor's own paths: in the document that is served, the paths have it already."""
KEPT = ("openapi", "info", "servers", "components", "security", "tags", "x-files")


def normalise(content: Json, remarks: Remarks) -> Json:
    """The document that is served. What of it cannot be is told, and left out."""
    return _Normal(content, remarks).document()


def base_path(content: Json) -> str:
    """What the paths of the first server begin with."""
    servers = content.get("servers") or [{}]
    server = servers[0] if isinstance(servers[0], dict) else {}
    url = str(server.get("url") or "/")
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str((variable or {}).get("default", name)))
    path = unquote(urlsplit(url).path) if "//" in url else url
    return f"/{path.strip('/')}" if path.strip("/") else ""


class _Normal:
    def __init__(self, content: Json, remarks: Remarks) -> None:
        self._content, self._remarks, self._pointers = content, remarks, Pointers(content)
        self._ids: set[str] = set()

    def document(self) -> Json:
        paths: dict[str, Json] = {}
        for path, method, node in self._told_apart():
            paths.setdefault(path, {})[method] = node
        info = self._content.get("info") or {}
        kept = {name: self._content[name] for name in KEPT if name in self._content}
        told = {"title": str(info.get("title") or "A service"), "version": str(info.get("version") or "0")}
        return {
            **kept,
            "openapi": "3.1.0",
            "info": {**info, **told},
            "servers": [{"url": "/"}],
            BASE: base_path(self._content),
            "paths": paths,
        }

    def _told_apart(self) -> Iterator[tuple[str, str, Json]]:
        """Of paths that differ in nothing but what their parameters are called, each method's first: no request tells them apart."""
        seen: dict[tuple[str, str], str] = {}
        for path, method, node in self._operations():
            first = seen.setdefault((PARAMETER.sub("{}", path), method), path)
            if first == path:
                yield path, method, node
            else:
                self._remarks.tell(f"{method.upper()} {path}", f"no request for it differs from one for {first}, which answers it")

    def _operations(self) -> Iterator[tuple[str, str, Json]]:
        base = base_path(self._content)
        for path, item in (self._content.get("paths") or {}).items():
            whole = self._follow(item)
            for method in METHODS:
                if isinstance(whole, dict) and isinstance(whole.get(method), dict):
                    name = f"{method.upper()} {path}"
                    if why := _unservable(path):
                        self._remarks.tell(name, why)
                        continue
                    yield base + (path if path != "/" or not base else ""), method, self._operation(name, whole, method)

    def _operation(self, name: str, item: Json, method: str) -> Json:
        node = dict(self._follow(item[method]))
        node["operationId"] = self._id(node.get("operationId"), name)
        told = [*self._list(item.get("parameters")), *self._list(node.get("parameters"))]
        parameters = {(one["name"], one["in"]): one for one in self._parameters(name, told)}
        node["parameters"] = [*parameters.values()]
        told_replies = (node.get("responses") or {}).items()
        makes = method == "post" and self._makes(name.partition(" ")[2])
        node["responses"] = {
            self._status(status): self._response(one, method, self._status(status), makes=makes) for status, one in told_replies
        }
        if not node["responses"]:
            node["responses"] = {"default": {"description": "Whatever it answers: the document does not say."}}
        if "requestBody" in node:
            body = self._follow(node["requestBody"])
            node["requestBody"] = {**body, "content": self._content_of(body)}
            if not node["requestBody"]["content"]:
                del node["requestBody"]
        return node

    def _id(self, told: Any, name: str) -> str:
        """The vendor's own name for an operation, else one made of its path: each once."""
        id = str(told).strip() if told else "_".join(part for part in WORD.split(name.lower()) if part)
        wanted, count = id, 1
        while id in self._ids:
            count += 1
            id = f"{wanted}_{count}"
        if count > 1 and told:
            self._remarks.tell(name, f"the operationId {wanted!r} is used twice; this one is called {id!r}")
        self._ids.add(id)
        return id

    def _parameters(self, name: str, told: list[Any]) -> Iterator[Json]:
        for one in told:
            node = dict(self._follow(one))
            if not isinstance(node.get("name"), str) or node.get("in") not in ("path", "query", "header", "cookie"):
                continue
            if "schema" not in node:
                content = [*(node.get("content") or {}).values()]
                node["schema"] = (content[0] or {}).get("schema", {}) if content else {}
            yield node

    def _makes(self, path: str) -> bool:
        """Whether a POST here makes one of what is found below, or beside it: the client must be told which."""
        before, _, last = path.rpartition("/")
        return not last.startswith("{") and not is_action(last) and bool({path, before} & self._collections)

    @cached_property
    def _collections(self) -> set[str]:
        """Paths that have a parameter right below them."""
        paths = (path.rpartition("/") for path in self._content.get("paths") or {})
        return {before for before, _, last in paths if PARAMETER.fullmatch(last)}

    def _response(self, told: Any, method: str, status: str, *, makes: bool) -> Json:
        node = self._follow(told)
        kept = {name: value for name, value in node.items() if name not in ("content", "links")}
        headers = {name: self._follow(one) for name, one in (node.get("headers") or {}).items()}
        content = self._content_of(node)
        if _must_say_something(method, status, headers, makes=makes) and not any(
            "schema" in one or media != JSON for media, one in content.items()
        ):
            content = {JSON: {"schema": {}}}
        if JSON in content and status.startswith("2"):
            content[JSON].setdefault("schema", {})  # JSON of whatever form is JSON, never nothing
        return {"description": "", **kept, **({"headers": headers} if headers else {}), **({"content": content} if content else {})}

    @staticmethod
    def _status(status: Any) -> str:
        return str(status) if str(status) == "default" else str(status).upper()

    def _content_of(self, node: Json) -> Json:
        """By media type without parameters; JSON first, since that is what is spoken here."""
        told: dict[str, Json] = {}
        for media, one in (node.get("content") or {}).items():
            plain = str(media).partition(";")[0].strip().lower()
            told.setdefault(JSON if plain in ANY_MEDIA else plain, with_schema(one) if isinstance(one, dict) else {})
        return dict(sorted(told.items(), key=lambda pair: (pair[0] != JSON, not pair[0].endswith("json"))))

    def _follow(self, value: Any) -> Json:
        found = self._pointers.follow(Node(value, "")).value
        return found if isinstance(found, dict) else {}

    @staticmethod
    def _list(value: Any) -> list[Any]:
        return value if isinstance(value, list) else []


def _must_say_something(method: str, status: str, headers: Json, *, makes: bool) -> bool:
    """Whether a reply that the document has no body for has one all the same: what is read, and what is made and told nowhere else."""
    return (method == "get" and status in ("200", "default")) or (
        not headers and method == "post" and (status == "201" or (makes and status == "200"))
    )


def _unservable(path: str) -> str | None:
    if not path.startswith("/"):
        return "its path does not begin with a slash, so nothing is served there"
    if "?" in path or "#" in path:
        return "its path has a query or a fragment in it, by which no request is told from another here"
    if any(name[:1] in "+/?#" or "=" in name for name in PARAMETER.findall(path)):
        return "its path has a parameter that spans segments, which is not served"
    return None
