"""Texts by format and by name: what a host, a region or a date looks like; decides nothing about schemas."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mockenv.anyservice.words import parts
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import SECOND, Instant, iso_seconds

ADJECTIVES = (
    "aged",
    "bold",
    "calm",
    "cool",
    "dry",
    "fair",
    "green",
    "late",
    "light",
    "long",
    "old",
    "plain",
    "quiet",
    "shy",
    "still",
    "wide",
)
NOUNS = (
    "bird",
    "brook",
    "cloud",
    "dawn",
    "field",
    "fire",
    "frost",
    "hill",
    "lake",
    "leaf",
    "moon",
    "rain",
    "river",
    "sea",
    "stone",
    "wind",
)
DOMAIN = "example.com"
RUN = re.compile(r"[0-9]+|[a-z]+|[A-Z]+|[^0-9a-zA-Z]")
DIGITS, LETTERS = "0123456789", "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Making:
    """One thing that is being made: its source of chance, the time, and what is known of it by name."""

    draw: Draw
    now: Instant
    known: dict[str, Any] = field(default_factory=dict)


Text = Callable[[Making, str], Any]


def words(draw: Draw, purpose: str) -> str:
    return f"{draw.pick(purpose, ADJECTIVES)}-{draw.pick(purpose + '/noun', NOUNS)}"


def _numbered(making: Making, purpose: str) -> str:
    return f"{words(making.draw, purpose)}-{making.draw.number(purpose + '/number') % 900_000 + 100_000}"


def _host(making: Making, purpose: str) -> str:
    return f"{words(making.draw, purpose)}.{DOMAIN}"


def _address(making: Making, purpose: str) -> str:
    return f"203.0.113.{making.draw.number(purpose) % 254 + 1}"  # the block that is reserved for documentation


def _address6(making: Making, purpose: str) -> str:
    return f"2001:db8::{making.draw.hex(purpose, 4)}"


def _moment(making: Making, purpose: str) -> str:
    return iso_seconds(making.now)


FORMATS: dict[str, Text] = {
    "date-time": _moment,
    "datetime": _moment,
    "date": lambda making, purpose: iso_seconds(making.now)[:10],
    "time": lambda making, purpose: iso_seconds(making.now)[11:],
    "duration": lambda making, purpose: "PT1M",
    "uuid": lambda making, purpose: making.draw.uuid(purpose),
    "guid": lambda making, purpose: making.draw.uuid(purpose),
    "email": lambda making, purpose: f"{words(making.draw, purpose)}@{DOMAIN}",
    "idn-email": lambda making, purpose: f"{words(making.draw, purpose)}@{DOMAIN}",
    "uri": lambda making, purpose: f"https://{_host(making, purpose)}/",
    "url": lambda making, purpose: f"https://{_host(making, purpose)}/",
    "uri-reference": lambda making, purpose: f"/{words(making.draw, purpose)}",
    "hostname": _host,
    "idn-hostname": _host,
    "ipv4": _address,
    "ip": _address,
    "ipv6": _address6,
    "ipv4-cidr": lambda making, purpose: f"10.{making.draw.number(purpose) % 256}.0.0/16",
    "cidr": lambda making, purpose: f"10.{making.draw.number(purpose) % 256}.0.0/16",
    "byte": lambda making, purpose: b64encode(making.draw.bytes(purpose, 12)).decode(),
    "password": lambda making, purpose: making.draw.hex(purpose, 24),
    "int64": lambda making, purpose: str(making.draw.number(purpose) % 100_000),
    "uint64": lambda making, purpose: str(making.draw.number(purpose) % 100_000),
}
"""What a schema's `format` asks for."""

_SECRET: Text = lambda making, purpose: making.draw.hex(purpose, 32)  # noqa: E731  # one of a table's values
_PERSON: dict[str, Callable[[Any], Any]] = {
    "city": lambda fake: fake.city(),
    "street": lambda fake: fake.street_address(),
    "phone": lambda fake: fake.numerify("+1 555 01## ###"),
    "company": lambda fake: fake.company(),
    "firstname": lambda fake: fake.first_name(),
    "lastname": lambda fake: fake.last_name(),
    "fullname": lambda fake: fake.name(),
}


def _person(what: str) -> Text:
    return lambda making, purpose: making.draw.fake(purpose, _PERSON[what])


NAMES: dict[str, Text] = {
    **dict.fromkeys(("at", "time", "timestamp", "date", "on"), _moment),
    **dict.fromkeys(("created", "updated", "modified", "started"), _moment),
    **dict.fromkeys(("id", "uuid", "uid", "guid", "identifier"), FORMATS["uuid"]),
    **dict.fromkeys(("url", "uri", "link", "href", "website", "webhook"), FORMATS["uri"]),
    **dict.fromkeys(("host", "hostname", "domain", "fqdn", "server"), _host),
    **dict.fromkeys(("ip", "ipv4", "addr"), _address),
    "ipv6": _address6,
    "cidr": FORMATS["cidr"],
    "email": FORMATS["email"],
    **dict.fromkeys(("password", "secret", "token", "apikey", "fingerprint", "hash", "sha", "checksum", "etag", "digest"), _SECRET),
    **dict.fromkeys(("name", "slug", "label", "hostname", "ref", "username", "login", "handle"), _numbered),
    **dict.fromkeys(("region", "location", "datacenter"), lambda making, purpose: "eu-central-1"),
    "zone": lambda making, purpose: "eu-central-1a",
    "version": lambda making, purpose: "1.0.0",
    "currency": lambda making, purpose: "USD",
    "timezone": lambda making, purpose: "UTC",
    "language": lambda making, purpose: "en",
    **dict.fromkeys(("country", "countrycode"), lambda making, purpose: "DE"),
    **dict.fromkeys(
        ("description", "message", "title", "comment", "note"),
        lambda making, purpose: f"A {words(making.draw, purpose).replace('-', ' ')}",
    ),
    "path": lambda making, purpose: f"/{words(making.draw, purpose)}",
    "city": _person("city"),
    "street": _person("street"),
    "phone": _person("phone"),
    "company": _person("company"),
    "firstname": _person("firstname"),
    "lastname": _person("lastname"),
    "fullname": _person("fullname"),
}
"""What a member's name asks for, by its last word, or its last two written as one."""


def text_by_name(name: str) -> Text:
    """What draws a text for a member of this name."""
    told = parts(name)
    for one in ("".join(told[-2:]), told[-1] if told else ""):
        if one in NAMES:
            return NAMES[one]
    if "ip" in told:
        return _address
    return lambda making, purpose: words(making.draw, purpose)


def alike(example: str, draw: Draw, purpose: str) -> str:
    """Another of the sort of `example`: letters for letters, digits for digits, a short beginning such as `br-` or `prj_` kept."""
    kept, runs = _pieces(example)
    number = int.from_bytes(draw.bytes(purpose, 64))
    made = [kept]
    for letters, length in runs:
        for at in range(length):
            number, chosen = divmod(number, len(letters))
            made.append(letters[chosen] if at or letters is not DIGITS else letters[1 + chosen % 9])  # no number begins with 0
    return "".join(made)


@cache
def _pieces(example: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """What is kept of an example, and the alphabets of the rest, each with how many of it there are."""
    prefix = re.match(r"[A-Za-z]{1,5}[-_:]", example)
    kept = prefix[0] if prefix and len(prefix[0]) < len(example) else ""
    rest = example[len(kept) :]
    hexadecimal = bool(re.fullmatch(r"[0-9a-f_:-]+", rest))
    return kept, tuple((_alphabet(run, hexadecimal), len(run)) for run in RUN.findall(rest))


def _alphabet(run: str, hexadecimal: bool) -> str:
    """What a run of characters was drawn from; anything between runs stays what it is."""
    if hexadecimal and run.isalnum() and run.isascii():
        return DIGITS if run.isdigit() else "0123456789abcdef"
    if run.isdigit() and run.isascii():
        return DIGITS
    if run.isalpha() and run.isascii():
        return LETTERS.upper() if run.isupper() else LETTERS
    return run[0]


def epoch(now: Instant) -> int:
    return now // SECOND
