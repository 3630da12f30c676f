"""The one way out of the server: resolve, check, connect to what was checked; no redirects. Knows no subscription."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockenv.errors import BadInput
from mockenv.kernel.events.attempts import Attempt, Outcome
from mockenv.kernel.time.clock import Wall
from mockenv.runtime.resolver import Address, Resolver
from mockenv.version import __version__

if TYPE_CHECKING:
    import httpx

KEPT_BODY = 4 << 10
METADATA = {ip_address("169.254.169.254"), ip_address("fd00:ec2::254"), ip_address("100.100.100.200"), ip_address("168.63.129.16")}
Resolve = Callable[[str, int], Awaitable[list[Address]]]
PORTS = {"http": 80, "https": 443}


class NotSentError(Exception):
    """Why a request was not made, or had no answer."""


class Sender:
    """Sends webhooks. Loopback and private networks are the use; link-local and metadata addresses are never reached.

    `rewrite` maps a host to the one to connect to instead (a container's way to its host); the Host header stays.
    """

    def __init__(
        self,
        wall: Wall,
        rewrite: Mapping[str, str],
        *,
        ca: str | None = None,
        resolve: Resolve | None = None,
        longest: float | None = None,
    ) -> None:
        """`ca` is a file of certificates to trust besides the usual; `resolve` and `longest` (a cap on every attempt) are for tests."""
        self._wall, self._rewrite, self._ca = wall, rewrite, ca
        self._resolve_name, self._longest = resolve or Resolver().resolve, longest
        self._client: httpx.AsyncClient | None = None

    async def send(self, attempt: Attempt) -> Outcome:
        """Never raises: whatever happens is the outcome."""
        started, limit = self._wall.stopwatch(), min(attempt.timeout, self._longest or attempt.timeout)
        try:
            async with asyncio.timeout(limit):
                status, headers, body = await self._post(attempt)
        except TimeoutError:
            return self._failed(started, f"no answer within {limit:g} s")
        except NotSentError as error:
            return self._failed(started, str(error))
        return Outcome(status, None, self._since(started), headers, body)

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()
            self._client = None

    async def _post(self, attempt: Attempt) -> tuple[int, dict[str, str], str]:
        import httpx  # 120 ms, which a server without webhooks does not pay

        self._client = self._client or self._new_client()
        parts = urlsplit(attempt.url)
        host, port, address = await self._resolve(attempt.url)
        target = httpx.URL(attempt.url).copy_with(host=str(address), port=port)
        headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": f"mockenv/{__version__}", **attempt.headers}
        extensions = {"sni_hostname": host} if parts.scheme == "https" else {}
        request = self._client.build_request("POST", target, headers=headers, content=attempt.body, extensions=extensions)
        try:
            reply = await self._client.send(request, stream=True)
            try:
                return reply.status_code, dict(reply.headers), await _beginning(reply)
            finally:
                await reply.aclose()
        except httpx.HTTPError as error:
            raise NotSentError(_told(error)) from None

    def _new_client(self) -> httpx.AsyncClient:
        import httpx

        trusted = httpx.create_ssl_context(trust_env=False)
        if self._ca:
            trusted.load_verify_locations(self._ca)
        return httpx.AsyncClient(verify=trusted, trust_env=False, follow_redirects=False, timeout=None)  # noqa: S113  # `send` has one for all of it

    async def _resolve(self, url: str) -> tuple[str, int, Address]:
        """The address to connect to: the first, if all that the name stands for are allowed."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            raise NotSentError("the address is malformed") from None
        if parts.scheme not in PORTS or not host:
            raise NotSentError("only http and https addresses are sent to")
        try:
            addresses = await self._resolve_name(self._rewrite.get(host, host), port)
        except (OSError, UnicodeError):
            raise NotSentError(f"the name {host!r} cannot be resolved") from None
        for address in addresses:
            if is_forbidden(address):
                raise NotSentError(f"{host!r} leads to {address}, where nothing is ever sent")
        return host, port, addresses[0]

    def _failed(self, started: float, error: str) -> Outcome:
        return Outcome(None, error, self._since(started), {}, "")

    def _since(self, started: float) -> int:
        return round((self._wall.stopwatch() - started) * 1000)


def check_ca(path: str | None) -> None:
    """Whether certificates can be trusted by a file. Raises BadInput."""
    if path is None:
        return
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise BadInput("", "--webhook-ca", f"{path} holds no certificate in PEM") from None
    except OSError as error:
        raise BadInput("", "--webhook-ca", f"{path}: {error.strerror}") from None


def is_forbidden(address: Address) -> bool:
    """Link-local (cloud metadata lives there), known metadata addresses elsewhere, and what is no host at all."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inner is not None:
        return is_forbidden(inner)
    return address in METADATA or address.is_link_local or address.is_multicast or address.is_unspecified


def _told(error: httpx.HTTPError) -> str:
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return (
        f"{text}; --webhook-ca FILE trusts another authority"
        if "unable to get local issuer" in text or "self-signed" in text
        else text
    )


async def _beginning(reply: httpx.Response) -> str:
    """As much of an answer as is kept; the rest of a huge one is not waited for."""
    body = b""
    async for chunk in reply.aiter_raw():
        body += chunk
        if len(body) >= KEPT_BODY:
            break
    return body[:KEPT_BODY].decode("utf-8", "replace")
