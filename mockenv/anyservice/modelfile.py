"""The model as a file: plain values to and from it, what somebody wrote laid over what was inferred, and its JSON Schema."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from mockenv.anyservice.model import Model
from mockenv.errors import BadInput, Problems, UnknownName

Json = dict[str, Any]
PLAIN: Mapping[type, tuple[str, str]] = {
    str: ("string", "a text"),
    int: ("integer", "a whole number"),
    bool: ("boolean", "true or false"),
}


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """A class's fields and their types: worked out once, since a large service has thousands of records."""
    return get_type_hints(kind)


def plain(value: Any) -> Any:
    """A model as a file has it: what is as usual is left out."""
    if is_dataclass(value):
        shown = {one.name: plain(getattr(value, one.name)) for one in fields(value) if getattr(value, one.name) != default_of(one)}
        return {name: inner for name, inner in shown.items() if inner != {}} if isinstance(value, Model) else shown
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def default_of(one: Any) -> Any:
    """What a field is where nobody says anything."""
    return one.default if one.default is not MISSING else one.default_factory()


def laid_over(inferred: Model, told: Mapping[str, Any], where: str) -> Model:
    """What somebody wrote over what was inferred; `null` takes away. Raises BadInput that names all that is wrong."""
    problems = Problems()
    for name in told:
        if name not in known_of(Model) and name not in BESIDES:
            problems.add(UnknownName(where, str(name), name, known_of(Model)))
    own = {name: value for name, value in told.items() if name in known_of(Model)}
    _read(Model, own, where, "", problems)
    problems.tell()
    model = _read(Model, _merged(plain(inferred), own), where, "", problems)
    problems.tell()
    assert isinstance(model, Model)  # that is what was asked for
    return model


def restored(value: Mapping[str, Any]) -> Model:
    """The model that `plain` made this of: it was checked when it was first read, so nothing is looked at again."""
    return cast("Model", _record(Model, value))


def _record(kind: Any, value: Mapping[str, Any]) -> Any:
    makers = _makers(kind)
    return kind(**{name: makers[name](one) if name in makers and one is not None else one for name, one in value.items()})


@cache
def _makers(kind: Any) -> Mapping[str, Callable[[Any], Any]]:
    """Of the fields that hold records, what makes them again of plain values."""
    found = {name: _maker(hint) for name, hint in _hints(kind).items()}
    return {name: one for name, one in found.items() if one is not None}


def _maker(hint: Any) -> Callable[[Any], Any] | None:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    if is_dataclass(hint):
        return partial(_record, hint)
    inner = get_args(hint)[-1] if get_origin(hint) in (dict, list) else None
    if not is_dataclass(inner):
        return None
    if get_origin(hint) is list:
        return lambda value: [_record(inner, one) for one in value]
    return lambda value: {name: _record(inner, one) for name, one in value.items()}


WHOLE = ("steps",)
"""Members that are taken whole: a way is all of its steps, in their order."""
BESIDES = ("document", "learned")
"""Members of the file that are not the model's: which document it is of, and what `learn --update` goes by."""


def known_of(sort: Any) -> list[str]:
    return [one.name for one in fields(sort)]


def _merged(before: Any, told: Any) -> Any:
    if not (isinstance(before, dict) and isinstance(told, Mapping)):
        return told
    merged = {**before, **{name: value if name in WHOLE else _merged(before.get(name), value) for name, value in told.items()}}
    return {name: value for name, value in merged.items() if value is not None}


def _read(kind: Any, value: Any, where: str, key: str, problems: Problems) -> Any:
    """A plain value as the model's own type; what is wrong with it is gathered."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any or (origin in (Union, types.UnionType) and value is None):
        return value
    if origin in (Union, types.UnionType):
        return _read(next(one for one in arguments if one is not type(None)), value, where, key, problems)
    if is_dataclass(kind):
        return _read_record(kind, value, where, key, problems)
    if origin is dict and isinstance(value, Mapping):
        return {
            str(name): _read(arguments[1], one, where, f"{key}.{name}", problems) for name, one in value.items() if one is not None
        }
    if origin is list and isinstance(value, list):
        return [_read(arguments[0], one, where, f"{key}.{at}", problems) for at, one in enumerate(value)]
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind in PLAIN and isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    wanted = "a mapping" if origin is dict else "a list" if origin is list else PLAIN.get(kind, ("", "a number"))[1]
    problems.add(BadInput(where, key, f"{value!r} is not {wanted}"))
    return None


def _read_record(kind: Any, value: Any, where: str, key: str, problems: Problems) -> Any:
    if not isinstance(value, Mapping):
        problems.add(BadInput(where, key, f"{value!r} is not a mapping"))
        return kind()
    hints, found = _hints(kind), {}
    for name, inner in value.items():
        place = f"{key}.{name}" if key else str(name)
        if name not in hints:
            problems.add(UnknownName(where, place, name, hints))
        else:
            found[name] = _read(hints[name], inner, where, place, problems)
    return kind(**found)


def schema() -> Json:
    """The JSON Schema of model files, for editors."""
    definitions: Json = {}
    whole = _schema_of(Model, definitions)
    besides = {
        "document": {"type": "string", "description": "The vendor's OpenAPI document, from where this file lies."},
        "learned": {"type": "object", "description": "What `mockenv learn --update` goes by; not yours to write."},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:mockenv:model",
        "$comment": "drawn by `make docs` from the code; edit that instead",
        "title": "mockenv model",
        "description": "What a service is taken for: what stands here wins over what its document is taken for without it.",
        **whole,
        "properties": {**whole["properties"], **besides},
        "$defs": definitions,
    }


def _schema_of(kind: Any, definitions: Json) -> Json:
    properties: Json = {}
    hints = _hints(kind)
    for one in fields(kind):
        properties[one.name] = {**_schema(hints[one.name], definitions), "description": one.metadata["description"]}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _schema(kind: Any, definitions: Json) -> Json:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return {}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(one, definitions) if one is not type(None) else {"type": "null"} for one in arguments]}
    if is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}
            definitions[kind.__name__] = {**_schema_of(kind, definitions), "description": (kind.__doc__ or "").strip()}
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if origin is dict:
        return {"type": "object", "additionalProperties": {"anyOf": [_schema(arguments[1], definitions), {"type": "null"}]}}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    return {"type": "number"} if kind is float else {"type": PLAIN[kind][0]}
