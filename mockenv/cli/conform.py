"""`mockenv conform`: whether mockenv is still like the real service."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress as suppress_error
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockenv.cli.progress import alive
from mockenv.cli.server import json_option
from mockenv.cli.traffic import service_options, services_of
from mockenv.client import authorization_of
from mockenv.errors import BadInput, MockenvError

if TYPE_CHECKING:
    from mockenv.conformance.conforming import Outcome
    from mockenv.conformance.learning import Proposal
    from mockenv.conformance.live import Live
    from mockenv.conformance.replaying import Replay
    from mockenv.recording.services import Services

    Ran = tuple[Outcome, Sequence[Proposal]]
    OursArguments = tuple[Sequence[str], Sequence[str], Sequence[str], str | None]

TOKEN = "MOCKENV_UPSTREAM_TOKEN"  # noqa: S105  # a variable's name
FORMATS = ("text", "junit", "sarif", "html")


@click.command()
@click.option(
    "--upstream", required=True, metavar="URL|RECORDING", help="The real service's base URL, or a file of mockenv record."
)
@service_options
@click.option(
    "--token-env", default=TOKEN, show_default=True, metavar="NAME", help="The variable that holds the real service's token."
)
@click.option(
    "--set", "told", multiple=True, metavar="NAME=VALUE", help="What the suite needs to be there at the service; repeatable."
)
@click.option("--option", multiple=True, metavar="PROVIDER.NAME=VALUE", help="An option of mockenv's side; repeatable.")
@click.option(
    "--fixture", help="The world that mockenv begins with, by name or file.  [docs; of a recording: what it took for granted]"
)
@click.option("--read-only", is_flag=True, help="Ask the real service only what changes nothing.")
@click.option("--max-requests", type=click.IntRange(1), help="At most so many to the real service.  [the suite's]")
@click.option("--max-seconds", type=click.FloatRange(1), help="For at most so long.  [the suite's]")
@click.option("--suppress", multiple=True, metavar="STEP[/KIND]=REASON", help="A drift that is not to count, and why; repeatable.")
@click.option("--learn", is_flag=True, help="Look for the options, or the change of a model, that would remove drifts.")
@click.option("--show", "only_show", is_flag=True, help="Only show what would be asked, and what it needs; ask nothing.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it to this file.")
@json_option
def conform(
    upstream: str,
    provider: str | None,
    document: Sequence[str],
    model: Sequence[str],
    upstream_ca: str | None,
    token_env: str,
    told: Sequence[str],
    option: Sequence[str],
    fixture: str | None,
    read_only: bool,
    max_requests: int | None,
    max_seconds: float | None,
    suppress: Sequence[str],
    learn: bool,
    only_show: bool,
    form: str,
    output: Path | None,
    as_json: bool,
) -> None:
    """Play a small, safe suite on the real service and on mockenv, and show what drifts. Exit code 1 if anything does.

    What it makes is called mockenv-conform-…, and is taken away again, also when it breaks off. The token comes from the environment:
    what follows `Bearer`, or the whole header for LaunchDarkly. A recording is asked of mockenv again instead, and nobody else is.
    """
    from mockenv.conformance.suites import edition_of
    from mockenv.conformance.verdict import parse_suppressed, to_report
    from mockenv.recording.services import Services

    found, asked = services_of(provider, document, model).providers, not only_show
    services = Services([edition_of(one, option) for one in found])
    ours = (document, model, option, fixture)
    if "://" in upstream:
        budget = {name: value for name, value in (("requests", max_requests), ("seconds", max_seconds)) if value is not None}
        live = _live(services, ours, budget)
        points, shown = live.points, live.shown()
        run = partial(_play, live, upstream, upstream_ca, token_env, told, read_only, learn)
    else:
        replay = _replay(services, Path(upstream), ours)
        points, shown = replay.points, replay.shown()
        run = partial(_run, lambda: replay.run(learn=learn))
    known = parse_suppressed(suppress, points)
    if not asked:
        click.echo("\n".join(shown))
        return
    outcome, proposals = run()
    report = to_report(outcome, known, proposals)
    text = _rendered("json" if as_json else form, report, outcome)
    if output:
        output.write_text(f"{text}\n", encoding="utf-8")
    else:
        click.echo(text)
    sys.exit(report["verdict"] in ("error", "warning"))


def _live(services: Services, ours: OursArguments, budget: dict[str, Any]) -> Live:
    from mockenv.conformance.live import Live
    from mockenv.conformance.ours import Ours
    from mockenv.conformance.suites import suite_of

    if len(services.providers) != 1:
        names = ", ".join(one.name for one in services.providers)
        raise BadInput("", "--provider", f"is missing: which service is it? known: {names}")
    [provider] = services.providers
    return Live(replace(suite_of(provider), **budget), provider, Ours(provider.name, *ours))


def _replay(services: Services, path: Path, ours: OursArguments) -> Replay:
    from mockenv.conformance.ours import Ours
    from mockenv.conformance.replaying import Replay
    from mockenv.recording.file import read_recording

    recording = read_recording(path)
    return Replay(recording, services, lambda provider, fixture: Ours(provider, *ours[:3], ours[3] or fixture))


def _play(live: Live, upstream: str, ca: str | None, token_env: str, told: Sequence[str], only_safe: bool, learn: bool) -> Ran:
    from mockenv.recording.proxy import check_upstream
    from mockenv.runtime.outbound import Outbound, check_ca

    check_ca(ca, "--upstream-ca")
    target = live.target(check_upstream(upstream), authorization_of(_token(token_env)), _pairs(told))
    out = Outbound(ca=ca, ca_flag="--upstream-ca")

    async def main() -> Ran:
        try:
            return await live.run(target, out, only_safe=only_safe, learn=learn, tell=lambda line: click.echo(line, err=True))
        finally:
            await out.close()

    with alive(live.progress):
        return _run(main)


def _run(main: Callable[[], Coroutine[Any, Any, Ran]]) -> Ran:
    """Until it is done. Whoever ends it early waits for what was made to be taken away."""
    from mockenv.serving import configure_logging
    from mockenv.settings import load_settings

    configure_logging(load_settings({"log_level": "error"}, {}))

    async def heeding() -> Ran:
        task = asyncio.current_task()
        with suppress_error(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel if task else lambda: None)
        return await main()

    try:
        return asyncio.run(heeding())
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise MockenvError("broken off; what was made has been taken away, but for what was said above") from None


def _rendered(form: str, report: dict[str, Any], outcome: Outcome) -> str:
    if form == "json":
        return json.dumps(report, indent=2, ensure_ascii=False)
    if form == "text":
        from mockenv.conformance.verdict import lines_of

        return "\n".join(lines_of(report, outcome))
    from mockenv.reports import FORMATS as RENDER

    return RENDER[form]([report])


def _token(variable: str) -> str:
    token = os.environ.get(variable, "").strip()
    if not token:
        raise BadInput(
            "", variable, "is not set: the real service's token, what follows Bearer; --token-env names another variable"
        )
    return token


def _pairs(told: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for one in told:
        name, equals, value = one.partition("=")
        if not (name and equals and value):
            raise BadInput("", "--set", f"{one!r} is not NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


COMMANDS = (conform,)
