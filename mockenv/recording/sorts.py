"""How a service's replies become records of a fixture: as data beside the service, or by the model of one that came as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, fields, post_load

from mockenv.anyservice import model
from mockenv.anyservice.serving.service import AnyService
from mockenv.errors import Problems, check_name
from mockenv.kernel.worlds.fixture import load_section
from mockenv.kernel.worlds.library import read_yaml
from mockenv.provider import Provider
from mockenv.recording.beside import beside, said, texts

FILE = "harvest"
Record = dict[str, Any]
"""One thing, as a fixture or as the wire has it."""


@dataclass(frozen=True)
class Sort:
    """One list of records in a fixture's section: from which replies they come."""

    into: str
    """The list's name; `apps/environments` is a list in each of another list's records."""
    operations: Mapping[str, str]
    """operationId → the member of its reply that holds one record or several, dotted; empty: the reply is that; `a|b` one or the other."""
    key: str
    """The wire's member by which one is told from another, dotted."""
    members: Mapping[str, str] = field(default_factory=dict)
    """The fixture's member → the wire's, dotted; empty: all, as they are."""
    made: Sequence[str] = ()
    """Operations that make one: what they answer with was not there before."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """Operations that take one away → the parameter that names it."""
    within: Mapping[str, str] = field(default_factory=dict)
    """operationId → the parameter that names what the record belongs to."""
    is_scoped: bool = False
    """Whether another of the same key may be in another list."""
    owner: str = ""
    """The fixture's member that says what it belongs to, where lists are not nested."""
    otherwise: Mapping[str, Any] = field(default_factory=dict)
    """Members that a fixture wants, where the wire did not tell."""


def sorts_of(provider: Provider) -> list[Sort]:
    """Raises BadInput that names what is wrong in a file."""
    return list(_of_model(provider.model)) if isinstance(provider, AnyService) else read_sorts(provider)


def read_sorts(provider: Provider) -> list[Sort]:
    """What lies in the provider's folder. Raises BadInput."""
    path = beside(provider, FILE)
    return make_sorts(provider, read_yaml(path), str(path)) if path.is_file() else []


def make_sorts(provider: Provider, told: Mapping[str, Any], where: str) -> list[Sort]:
    """From plain values. Raises BadInput, or Several."""
    found: list[Sort] = load_section(HarvestFile(), told, where)["lists"]
    problems = Problems()
    for at, sort in enumerate(found):
        for member in ("operations", "made", "gone", "within"):
            for name in getattr(sort, member):
                with problems.gather():
                    check_name(name, provider.document.operations, where, f"lists.{at}.{member}.{name}")
    problems.tell()
    return found


SHOWING = (model.CREATE, model.READ, model.LIST, model.REPLACE, model.MERGE, model.PATCH, model.PUT)


def _of_model(told: model.Model) -> Iterator[Sort]:
    """The outer ones before what is in them."""
    for name, resource in sorted(told.resources.items(), key=lambda one: len(one[1].within)):
        mine = {id: one for id, one in told.operations.items() if one.resource == name}
        owner = resource.within[-1] if resource.within else ""
        if resource.key.member and len(resource.within) <= 1:  # deeper ones would want all that they are in
            yield Sort(
                name,
                {id: one.reply or "" for id, one in mine.items() if one.does in SHOWING},
                resource.key.member,
                made=[id for id, one in mine.items() if one.does == model.CREATE],
                gone={id: one.item for id, one in mine.items() if one.does == model.DELETE and one.item},
                within={id: parameter for id, one in mine.items() for parameter, of in one.path.items() if of == owner},
                owner=owner,
            )


class _Sort(Schema):
    into = fields.String(required=True, metadata=said("The list in the fixture; apps/environments is one in each of another's."))
    operations = texts(
        "Operation → the member of its reply that holds the records, dotted; a|b one or the other.",
        required=True,
        names="operation",
    )
    key = fields.String(required=True, metadata=said("The wire's member by which one is told from another, dotted."))
    members = texts("The fixture's member → the wire's, dotted; {} for all, as they are.", required=True)
    made = fields.List(fields.String(), load_default=list, metadata=said("Operations that make one.", names="operation"))
    gone = texts("Operation that takes one away → the parameter that names it.", names="operation")
    within = texts("Operation → the parameter that names what a record belongs to.", names="operation")
    is_scoped = fields.Boolean(
        load_default=False, data_key="scoped", metadata=said("Whether another of the same key may be in another list.")
    )
    owner = fields.String(load_default="", metadata=said("The member that says what it belongs to, where lists are not nested."))
    otherwise = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        load_default=dict,
        metadata=said("Members that a fixture wants, where the wire did not tell."),
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Sort:
        return Sort(**data)


class HarvestFile(Schema):
    """What lies beside a provider."""

    lists = fields.List(fields.Nested(_Sort), required=True, metadata=said("Lists of the fixture's section, the outer ones first."))
