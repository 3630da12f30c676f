"""Which member tells how a thing is, which of its values are on the way, and where they lead; knows words, not services."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockenv.anyservice.model import Lifecycle
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat, parts

MEMBERS = (
    *("status", "state", "phase", "provisioningstate", "provisioningstatus", "lifecyclestate", "lifecyclestatus"),
    *("currentstate", "currentstatus", "deploymentstatus", "buildstatus", "operationstate", "operationstatus", "jobstatus"),
)
WITHIN = ("properties", "attributes", "info")
"""Members in which a thing has all that it has."""
STAGES: Mapping[str, int] = {
    **dict.fromkeys(("requested", "submitted", "scheduled", "scheduling", "queued", "enqueued", "waiting", "pending", "new"), 1),
    **dict.fromkeys(("created", "accepted", "allocating", "allocated", "init", "initializing", "initialising", "initiating"), 2),
    **dict.fromkeys(("provisioning", "creating", "building", "preparing", "installing", "processing", "uploading", "importing"), 3),
    **dict.fromkeys(("configuring", "pulling", "deploying", "launching", "booting", "starting", "bootstrapping"), 4),
    **dict.fromkeys(("verifying", "validating", "finalizing", "finishing", "propagating", "activating", "progress"), 5),
}
"""Values on the way to being there, in the order in which they usually come."""
GOOD = (
    *("ready", "active", "running", "available", "online", "live", "healthy", "deployed", "succeeded", "success", "successful"),
    *("completed", "complete", "finished", "done", "operational", "up", "ok", "on", "enabled", "issued", "verified", "connected"),
    *(
        "attached",
        "open",
        "valid",
        "applied",
        "published",
        "ended",
        "idle",
        "confirmed",
        "passed",
        "paid",
        "created",
        "used",
        "assigned",
    ),
)
BAD = ("failed", "failure", "error", "errored", "fail", "crashed", "broken", "unhealthy", "invalid", "rejected", "degraded", "dead")
RUNS = ("running", "started", "inprogress", "active", "executing")
"""On the way, where there is also a value for being through."""
ENDING = ("deleting", "terminating", "destroying", "removing", "deprovisioning", "decommissioning", "purging")
VERBS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "stop": (("stopping",), ("stopped", "off", "inactive", "exited", "offline", "idle")),
    "shutdown": (("stopping",), ("off", "stopped", "offline")),
    "poweroff": (("stopping",), ("off", "stopped", "offline")),
    "start": (("starting", "booting"), ("running", "started", "active", "on", "online", "ready", "healthy", "available")),
    "poweron": (("starting", "booting"), ("running", "active", "on", "online")),
    "suspend": (("suspending", "pausing", "stopping"), ("suspended", "paused", "idle", "inactive", "stopped")),
    "pause": (("pausing", "suspending"), ("paused", "suspended", "idle", "inactive")),
    "resume": (("resuming", "starting"), ("running", "active", "ready", "online", "healthy", "available")),
    "unsuspend": (("resuming", "starting"), ("running", "active", "ready", "online")),
    "unpause": (("resuming", "unpausing", "starting"), ("running", "active", "ready", "online")),
    "restart": (("restarting", "rebooting", "starting"), ()),
    "reboot": (("rebooting", "restarting", "starting"), ()),
    "redeploy": (("deploying", "building", "pending"), ()),
    "deploy": (("deploying", "building", "pending"), ()),
    "rebuild": (("rebuilding", "building", "initializing"), ()),
    "resize": (("resizing", "updating"), ()),
    "scale": (("scaling", "resizing", "updating"), ()),
    "upgrade": (("upgrading", "updating"), ()),
    "migrate": (("migrating", "updating"), ()),
    "restore": (("restoring", "updating"), ()),
    "cancel": (("canceling", "cancelling"), ("canceled", "cancelled", "aborted")),
    "abort": (("aborting",), ("aborted", "canceled", "cancelled")),
    "archive": (("archiving",), ("archived",)),
    "unarchive": (("unarchiving",), ("ready", "active")),
    "activate": (("activating",), ("active", "enabled")),
    "deactivate": (("deactivating",), ("inactive", "disabled")),
    "enable": (("enabling",), ("enabled", "active")),
    "disable": (("disabling",), ("disabled", "inactive")),
    "lock": ((), ("locked",)),
    "unlock": ((), ("active", "unlocked", "ready")),
    "accept": ((), ("accepted", "active")),
    "reject": ((), ("rejected",)),
    "publish": (("publishing",), ("published",)),
    "revoke": (("revoking",), ("revoked",)),
    "verify": (("verifying",), ("verified", "active")),
}
"""What an action does to a status: the values on the way, and those at the end (none: it comes back to where it was)."""
REASONS = ("failurereason", "errormessage", "statusmessage", "statusreason", "error", "reason", "lasterror", "message")
FINISHED = ("finished", "succeeded", "success", "successful", "completed", "complete", "done", "ended")
QUOTED = re.compile(r"[`'\"*-]\s*`?([A-Za-z][A-Za-z_-]{1,30})`?[`'\"\s:,.]")
"""How descriptions list values: quoted, or one a line behind a star or a dash."""
LONGEST = 3
"""So many steps a way has at most where nobody says which are real."""


def status_of(view: View, views: Views, depth: int = 0) -> tuple[str, tuple[str, ...]]:
    """The member that tells how a thing is, and its values; empty where none does."""
    ranked = sorted(view.members, key=_rank)
    for name in ranked:
        if _rank(name) < len(MEMBERS):
            values = values_of(views.of(view.members[name]))
            if values:
                return name, values
    for name in ranked:
        inner = views.of(view.members[name])
        if (_rank(name) < len(MEMBERS) or flat(name) in WITHIN) and inner.is_object and depth < 1:
            below, values = status_of(inner, views, depth + 1)
            if values and below != "done":
                return f"{name}.{below}", values
    told = [(name, values) for name in view.members if (values := _told_as_status(name, views.of(view.members[name])))]
    if len(told) == 1:
        return told[0]
    done = view.members.get("done")
    if done is not None and views.of(done).type == "boolean":  # Google's long-running operations have no other status
        return "done", ("running", "done")
    return "", ()


def _told_as_status(name: str, view: View) -> tuple[str, ...]:
    """The values of a member that is some status (`desiredStatus`, `power_state`), where they are such as a thing goes through."""
    values = values_of(view) if parts(name)[-1:] in (("status",), ("state",), ("phase",)) else ()
    return values if len(values) > 1 and any(map(_is_known, values)) else ()


def unsaid_status_of(view: View, views: Views) -> tuple[str, tuple[str, ...]]:
    """The status of an operation whose values the document does not say: those that Azure's clients wait for."""
    name = next((one for one in view.members if flat(one) in MEMBERS and views.of(view.members[one]).type == "string"), "")
    return (name, ("InProgress", "Succeeded", "Failed")) if name else ("", ())


def _is_known(value: str) -> bool:
    told = set(parts(value))
    return bool(told & {*STAGES, *GOOD, *BAD, *ENDING, "stopped", "paused", "suspended", "archived"})


def _rank(name: str) -> int:
    return MEMBERS.index(flat(name)) if flat(name) in MEMBERS else len(MEMBERS)


def values_of(view: View) -> tuple[str, ...]:
    """The values of a status: listed, or as far as an example shows one."""
    told = view.facts.get("enum")
    if isinstance(told, list):
        return tuple(dict.fromkeys(one for one in told if isinstance(one, str) and one))
    if view.type != "string":
        return ()
    shown: Any = view.facts.get("example", view.facts.get("default"))
    described = [one for one in QUOTED.findall(str(view.facts.get("description", ""))) if _is_known(one)]
    return tuple(dict.fromkeys((*described, *([shown] if isinstance(shown, str) and shown else []))))


def lifecycles_of(values: Sequence[str], view: View) -> tuple[str, dict[str, Lifecycle]]:
    """What a new one is, and the ways that its values tell of."""
    reason = next((name for name in view.members if flat(name) in REASONS), "")
    finished = best(values, FINISHED)
    done = finished if finished and best(values, RUNS) else best(values, GOOD)
    steps = [one for one in way(values) if one != done]
    failed = best(values, BAD)
    found: dict[str, Lifecycle] = {}
    failed = done if done == "done" and not failed else failed  # a truth value says that it is over, and another member how
    if steps and done:
        found["create"] = Lifecycle(dict.fromkeys(steps, "1s"), done, failed, reason)
    ending = best(values, ENDING)
    if ending:
        found["delete"] = Lifecycle({ending: "1s"}, "", failed, reason)
    return ("" if "create" in found else done or (values[0] if values else "")), found


def act_of(verb: str, values: Sequence[str], view: View) -> Lifecycle | None:
    """The way that an action sends a thing on; None where its values tell of none."""
    told = VERBS.get(stem(verb))
    if told is None:
        return None
    between, after = best(values, told[0]), best(values, told[1])
    if not between and not after:
        return None
    return Lifecycle({between: "1s"} if between else {}, after or best(values, GOOD), best(values, BAD))


def stem(verb: str) -> str:
    """The action in a word: `power_off`, `powerOff`, `hard-restart` → poweroff, restart."""
    if flat(verb) in VERBS:
        return flat(verb)
    return next((part for part in parts(verb) if part in VERBS), flat(verb))


def way(values: Sequence[str]) -> list[str]:
    """The values on the way to being there, the first one first."""
    staged = [(stage, at, one) for at, one in enumerate(values) if (stage := _stage(one))]
    chosen: dict[int, str] = {}
    if best(values, FINISHED):
        staged += [(6, at, one) for at, one in enumerate(values) if flat(one) in RUNS]
    for stage, _, one in sorted(staged):
        chosen.setdefault(stage, one)
    return [*chosen.values()][:LONGEST]


def _stage(value: str) -> int:
    told = parts(value)
    if set(told) & {*BAD, *ENDING, "stopped", "paused", "canceled", "cancelled", "inactive"}:
        return 0
    if told and told[-1] in ("failed", "error", "errored", "success", "succeeded"):
        return 0
    return next((STAGES[part] for part in told if part in STAGES), 0)


def best(values: Sequence[str], words: Sequence[str]) -> str:
    """The value that one of the words stands in, the earlier word the better; whole values before parts."""
    for word in words:
        whole = next((one for one in values if flat(one) == word), None)
        if whole is not None:
            return whole
    negative = {"not", "un", "no", "in", "init", "create", "delete", "update", "restore", "pause", "partially"}
    for word in words:
        part = next((one for one in values if word in parts(one) and not negative & set(parts(one))), None)
        if part is not None:
            return part
    return next((one for word in words for one in values if word in BAD and word in parts(one)), "")
