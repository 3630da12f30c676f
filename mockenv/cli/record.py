"""`mockenv record`: a proxy before a real service that keeps what it sees."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockenv.cli.traffic import service_options, services_of

if TYPE_CHECKING:
    from mockenv.recording.exchange import Exchange
    from mockenv.recording.services import Services

PORT = 6369
VARIABLE = "MOCKENV_RECORDER_URL"


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--upstream", required=True, metavar="URL", help="The real service's base URL.")
@service_options
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default="recording.yaml", show_default=True, help="Where exchanges are kept."
)
@click.option("--fixture", type=click.Path(path_type=Path), help="Make a starting world of what was seen, at the end.")
@click.option(
    "-p", "--port", type=int, default=PORT, show_default=True, help="Where it listens, on this machine; 0 takes a free one."
)
@click.option("--port-file", type=click.Path(path_type=Path), help="Write the port to this file once it is open.")
@click.option("--timeout", type=float, default=60.0, show_default=True, help="What an answer's beginning may take, in seconds.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND]...")
def record(
    upstream: str,
    provider: str | None,
    document: Sequence[str],
    model: Sequence[str],
    upstream_ca: str | None,
    output: Path,
    fixture: Path | None,
    port: int,
    port_file: Path | None,
    timeout: float,
    command: tuple[str, ...],
) -> None:
    """Pass requests on to a real service, and keep both sides in a file that people can read, without secrets.

    Point a client at it instead of the service. It ends with SIGINT or SIGTERM, or with the COMMAND behind `--`, which finds its address in
    MOCKENV_RECORDER_URL: mockenv record --upstream https://api.example.com -- pytest tests/
    """
    from mockenv.edge.server import write_port_file
    from mockenv.kernel.time.clock import Wall
    from mockenv.recording.file import RecordingFile
    from mockenv.recording.proxy import Proxy, check_upstream, running
    from mockenv.recording.recorder import Recorder
    from mockenv.runtime.outbound import Outbound, check_ca

    upstream = check_upstream(upstream)
    check_ca(upstream_ca, "--upstream-ca")
    services = services_of(provider, document, model)
    file = RecordingFile(output, upstream, services.providers[0].name if len(services.providers) == 1 else None)
    recorder = Recorder(services, file, Wall(), lambda line: click.echo(line, err=True))
    out = Outbound(ca=upstream_ca, ca_flag="--upstream-ca")
    with running(Proxy(upstream, out, recorder, timeout), out, port) as url:
        if port_file:
            write_port_file(port_file, int(url.rpartition(":")[2]))
        click.echo(f"mockenv record is listening on {url} and asks {upstream}; exchanges go to {output}", err=True)
        try:
            code = _run(command, url) if command else _wait()
        finally:
            exchanges = recorder.finish()
            lacks = f"; {recorder.missed} more were passed on and not kept: it is full" if recorder.missed else ""
            click.echo(f"{output}: {len(exchanges)} exchanges{lacks}", err=True)
    if fixture:
        _make_fixture(fixture, services, exchanges)
    sys.exit(code)


def _make_fixture(path: Path, services: Services, exchanges: Sequence[Exchange]) -> None:
    """Raises CannotStart where nothing was seen that a world could hold."""
    from mockenv.errors import CannotStart
    from mockenv.recording.file import dumped
    from mockenv.recording.harvest import harvest

    found = {
        one.name: harvest(one, [each for each in exchanges if services.of(each.asked.path) is one], services, at_start=False)
        for one in services.providers
    }
    world = {name: section for name, section in found.items() if section}
    if not world:
        raise CannotStart(f"fixture {path}: nothing was seen that a starting world could hold")
    path.write_text(dumped(world), encoding="utf-8")
    counts = ", ".join(f"{len(records)} {name}" for section in world.values() for name, records in section.items())
    click.echo(f"{path}: {counts}; mockenv validate checks it", err=True)


def _run(command: Sequence[str], url: str) -> int:
    try:
        return subprocess.run(command, env={**os.environ, VARIABLE: url}, check=False).returncode  # noqa: S603  # the user's own command
    except OSError as error:
        raise click.UsageError(f"{command[0]}: {error.strerror}") from None


def _wait() -> int:
    """Until somebody says that it is enough."""
    enough = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: enough.set())
    enough.wait()
    return 0


COMMANDS = (record,)
