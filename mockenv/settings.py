"""What the server was told: one frozen object from flags, environment and file; reads no state and builds nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockenv import setting_rules as rules
from mockenv.errors import BadInput, UnknownName, check_name
from mockenv.setting_rules import OneOf, Rule, list_of, positive, whole

PREFIX = "MOCKENV_"
PORT = 6368
READ_ELSEWHERE = (f"{PREFIX}URL", f"{PREFIX}SANDBOX", f"{PREFIX}CONFIG", f"{PREFIX}COMMAND", f"{PREFIX}SWEEP_RUN")
"""By the command line's verbs, by the JavaScript client (how `mockenv` is called), and by a test that a sweep runs again."""
SERVICE_LINK = re.compile(rf"{PREFIX}(SERVICE_HOST|SERVICE_PORT\w*|PORT_\d+_(TCP|UDP|SCTP)\w*)=.*|{PREFIX}PORT=\w+://.*", re.DOTALL)
"""What Kubernetes sets in every pod beside a service of the name `mockenv`: not meant for us."""
CONTRACT = {"auth": "strict", "clock": "auto", "scenario": "contract"}
"""What `--contract` stands for: made-up tokens are refused, and nothing waits for time or goes out."""
DATABASES = ("postgresql", "postgres")
"""How a database's URL begins that can be named for a state file."""
LISTS = ("allow_host", "cors", "document", "model", "option", "tls", "trust_proxy", "webhook_rewrite")


@dataclass(frozen=True)
class Settings:
    """Every setting of `mockenv serve`, with its default."""

    document: tuple[str, ...] = ()
    """OpenAPI documents of services to serve beside those that are built in."""
    model: tuple[str, ...] = ()
    """What somebody wrote about them."""
    host: str = "localhost"
    port: int = PORT
    port_file: str | None = None
    state: str | None = None
    state_sync: bool = False
    state_fresh: bool = False
    fixture: str = "docs"
    scenario: str | None = None
    clock: str = "real"
    speed: float = 1.0
    dates: str = "sandbox"
    seed: int = 0
    auth: str = "lenient"
    contract: bool = False
    check_replies: str = "off"
    log_format: str = "text"
    log_level: str = "info"
    admin_token: str | None = None
    allow_host: tuple[str, ...] = ()
    option: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cors: str | None = None
    base_url: str | None = None
    trust_proxy: tuple[str, ...] = ()
    tls: tuple[str, ...] = ()
    """`auto`, or a certificate's file and its key's, where that is another."""
    tls_ca: str | None = None
    replica_address: str | None = None
    journal_size: int = 1_000
    webhook_ca: str | None = None
    webhook_rewrite: Mapping[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    """Which of these somebody asked for, wherever; the others are defaults."""


RULES: Mapping[str, Rule] = {
    "document": list_of(),
    "model": list_of(),
    "host": rules.text,
    "port": whole(0, 65_535),
    "port_file": rules.text,
    "state": rules.text,
    "state_sync": rules.switch,
    "state_fresh": rules.switch,
    "fixture": rules.text,
    "scenario": rules.text,
    "clock": OneOf("real", "manual", "auto"),
    "speed": positive(1_000_000),
    "dates": OneOf("sandbox", "wall"),
    "seed": whole(),
    "auth": OneOf("lenient", "strict"),
    "contract": rules.switch,
    "check_replies": OneOf("off", "log", "fail"),
    "log_format": OneOf("text", "json"),
    "log_level": OneOf("debug", "info", "warning", "error"),
    "admin_token": rules.some_text,
    "allow_host": list_of(),
    "option": list_of(),
    "cors": list_of(),
    "base_url": rules.text,
    "trust_proxy": list_of(),
    "tls": list_of(rules.some_text, most=2),
    "tls_ca": rules.text,
    "replica_address": rules.text,
    "journal_size": whole(0),
    "webhook_ca": rules.text,
    "webhook_rewrite": list_of(),
}
"""What any of the three sources may say; the keys are the flags' names with underscores."""


def load_settings(
    flags: Mapping[str, Any],
    environ: Mapping[str, str] | None = None,
    file: Mapping[str, Any] | None = None,
    file_name: str = "config",
) -> Settings:
    """Flag > environment > file > default. Raises BadInput that names the source and the key."""
    told: dict[str, Any] = {}
    told |= _checked(_dashes(file or {}), file_name)
    told |= _checked(_from_environ(os.environ if environ is None else environ), "environment")
    told |= _checked({name: value for name, value in flags.items() if value is not None and value != ()}, "command line")
    given = frozenset(told)
    if told.get("contract"):
        told = {**CONTRACT, **told}
    if "option" in told:
        told["option"] = parse_options(told["option"])
    if "webhook_rewrite" in told:
        told["webhook_rewrite"] = dict(_parse_rewrite(text) for text in told["webhook_rewrite"])
    if "cors" in told:
        told["cors"] = " ".join(told["cors"])
    told |= {name: tuple(told[name]) for name in ("allow_host", "document", "model", "tls", "trust_proxy") if name in told}
    return Settings(**told, given=given)


def parse_options(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """`PROVIDER.NAME=VALUE`, several: provider → name → value."""
    options: dict[str, dict[str, str]] = {}
    for text in texts:
        place, equals, value = text.partition("=")
        provider, dot, name = place.partition(".")
        if not (equals and dot and provider and name):
            raise BadInput("", "option", f"{text!r} is not PROVIDER.NAME=VALUE")
        options.setdefault(provider, {})[name] = value
    return options


def _parse_rewrite(text: str) -> tuple[str, str]:
    host, equals, other = text.partition("=")
    if not (host and equals and other):
        raise BadInput("", "webhook-rewrite", f"{text!r} is not HOST=OTHER, such as localhost=host.docker.internal")
    return host, other


def state_place(settings: Settings) -> Path | str | None:
    """Where the state is kept, if it is: a file, or a database's URL. Raises BadInput."""
    if settings.state_sync and not settings.state:
        raise BadInput("", "state-sync", "wants --state FILE: without one nothing is kept")
    if settings.state_fresh and not settings.state:
        raise BadInput("", "state-fresh", "wants --state FILE: without one all begins anew")
    place = place_of(settings.state) if settings.state else None
    if settings.replica_address and not isinstance(place, str):
        raise BadInput("", "replica-address", "wants --state postgresql://…: without a database there are no replicas")
    return place


def place_of(state: str) -> Path | str:
    """What the word after --state means. Raises BadInput."""
    scheme, is_url, _ = state.partition("://")
    if not is_url:
        return Path(state)
    if scheme not in DATABASES:
        raise BadInput("", "state", f"{scheme}:// is not known; a file, or {DATABASES[0]}://USER@HOST/DATABASE")
    return state


def shown_place(state: str) -> str:
    """A file, or a database without its password and parameters."""
    scheme, is_url, rest = state.partition("://")
    if not is_url:
        return state
    credentials, at, place = re.split(r"[?#]", rest)[0].rpartition("@")
    return f"{scheme}://{credentials.partition(':')[0]}{at}{place}"


def _from_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    """`MOCKENV_PORT` and so on; empty counts as not set. Lists are separated by commas. Raises UnknownName."""
    known = (*(f"{PREFIX}{name.upper()}" for name in RULES), *READ_ELSEWHERE)
    told: dict[str, Any] = {}
    for variable, value in environ.items():
        if not value or not variable.startswith(PREFIX) or SERVICE_LINK.fullmatch(f"{variable}={value}"):
            continue
        check_name(variable, known, "environment", variable)
        if variable not in READ_ELSEWHERE:
            name = variable.removeprefix(PREFIX).lower()
            told[name] = [part.strip() for part in value.split(",")] if name in LISTS else value
    return told


def _dashes(file: Mapping[str, Any]) -> dict[str, Any]:
    """As flags are called; one word of a list may stand alone."""
    named = {str(name).replace("-", "_"): value for name, value in file.items()}
    return {name: [value] if name in LISTS and isinstance(value, str) else value for name, value in named.items()}


def _checked(told: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {name: _meant(name, value, where) for name, value in told.items()}


def _meant(name: str, value: Any, where: str) -> Any:
    rule = RULES.get(name)
    if rule is None:
        raise UnknownName(where, name, name, RULES)
    try:
        return rule(value)
    except ValueError as error:
        key = _spelled(name, where)
        if isinstance(rule, OneOf) and isinstance(value, str):
            raise UnknownName(where, key, value, rule.choices) from None
        raise BadInput(where, key, f"{value!r}: {error}") from None


def _spelled(name: str, where: str) -> str:
    if where == "environment":
        return f"{PREFIX}{name.upper()}"
    return f"--{name.replace('_', '-')}" if where == "command line" else name
