"""By what a thing is found, and where that comes from: paths, schemas, formats, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockenv.anyservice.inference.kinds import Sketch
from mockenv.anyservice.model import Key
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat, parts, singular

ENDINGS = ("id", "uuid", "uid", "guid", "identifier", "slug", "key", "ref", "name", "number", "code")
PLAIN = ("id", "uuid", "uid", "guid", "identifier", "slug", "key", "ref", "name", "hostname", "code", "number")


def key_of(sketch: Sketch, parameters: Sequence[str], asked: View | None, views: Views, parameter_type: str) -> Key:
    """What the paths' last parameter means. `asked` is what a client says when it makes one."""
    view = sketch.thing.view if sketch.thing else View("")
    member = next((found for name in parameters if (found := member_for(name, sketch.word, view, views))), "")
    if not member:
        member = next((found for one in PLAIN for found in view.members if flat(found) == one), "")
    also = [found for name in parameters if (found := member_for(name, sketch.word, view, views)) and found != member]
    if any(flat(name).endswith(("identifier", "idorslug", "idorname", "slugorid", "nameorid")) for name in parameters):
        also += [name for name in view.members if flat(name) in PLAIN and name != member]
    return Key(member, _make(member, view, asked, views, parameter_type), list(dict.fromkeys(also)))


def member_for(parameter: str, word: str, view: View, views: Views) -> str:
    """The member that a path's parameter speaks of: its namesake, or that without the thing's own name before it."""
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
    if asked and member and member in asked.members and not views.of(asked.members[member]).facts.get("readOnly"):
        return "given"
    seen = views.of(view.members[member]) if member in view.members else View("")
    if seen.type == "integer" or (not member and parameter_type == "integer"):
        return "integer"
    if seen.facts.get("format") == "uuid":
        return "uuid"
    if flat(member) in ("slug", "name", "key", "handle") or (flat(member) == "ref" and asked and "name" not in asked.members):
        return "slug"
    example = seen.facts.get("example")
    if isinstance(example, str) and 2 <= len(example) <= 64:
        return f"like:{example}"
    longest = seen.facts.get("maxLength")
    return "hex" if isinstance(longest, int) and longest < 36 else "uuid"
