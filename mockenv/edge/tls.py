"""What the server proves who it is with: a certificate that it was given, or an authority of its own; knows no socket."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from mockenv.errors import CannotStart

LOOPBACK = ("localhost", "127.0.0.1", "::1")
KEPT = 256
"""So many names get certificates of their own; whoever asks for more gets the usual one."""
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


class Identity(Protocol):
    """Who the server is, in the eyes of those who ask."""

    def context(self, address: str) -> ssl.SSLContext:
        """For a connection to one of our addresses."""


class GivenIdentity:
    """A certificate and its key in files; one file may hold both."""

    def __init__(self, certificate: str, key: str | None = None) -> None:
        """Raises CannotStart that names the file."""
        self._context = _new_context()
        for path in filter(None, (certificate, key)):
            _check_readable(path)
        try:
            self._context.load_cert_chain(certificate, key, password=lambda: "")  # else it would ask on the terminal
        except ssl.SSLError as error:
            problem = _problem_of(error, "no certificate with its key, or the key is encrypted")
            raise CannotStart(f"--tls: {' and '.join(filter(None, (certificate, key)))}: {problem}") from None

    def context(self, address: str) -> ssl.SSLContext:
        return self._context


class OwnAuthority:
    """Makes a certificate for whatever name or address it is asked by. Its key is nowhere but here, and ends with the process."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """`names` are in every certificate, for clients that tell none. Raises CannotStart."""
        try:
            import trustme  # an extra, and 100 ms
        except ImportError:
            raise CannotStart("--tls auto wants trustme: install mockenv[tls]") from None
        self._ca = trustme.CA(organization_name="mockenv")
        self._names = tuple(dict.fromkeys((*LOOPBACK, *names)))
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def certificate(self) -> bytes:
        """What clients trust, as PEM."""
        return self._ca.cert_pem.bytes()

    def context(self, address: str) -> ssl.SSLContext:
        return self._of(address.partition("%")[0])

    def _of(self, name: str) -> ssl.SSLContext:
        if name not in self._contexts:
            if len(self._contexts) >= KEPT:
                return next(iter(self._contexts.values()))
            certificate = self._ca.issue_cert(*dict.fromkeys((name, *self._names)), organization_name="mockenv")
            context = self._contexts[name] = _new_context()
            certificate.configure_cert(context)
            context.sni_callback = self._on_name
        return self._contexts[name]

    def _on_name(self, connection: Any, name: str | None, context: ssl.SSLContext) -> None:
        """A client has told by which name it came: that of a container, or of the real service where a hosts file leads it here."""
        wanted = (name or "").lower()
        if wanted not in self._names and NAME.fullmatch(wanted):
            with suppress(ValueError):  # `xn--` and nonsense: the usual one
                connection.context = self._of(wanted)


def trusting(told: tuple[str, ...]) -> ssl.SSLContext:
    """For a client of servers that are given the same. With `auto` none trusts another."""
    context = ssl.create_default_context(cafile=None if told == ("auto",) else told[0])
    context.check_hostname = False  # they ask for each other by address
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def identify(told: tuple[str, ...], names: Iterable[str]) -> GivenIdentity | OwnAuthority:
    """What `--tls` says: `auto`, or files. Raises CannotStart."""
    return OwnAuthority(names) if told == ("auto",) else GivenIdentity(*told)


def _new_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _check_readable(path: str) -> None:
    try:
        Path(path).open("rb").close()
    except OSError as error:
        hint = "; did you mean auto?" if path.lower().startswith("au") else ""
        raise CannotStart(f"--tls: {path}: {error.strerror}{hint}") from None


def _problem_of(error: ssl.SSLError, else_: str) -> str:
    return "the key is not the certificate's" if error.reason == "KEY_VALUES_MISMATCH" else else_
