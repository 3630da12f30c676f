"""By which clock that is dated which leaves for those who have a clock of their own: the sandbox's, or the machine's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from mockenv.client import ClockSpec, Dates, Mockenv, MockenvError, Sandbox
from tests.conftest import Browser
from tests.providers.phase import test_leases as leases
from tests.providers.phase.conftest import Phase
from tests.runtime.conftest import make_site, subscribe
from tests.runtime.receiver import Receiver, receiving

SITE = "/api/v1/vector/sites/12345"
LD_KEY = "/api/v2/projects/my-project/environments/test/apiKey"
NEAR = timedelta(minutes=2)
"""What a slow machine may take between two lines here, and much less than lies between the two clocks."""


def by_the_wall(server: Mockenv, mode: str = "manual", **more: object) -> Sandbox:
    clock = {"mode": mode, "now": "2026-01-24T10:30:00Z", "dates": "wall"}
    return server.sandbox(clock=clock, **more)  # type: ignore[arg-type]  # as each test has it


@pytest.fixture
def sandbox(mockenv_server: Mockenv) -> Iterator[Sandbox]:
    rates = {"rate_limits": "1/10m"}
    with by_the_wall(mockenv_server, options={"vector": rates, "launchdarkly": rates}) as one:
        yield one


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def is_in(moment: datetime, span: timedelta) -> bool:
    """Whether a moment is so far from now, by the machine's clock."""
    return abs(moment - datetime.now(UTC) - span) < NEAR


@pytest.mark.parametrize("advanced", ["0s", "40d"])
def test_the_date_header_is_the_machines_however_far_the_sandbox_is(sandbox: Sandbox, advanced: str) -> None:
    sandbox.advance(advanced)
    for path in (SITE, f"{SITE}/nowhere"):
        reply = Browser(sandbox, sandbox.headers("vector"))("GET", path)
        assert is_in(parsedate_to_datetime(reply.headers["Date"]), timedelta())


def test_a_window_ends_as_far_from_the_clients_now_as_from_the_sandboxs(sandbox: Sandbox) -> None:
    headers = Browser(sandbox, sandbox.headers("vector"))("GET", SITE).headers
    assert is_in(datetime.fromtimestamp(int(headers["X-RateLimit-Reset"]), UTC), timedelta(minutes=10))
    headers = Browser(sandbox, sandbox.headers("launchdarkly"))("GET", "/api/v2/projects").headers
    assert is_in(datetime.fromtimestamp(int(headers["X-Ratelimit-Reset"]) / 1000, UTC), timedelta(minutes=10))


@pytest.mark.parametrize(("provider", "path", "divisor"), [("vector", SITE, 1), ("launchdarkly", "/api/v2/projects", 1000)])
def test_so_does_the_window_of_a_fault(mockenv_server: Mockenv, provider: str, path: str, divisor: int) -> None:
    with by_the_wall(mockenv_server) as sandbox:
        sandbox.fault({"rate_limit": 3_600}, provider=provider)
        reply = Browser(sandbox, sandbox.headers(provider))("GET", path)
        assert reply.status_code == 429
        reset = int(reply.headers["X-RateLimit-Reset"])  # requests does not look at the case
        assert is_in(datetime.fromtimestamp(reset / divisor, UTC), timedelta(hours=1))


@pytest.mark.parametrize("dates", ["wall", "sandbox"])
def test_a_real_verifier_takes_a_delivery_on_a_manual_clock_where_dates_are_the_walls(
    mockenv_server: Mockenv, receiver: Receiver, dates: Dates
) -> None:
    clock: ClockSpec = {"mode": "manual", "dates": dates}
    with mockenv_server.sandbox(clock=clock, options={"vector": {"signing": "standard"}}) as sandbox:
        vector = Browser(sandbox, sandbox.headers("vector"))
        verifier = Webhook(subscribe(vector, receiver.url)["secret"])
        sandbox.advance("3h")
        make_site(vector)
        sandbox.advance("3h")
        assert [one["planned_at"][:13] for one in sandbox.deliveries()] == ["2026-01-24T13"] * 2
        for request in receiver.got:
            if dates == "wall":
                verifier.verify(request.body, dict(request.headers))
            else:
                with pytest.raises(WebhookVerificationError, match="too old"):
                    verifier.verify(request.body, dict(request.headers))
        assert len(receiver.got) == 2


def test_retries_are_signed_when_they_are_sent_and_a_stale_one_is_as_stale_as_the_rule_says(
    mockenv_server: Mockenv, receiver: Receiver
) -> None:
    receiver.answer = lambda request: 500
    with by_the_wall(mockenv_server) as sandbox:
        sandbox.fault({"stale_timestamp": "10m"}, event="vector.site.created")
        vector = Browser(sandbox, sandbox.headers("vector"))
        subscribe(vector, receiver.url)
        make_site(vector)
        sandbox.advance_until_idle()
        assert len(receiver.got) == 10
        for request in receiver.got:
            stamp = datetime.fromtimestamp(int(request.headers["X-Vector-Signature"].split(",")[0].removeprefix("t=")), UTC)
            is_stale = request.headers["X-Vector-Event"] == "vector.site.created"
            assert is_in(stamp, timedelta(minutes=-10) if is_stale else timedelta())


def test_a_lease_runs_out_in_the_clients_future_and_was_made_in_the_sandboxs_past(mockenv_server: Mockenv) -> None:
    with by_the_wall(mockenv_server, fixture=leases.WORLD) as sandbox:
        phase = Phase(sandbox)
        made = leases.lease(phase)
        assert is_in(datetime.fromisoformat(made["expiresAt"]), timedelta(minutes=10))
        assert made["createdAt"] == "2026-01-24T10:30:00Z"
        assert leases.shown(phase) == leases.shown(phase)  # not another one for the milliseconds between
        sandbox.advance("11m")
        assert [one["status"] for one in leases.shown(phase)] == ["expired"]


def test_a_moment_that_the_client_names_is_one_of_its_own_clock(mockenv_server: Mockenv) -> None:
    with by_the_wall(mockenv_server) as sandbox:
        phase, ends = Phase(sandbox), (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
        path = f"/v1/service-accounts/{phase.service_account()}/tokens/"
        told = ends.isoformat().replace("+00:00", "Z")
        token = phase("POST", path, {"name": "short", "expires_at": told}).json()
        assert token["expiresAt"] == told
        words = f"Bearer {token['bearerToken']}"
        sandbox.advance("58m")
        assert phase.bearing(words, "GET", "/v1/apps/").status_code == 200
        sandbox.advance("3m")
        assert phase.bearing(words, "GET", "/v1/apps/").status_code == 401
        past = phase("POST", path, {"name": "late", "expires_at": (ends - timedelta(hours=2)).isoformat()})
        assert past.status_code == 400


def test_an_old_key_lives_as_long_as_the_client_has_said_by_its_own_clock(mockenv_server: Mockenv) -> None:
    with by_the_wall(mockenv_server) as sandbox:
        client = Browser(sandbox, sandbox.headers("launchdarkly"))
        client("POST", LD_KEY, params={"expiry": int(datetime.now(UTC).timestamp() * 1000) + 3_600_000})
        [entry] = sandbox.agenda()
        assert "2026-01-24T11:28" < entry["due"] < "2026-01-24T11:32"


def test_an_auto_clock_gets_on_with_it(mockenv_server: Mockenv) -> None:
    with by_the_wall(mockenv_server, "auto", fixture=leases.WORLD) as sandbox:
        phase = Phase(sandbox)
        leases.lease(phase)
        assert [leases.shown(phase)[0]["status"] for _ in range(2)] == ["active", "expired"]


def test_it_can_be_changed_and_goes_with_a_snapshot(sandbox: Sandbox) -> None:
    sandbox.snapshot("before")
    assert sandbox.set_clock(dates="sandbox")["dates"] == "sandbox"
    vector = Browser(sandbox, sandbox.headers("vector"))
    assert vector("GET", SITE).headers["Date"] == "Sat, 24 Jan 2026 10:30:00 GMT"
    assert sandbox.set_clock(now="2026-01-24T11:00:00Z")["dates"] == "sandbox"
    sandbox.restore("before")
    assert sandbox.clock()["dates"] == "wall"


def test_a_clock_is_the_sandboxs_unless_somebody_says_so(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="manual") as sandbox:
        assert sandbox.clock()["dates"] == "sandbox"
    with pytest.raises(MockenvError, match=r"clock\.dates: 'wal' .*'wall'"):
        mockenv_server.sandbox(clock={"mode": "manual", "dates": "wal"})  # type: ignore[arg-type]  # that is what is tested


def test_on_a_clock_that_runs_with_the_machines_there_is_no_difference(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="real") as sandbox:
        vector = Browser(sandbox, sandbox.headers("vector"))
        for dates in ("wall", "sandbox"):
            sandbox.set_clock(dates=dates)
            assert is_in(parsedate_to_datetime(vector("GET", SITE).headers["Date"]), timedelta())
