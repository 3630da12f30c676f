"""How clients reach this server, itself or by way of proxies: whose word about that is taken, and the base URL that follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from mockenv.errors import BadInput, UnknownName, nearest

SCHEMES = {"http": "80", "https": "443"}
"""With the ports that their URLs leave out."""
AUTHORITY = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
PATH = r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*"
WORDS = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "*": ("0.0.0.0/0", "::/0"),
}
"""Networks that have a name."""
_BASE_URL = re.compile(rf"(https?)://({AUTHORITY})({PATH})/?", re.IGNORECASE)
_PAIR = r"""([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*+)"|([^\s",;]*+))"""
_PAIR_OR_END = re.compile(rf"{_PAIR}|(,)")
_FORWARDED = re.compile(rf"(?:{_PAIR}|[\s,;])*")


@dataclass(frozen=True, slots=True)
class Networks:
    """Addresses whose word is taken."""

    all: tuple[IPv4Network | IPv6Network, ...] = ()

    def hold(self, node: str | None) -> bool:
        """Whether an address is among them, as sockets or headers write it: with a port, in brackets, with a zone."""
        if not (self.all and node):
            return False
        try:
            address = ip_address(_without_port(node).partition("%")[0])
        except ValueError:  # `unknown`, or a name that hides one
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in one for one in self.all)


@dataclass(frozen=True, slots=True)
class Told:
    """What proxies say of the request that they were asked, as far as they say it."""

    scheme: str | None = None
    host: str | None = None
    port: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How the requests of one connection came: `scheme` is its own, `trusted` None where nobody's word is taken."""

    scheme: str
    base_url: tuple[str, str] | None = None
    trusted: Networks | None = None

    def base(self, headers: dict[str, str], here: str) -> tuple[str, str]:
        """Scheme and authority, and the path that stands before all paths. The Host header becomes the one that the client sent."""
        scheme, prefix = self.scheme, ""
        if self.trusted is not None:
            told = told_by(headers, self.trusted)
            scheme, prefix = told.scheme or scheme, told.prefix
            if told.host or told.port:
                headers["host"] = _with_port(told.host or headers.get("host") or here, told.port, scheme)
        return self.base_url or (f"{scheme}://{headers.get('host') or here}", prefix)


class Outside:
    """What is known of it beforehand. A base URL that was given stands for all that anybody could say about it."""

    def __init__(self, base_url: tuple[str, str] | None = None, trusted: Networks | None = None) -> None:
        self._base_url, self._trusted = base_url, trusted or Networks()

    def way(self, peer: str | None, scheme: str) -> Way:
        """Of a connection from the address `peer`."""
        return Way(scheme, self._base_url, self._trusted if self._trusted.hold(peer) else None)


def parse_base_url(text: str, where: str = "", key: str = "--base-url") -> tuple[str, str]:
    """Scheme and authority, and the path without a slash at its end. Raises BadInput."""
    found = _BASE_URL.fullmatch(text)
    if not found:
        raise BadInput(where, key, f"{text!r} is no http or https URL of a host, a port and a path at most")
    scheme, authority, path = found.groups()
    return f"{scheme.lower()}://{authority.lower()}", path


def parse_networks(texts: Iterable[str], where: str = "", key: str = "--trust-proxy") -> Networks:
    """Addresses, networks, and words for some. Raises BadInput."""
    return Networks(tuple(one for text in texts for one in _networks_of(text, where, key)))


def told_by(headers: Mapping[str, str], trusted: Networks) -> Told:
    """What the headers say, the standard's and the usual ones. Where they contradict each other one is a client's: neither counts."""
    standard, usual = _standard(headers, trusted), _usual(headers, trusted)
    return Told(_one_of(standard.scheme, usual.scheme), _one_of(standard.host, usual.host), usual.port, usual.prefix)


def _networks_of(text: str, where: str, key: str) -> Sequence[IPv4Network | IPv6Network]:
    try:
        return [ip_network(one) for one in WORDS.get(text.lower(), (text,))]
    except ValueError as error:
        if nearest(text, WORDS):
            raise UnknownName(where, key, text, WORDS) from None
        hint = error if "host bits" in str(error) else f"{text!r} is no address, no network such as 10.0.0.0/8"
        raise BadInput(where, key, f"{hint}, and none of {', '.join(WORDS)}") from None


def _usual(headers: Mapping[str, str], trusted: Networks) -> Told:
    """`X-Forwarded-…`. Each proxy sets a header anew or appends to it; how many have, `X-Forwarded-For` says."""
    hops = _hops(_parts(headers.get("x-forwarded-for", "")), trusted)
    schemes, hosts, ports, prefixes = (_parts(headers.get(f"x-forwarded-{one}", "")) for one in ("proto", "host", "port", "prefix"))
    prefix, port = "".join(one.rstrip("/") for one in prefixes[-hops:]), _nth_last(ports, hops)
    return Told(
        _if_known(_nth_last(schemes, hops)),
        _if_authority(_nth_last(hosts, hops)),
        port if re.fullmatch(r"\d{1,5}", port) else "",
        prefix if re.fullmatch(PATH, prefix) else "",
    )


def _standard(headers: Mapping[str, str], trusted: Networks) -> Told:
    """`Forwarded` (RFC 7239): the element of the outermost proxy that can be trusted, each having said who asked it."""
    text = headers.get("forwarded", "")
    elements = _elements(text) if text and _FORWARDED.fullmatch(text) else []
    if not elements:
        return Told()
    told = elements[-_hops([one.get("for", "") for one in elements], trusted)]
    return Told(_if_known(told.get("proto", "")), _if_authority(told.get("host", "")))


def _elements(text: str) -> list[dict[str, str]]:
    elements: list[dict[str, str]] = [{}]
    for name, quoted, plain, end in _PAIR_OR_END.findall(text):
        if end:
            elements.append({})
        else:
            elements[-1][name.lower()] = re.sub(r"\\(.)", r"\1", quoted) or plain
    return [one for one in elements if one]


def _hops(askers: Sequence[str], trusted: Networks) -> int:
    """How many proxies in a row can be trusted: the one that asked us, and those that asked it, as long as they are known."""
    hops = 1
    while hops < len(askers) and trusted.hold(askers[-hops]):
        hops += 1
    return hops


def _nth_last(values: Sequence[str], number: int) -> str:
    """Of fewer the first: it was set by one proxy and kept by the others."""
    return values[-min(number, len(values))] if values else ""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _with_port(host: str, port: str, scheme: str) -> str:
    has_one = ":" in host.rpartition("]")[2]
    return host if has_one or not port or port == SCHEMES.get(scheme) else f"{host}:{port}"


def _without_port(node: str) -> str:
    """Also of an address in brackets; one of IPv6 without them has no port."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def _if_known(scheme: str) -> str | None:
    return scheme.lower() if scheme.lower() in SCHEMES else None


def _if_authority(text: str) -> str | None:
    return text if re.fullmatch(AUTHORITY, text) else None


def _one_of(one: str | None, other: str | None) -> str | None:
    return one or other if None in (one, other) or one == other else None
