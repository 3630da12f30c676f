"""What a service is taken for: its resources, operations, lifecycles, refusals; the model file's shape. Infers and serves nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CREATE, READ, LIST, REPLACE, MERGE, PATCH, PUT, DELETE, CLEAR, ACT, SHOW, ACCEPT = DOES = (
    *("create", "read", "list", "replace", "merge", "patch", "put", "delete", "clear", "act", "show", "accept"),
)


def described(text: str, default: Any = None) -> Any:
    """A field, and what the model file's schema says of it; a dict or a list is made anew for each."""
    if isinstance(default, dict | list):
        return field(default_factory=default.copy, metadata={"description": text})
    return field(default=default, metadata={"description": text})


@dataclass
class Key:
    """What a resource is found by."""

    member: str = described(
        "The member that holds it, dotted where it stands in another (metadata.name); empty: no reply shows it.", ""
    )
    make: str = described(
        "How one is made: integer, uuid, hex, given (the client says it), slug (of the name), or like:EXAMPLE.", "uuid"
    )
    also: list[str] = described("Members that a path may name it by, too.", [])


@dataclass
class Lifecycle:
    """A resource's way: one step for each status that it is in before it has arrived."""

    steps: dict[str, Any] = described("Status on the way → how long it lasts: 90s, or {uniform: [10s, 30s]}.", {})
    done: str = described("The status at the end; empty: the resource is gone then.", "")
    failed: str = described("The status where a step fails; empty: it stays as it was.", "")
    reason: str = described("The member that tells why it failed.", "")


@dataclass
class Resource:
    """A sort of thing that the service keeps."""

    schema: str = described("Where its schema stands in the document, as a JSON pointer.", "")
    key: Key = field(default_factory=Key, metadata={"description": "What it is found by."})
    within: list[str] = described("The resources or scopes that it belongs to, the outermost first.", [])
    single: bool = described("Whether there is one of it in each of those, and no list.", False)
    refers: dict[str, str] = described("Member → the resource whose key it holds.", {})
    unique: list[str] = described("Members that no two have alike, where they belong to the same.", [])
    status: str = described("The member that tells how it is, dotted where it stands in another.", "")
    statuses: list[str] = described("The values of that.", [])
    begins: str = described("The status of a new one; empty: what its lifecycle `create` begins with.", "")
    lifecycles: dict[str, Lifecycle] = described("create, delete, or what an operation does with it (restart …) → the way.", {})
    follows: bool = described("Whether it is an operation: it tells of another resource's way, and ends with that.", False)
    seeds: int = described("How many there are from the beginning, where no operation makes any.", 0)


@dataclass
class Paging:
    """How a list comes in pages."""

    page: str = described("The parameter that counts pages.", "")
    first: int = described("The number of the first page.", 1)
    offset: str = described("The parameter that says how many to leave out.", "")
    cursor: str = described("The parameter that says where to go on.", "")
    size: str = described("The parameter that says how many are on a page.", "")
    default: int = described("How many are on a page if nobody says.", 20)


@dataclass
class Sorting:
    """How a list is put in order."""

    by: str = described("The parameter that says by which member: sort, order_by …", "")
    order: str = described("The parameter that says which way round, where that is one of its own: direction …", "")
    members: dict[str, str] = described("What `by` says → the member that it means, dotted, where that is called otherwise.", {})
    default: str = described("What it is sorted by if nobody says: name, or -created_at for the last first; empty: as made.", "")
    descending: bool = described("Whether the last comes first if nobody says.", False)


@dataclass
class Operation:
    """One operation of the document: what it does."""

    does: str = described("create, read, list, replace, merge, patch, put, delete, clear, act, show or accept.", ACCEPT)
    resource: str = described("With which resource.", "")
    path: dict[str, str] = described(
        "Parameter of the path or the query, or member of the body → the resource or scope that it names.", {}
    )
    item: str = described("The one of those that names the resource itself.", "")
    status: int = described("What it answers when all is well.", 200)
    body: str = described("The member of the request's body that the resource stands in; empty: the body is one.", "")
    reply: str | None = described("The member of the reply that the resource stands in, dotted; empty: the reply is one.", None)
    brings: dict[str, str] = described("Member of the reply → the other resource that stands there, made along with it.", {})
    paging: Paging | None = described("How its list comes in pages.", None)
    filters: dict[str, str] = described("Parameter of the query → the member that it chooses by.", {})
    sorting: Sorting | None = described("How its list is put in order.", None)
    verb: str = described("What an act does: restart, stop …", "")
    takes: Any = described("The schema of its body, where the document's own is wrong or missing.")
    answers: Any = described("The schema of its reply, where the document's own is wrong or missing.")
    refuses: dict[str, int] = described("missing, taken, invalid, unauthenticated … → the status of that refusal.", {})
    sure: float = described("How sure this is, from 0 to 1.", 1.0)
    why: str = described("What it was taken for that by.", "")


@dataclass
class Auth:
    """One way to say who asks."""

    bearer: bool = described("Authorization: Bearer TOKEN.", False)
    basic: bool = described("Authorization: Basic, the token as the password.", False)
    header: str = described("A header that holds the token.", "")
    prefix: str = described("What stands before it there.", "")
    query: str = described("A query parameter that holds the token.", "")
    cookie: str = described("A cookie that holds the token.", "")


@dataclass
class Webhooks:
    """Telling others of what happens."""

    resource: str = described("The resource whose items are subscriptions.", "")
    url: str = described("Its member with the address.", "url")
    events: str = described("Its member with the events that are wanted; empty: all are.", "")
    secret: str = described("Its member with the secret that deliveries are signed by.", "")
    enabled: str = described("Its member that switches it on and off.", "")


@dataclass
class Model:
    """A whole service."""

    service: str = described("The name it has here: the first word of its resources' names.", "")
    title: str = described("What people call it.", "")
    prefixes: list[str] = described("The paths that are its own.", [])
    auth: list[Auth] = described("The ways in which a client may say who it is; none: nobody is asked.", [])
    resources: dict[str, Resource] = described("Name → resource.", {})
    operations: dict[str, Operation] = described("operationId → what it does.", {})
    refusals: dict[str, Any] = described("Status → the body of a refusal; {message}, {code}, {status}, {field} are filled in.", {})
    rate_limit: str = described("One rate for everything, such as 100/minute; empty: none.", "")
    exports: dict[str, str] = described("Variable for `mockenv env` → its value, of {url} and {token}.", {})
    webhooks: Webhooks | None = described("Telling others of what happens.", None)
