"""Words as API designers use them: their parts, their number, what they mean; knows no document."""

from __future__ import annotations

import re
from functools import cache

PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
ALIKE = frozenset({"dns", "series", "kubernetes", "metrics", "settings", "news", "https", "status", "access", "sms", "aws", "gcs"})
"""The same in singular and plural, or never meant as several."""

KEYS = ("id", "uuid", "uid", "guid", "identifier", "slug", "key", "ref", "name", "hostname", "code")
"""Members by which things are found, the likeliest first."""
LISTS = frozenset(
    {"data", "items", "results", "result", "resources", "values", "records", "objects", "list", "content", "entries", "collection"}
)
"""Members that hold a list whatever it is a list of."""
WRAPS = ("data", "result", "item", "resource", "response", "payload", "object", "attributes")
"""Members that hold one thing whatever it is."""
ABOUT_LISTS = frozenset(
    [
        *(
            "total",
            "count",
            "page",
            "pages",
            "per",
            "size",
            "limit",
            "offset",
            "cursor",
            "next",
            "previous",
            "prev",
            "first",
            "last",
        ),
        *("links", "link", "meta", "metadata", "pagination", "paging", "has", "more", "token", "kind", "object", "type", "self"),
        *(
            "success",
            "status",
            "message",
            "errors",
            "messages",
            "code",
            "request",
            "number",
            "marker",
            "unavailable",
            "applications",
        ),
    ]
)
"""Of these words are the names of what stands beside a list and tells of it."""

POLLED = ("azureasyncoperation", "operationlocation")
"""Headers that say where an operation is that tells how far something is, as flat names."""

ACTIONS = frozenset(
    [
        *(
            "start",
            "stop",
            "restart",
            "reboot",
            "reset",
            "resume",
            "suspend",
            "pause",
            "unpause",
            "unsuspend",
            "shutdown",
            "poweron",
        ),
        *("poweroff", "activate", "deactivate", "enable", "disable", "cancel", "abort", "retry", "rebuild", "redeploy", "deploy"),
        *("rollback", "restore", "resize", "scale", "upgrade", "migrate", "clone", "copy", "fork", "merge", "transfer", "move"),
        *(
            "rename",
            "attach",
            "detach",
            "assign",
            "unassign",
            "add",
            "remove",
            "set",
            "unset",
            "change",
            "apply",
            "refresh",
            "rotate",
        ),
        *("regenerate", "revoke", "verify", "validate", "check", "test", "ping", "sync", "publish", "unpublish", "lock", "unlock"),
        *("archive", "unarchive", "accept", "reject", "approve", "decline", "complete", "finalize", "finish", "promote", "purge"),
        *("invalidate", "flush", "clear", "search", "query", "preview", "estimate", "export", "import", "execute", "exec", "run"),
        *("trigger", "invoke", "send", "resend", "renew", "connect", "disconnect", "link", "unlink", "undelete", "wake", "sleep"),
        *("evict", "drain", "cordon", "failover", "switchover", "switch", "terminate", "kill", "destroy", "swap", "install"),
        *("uninstall", "reinstall", "update", "convert", "reveal", "login", "logout", "wipe", "recover", "reschedule", "extend"),
    ]
)


@cache
def parts(name: str) -> tuple[str, ...]:
    """`projectId`, `project_id`, `Project-ID` → project, id."""
    return tuple(part.lower() for part in PARTS.findall(name))


@cache
def flat(name: str) -> str:
    """A name without the way it is written: what `projectId` and `project_id` have in common."""
    return "".join(parts(name))


@cache
def kebab(name: str) -> str:
    return "-".join(parts(name)) or "thing"


@cache
def singular(word: str) -> str:
    """One of what a word means several of; the word itself where it does not."""
    *before, last = parts(word) or (word,)
    return "-".join((*before, _one(last)))


def _one(word: str) -> str:
    if word in ALIKE or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "xes", "zes", "ches", "shes", "iases", "tuses", "uses")) and not word.endswith(("auses", "caches")):
        return word[:-2]
    return word[:-1]


def is_action(word: str) -> bool:
    """Whether a path's last word says what to do, rather than what there is."""
    first = (parts(word) or ("",))[0]
    return bool({first, flat(word)} & ACTIONS) or (first.startswith(("re", "un")) and first[2:] in ACTIONS)
