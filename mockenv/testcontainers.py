"""mockenv in a container, by Testcontainers for Python (the extra `testcontainers`); knows the image and its variables, no server.

with MockenvContainer(clock="manual", scenario="cdn-fails") as container, container.mockenv.sandbox() as sandbox:
    ...  # point the client under test at sandbox.url
    sandbox.advance("90s")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal, Self, TypedDict, Unpack

from testcontainers.core.container import DockerContainer
from testcontainers.core.exceptions import ContainerStartException
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from mockenv.client import ClockMode, Dates, Mockenv
from mockenv.errors import check_name
from mockenv.settings import PORT, PREFIX, load_settings

IMAGE = "mockenv"
FILES = PurePosixPath("/mockenv-files")
"""Where the image finds what is handed to it."""
OUTSIDE = {"host.docker.internal": "host-gateway"}
"""The name by which webhooks reach a receiver in the test, on Linux too."""


class ContainerSettings(TypedDict, total=False):
    """What `mockenv serve` takes, as far as a container can; a `Path` is a file of the test's, copied into it."""

    fixture: str | Path
    scenario: str | Path
    document: Sequence[Path]
    model: Sequence[Path]
    clock: ClockMode
    speed: float
    dates: Dates
    seed: int
    auth: Literal["lenient", "strict"]
    contract: bool
    check_replies: Literal["off", "log", "fail"]
    admin_token: str
    allow_host: Sequence[str]
    option: Mapping[str, str]
    """`{"vector.generation": "2026-02"}`."""
    cors: Sequence[str]
    base_url: str
    journal_size: int
    log_format: Literal["text", "json"]
    log_level: Literal["debug", "info", "warning", "error"]
    webhook_rewrite: Mapping[str, str]


class MockenvContainer(DockerContainer):
    """A server in a container of its own: up when the `with` is entered, gone with it.

    Raises UnknownName and BadInput where a setting is wrong, FileNotFoundError where a file is, and ContainerStartException with
    what the server said where it does not start.
    """

    def __init__(
        self, image: str = IMAGE, *, docker: Mapping[str, Any] | None = None, **settings: Unpack[ContainerSettings]
    ) -> None:
        """`docker` is for Docker's own client, as in `DockerContainer`."""
        super().__init__(image, docker_client_kw=dict(docker or {}), extra_hosts=OUTSIDE)
        self._admin_token = settings.get("admin_token")
        self.with_exposed_ports(PORT)
        self.waiting_for(LogMessageWaitStrategy("listening"))
        settings["allow_host"] = [*settings.get("allow_host", ()), self.get_docker_client().host()]
        for name, value in settings.items():
            check_name(name, ContainerSettings.__annotations__, "container", name)
            self.with_env(f"{PREFIX}{name.upper()}", self._told(value))
        load_settings({}, self.env)

    def start(self) -> Self:
        try:
            return super().start()
        except RuntimeError as error:  # it has ended already: its last words say why
            said = b"".join(self.get_logs()).decode(errors="replace").strip().splitlines()
            raise ContainerStartException(said[-1] if said else str(error)) from None

    @property
    def url(self) -> str:
        """Where the simulator answers, for the client under test. Raises ContainerStartException before the start."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    @property
    def mockenv(self) -> Mockenv:
        """The control plane."""
        return Mockenv(self.url, admin_token=self._admin_token)

    def _told(self, value: object) -> str:
        """As a variable says it."""
        match value:
            case Path():
                return self._handed_in(value)
            case Mapping():
                return ",".join(f"{name}={one}" for name, one in value.items())
            case list() | tuple():
                return ",".join(self._told(one) for one in value)
            case bool():
                return str(value).lower()
        return str(value)

    def _handed_in(self, file: Path) -> str:
        """Where a file will lie in the container; a folder for each, since names may be alike."""
        if not file.is_file():
            raise FileNotFoundError(file)
        inside = str(FILES / str(len(self._transferable_specs)) / file.name)
        self.with_copy_into_container(file, inside)
        return inside
