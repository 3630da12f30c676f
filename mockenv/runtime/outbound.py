"""The one way out of this process: resolve, check, connect to what was checked; no redirects, no proxies, no cookies of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockenv.errors import BadInput
from mockenv.runtime.resolver import Address, Resolver

if TYPE_CHECKING:
    import httpx

METADATA = {ip_address("169.254.169.254"), ip_address("fd00:ec2::254"), ip_address("100.100.100.200"), ip_address("168.63.129.16")}
Resolve = Callable[[str, int], Awaitable[list[Address]]]
PORTS = {"http": 80, "https": 443}


class NotSentError(Exception):
    """Why a request was not made, or had no whole answer."""


class Outbound:
    """Makes requests. Loopback and private networks are the use; link-local and metadata addresses are never reached.

    `rewrite` maps a host to the one to connect to instead (a container's way to its host); the Host header stays. `ca` is a file of
    certificates to trust besides the usual, `ca_flag` how a user says which; `resolve` is for tests.
    """

    def __init__(
        self,
        rewrite: Mapping[str, str] | None = None,
        *,
        ca: str | None = None,
        ca_flag: str = "--webhook-ca",
        resolve: Resolve | None = None,
    ) -> None:
        self._rewrite, self._ca, self._ca_flag = rewrite or {}, ca, ca_flag
        self._resolve_name = resolve or Resolver().resolve
        self._client: httpx.AsyncClient | None = None

    def ready(self) -> None:
        """Load what sending takes, so that no request's own time is spent on it."""
        self._client = self._client or self._new_client()

    @asynccontextmanager
    async def open(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes = b""
    ) -> AsyncIterator[httpx.Response]:
        """An answer whose body is still to be read, as it comes. Raises NotSentError, also out of the reading."""
        import httpx  # 120 ms, which who sends nothing does not pay

        self.ready()
        assert self._client is not None
        parts, (host, port, address) = urlsplit(url), await self._resolve(url)
        try:
            request = httpx.Request(
                method,
                httpx.URL(url).copy_with(host=str(address), port=port),
                headers=[("Host", parts.netloc.rpartition("@")[2]), *headers],
                content=body,
                extensions={"sni_hostname": host} if parts.scheme == "https" else {},
            )
            reply = await self._client.send(request, stream=True)
            try:
                yield reply
            finally:
                await reply.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise NotSentError(self._told(error)) from None

    async def close(self) -> None:
        """Lets go of connections that wait to be used again."""
        if self._client:
            await self._client.aclose()
            self._client = None

    def _new_client(self) -> httpx.AsyncClient:
        import httpx

        trusted = httpx.create_ssl_context(trust_env=False)
        if self._ca:
            trusted.load_verify_locations(self._ca)
        return httpx.AsyncClient(verify=trusted, trust_env=False, follow_redirects=False, timeout=None)  # noqa: S113  # callers bound the whole

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

    def _told(self, error: Exception) -> str:
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        is_mistrust = "unable to get local issuer" in text or "self-signed" in text
        return f"{text}; {self._ca_flag} FILE trusts another authority" if is_mistrust else text


def check_ca(path: str | None, flag: str = "--webhook-ca") -> None:
    """Whether certificates can be trusted by a file. Raises BadInput."""
    if path is None:
        return
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise BadInput("", flag, f"{path} holds no certificate in PEM") from None
    except OSError as error:
        raise BadInput("", flag, f"{path}: {error.strerror}") from None


def is_forbidden(address: Address) -> bool:
    """Link-local (cloud metadata lives there), known metadata addresses elsewhere, and what is no host at all."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inner is not None:
        return is_forbidden(inner)
    return address in METADATA or address.is_link_local or address.is_multicast or address.is_unspecified
