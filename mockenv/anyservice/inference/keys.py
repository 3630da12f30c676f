"""By what a thing is found, and where that comes from: paths, schemas, formats, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockenv.anyservice.dotted import node_at
from mockenv.anyservice.inference.kinds import Sketch
from mockenv.anyservice.model import Key
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat, parts, singular

ENDINGS = ("id", "uuid", "uid", "guid", "identifier", "slug", "key", "ref", "name", "number", "code")
ABOUT = ("metadata", "meta", "header", "info")
"""Members in which a thing says what it is called."""
PLAIN = ("id", "uuid", "uid", "guid", "identifier", "slug", "key", "ref", "name", "hostname", "code", "number")


def key_of(sketch: Sketch, parameters: Sequence[str], asked: View | None, views: Views, parameter_type: str) -> Key:
    """What the paths' last parameter means. `asked` is what a client says when it makes one."""
    view = sketch.thing.view if sketch.thing else View("")
    member = next((found for name in parameters if (found := member_for(name, sketch.word, view, views))), "")
    if not member:
        member = next((found for one in PLAIN for found in view.members if _is_plain(found, one, view, views)), "")
    if not member:
        member = _inner(sketch, parameters, view, views)
    also = [found for name in parameters if (found := member_for(name, sketch.word, view, views)) and found != member]
    if any(flat(name).endswith(("identifier", "idorslug", "idorname", "slugorid", "nameorid")) for name in parameters):
        also += [name for name in view.members if flat(name) in PLAIN and name != member]
    make = _make(member, view, asked, views, parameter_type)
    return Key(member, "given" if _is_named(parameters, asked) else make, list(dict.fromkeys(also)))


def _is_named(parameters: Sequence[str], asked: View | None) -> bool:
    """Whether a client says the key under the name that paths have for it: `project_name` for `{projectName}`."""
    told = {flat(name) for name in asked.members} if asked else set()
    return any(flat(name) in told and flat(name) not in ("id", "uuid", "uid") for name in parameters)


def _is_plain(member: str, name: str, view: View, views: Views) -> bool:
    return flat(member) == name and not views.of(view.members[member]).is_object


def _inner(sketch: Sketch, parameters: Sequence[str], view: View, views: Views) -> str:
    """A key that stands in what a thing says about itself: `metadata.name`."""
    for outer in (name for about in ABOUT for name in view.members if flat(name) == about):
        inner = views.of(view.members[outer])
        names = [member_for(name, sketch.word, inner, views) for name in parameters]
        names += [found for one in ("name", "id", "uid", "uuid") for found in inner.members if flat(found) == one]
        found = next((name for name in names if name), "")
        if found:
            return f"{outer}.{found}"
    return ""


def _dotted(parameter: str, view: View, views: Views) -> str:
    """`{application.metadata.name}` is an application's `metadata.name`."""
    names = parameter.split(".")
    rest = (".".join(names[at:]) for at in range(1, len(names)))
    return next((one for one in rest if node_at(views, view, one) is not None), "")


def member_for(parameter: str, word: str, view: View, views: Views) -> str:
    """The member that a path's parameter speaks of: its namesake, or that without the thing's own name before it."""
    if "." in parameter and (inner := _dotted(parameter, view, views)):
        return inner
    by_flat = {flat(name): name for name in view.members if not views.of(view.members[name]).is_object}
    told = parts(parameter)
    wanted = [flat(parameter)]
    if told and told[-1] in ENDINGS:
        wanted.append(told[-1])
        wanted.append(flat(f"{singular(word)}-{told[-1]}"))
    wanted += [flat(f"{singular(word)}-{one}") for one in ("id", "uuid", "name", "slug")]
    if told and told[-1] in ("id", "identifier", "uuid", "uid"):
        wanted = [wanted[0], *("id", "uuid", "uid", "identifier"), *wanted[1:]] if told[-1] != "uuid" else [*wanted, "id"]
    if len(told) == 1 and told[0] not in ENDINGS:
        wanted += ["id", "uuid", "name", "slug", "key"]
    if told and told[-1] not in ENDINGS:
        wanted.append(told[-1])  # `{floating_ip}` is its `ip`
    found = next((by_flat[one] for one in wanted if one in by_flat), "")
    return found or _ending_alike(told, by_flat)


def _ending_alike(told: Sequence[str], by_flat: Mapping[str, str]) -> str:
    """The one member that ends like the parameter: `{logsink_id}` is its `sink_id`."""
    alike = [name for name in by_flat.values() if told and told[-1] in ENDINGS[:5] and parts(name)[-1:] == (told[-1],)]
    stems = [name for name in alike if set(parts(name)[:-1]) & set(told) or any(part in "".join(told) for part in parts(name)[:-1])]
    return stems[0] if len(stems) == 1 else alike[0] if len(alike) == 1 else ""


def _make(member: str, view: View, asked: View | None, views: Views, parameter_type: str) -> str:
    said = node_at(views, asked, member) if asked and member else None
    if said is not None and not views.of(said).facts.get("readOnly"):
        return "given"
    seen = views.of(node_at(views, view, member)) if member else View("")
    last = flat(member.rpartition(".")[2])
    if seen.type == "integer" or (not member and parameter_type == "integer"):
        return "integer"
    if seen.facts.get("format") == "uuid":
        return "uuid"
    if last in ("slug", "name", "key", "handle") or (last == "ref" and asked and "name" not in asked.members):
        return "slug"
    example = seen.facts.get("example")
    if isinstance(example, str) and 2 <= len(example) <= 64:
        return f"like:{example}"
    longest = seen.facts.get("maxLength")
    return "hex" if isinstance(longest, int) and longest < 36 else "uuid"
