"""Time in your hand

A sandbox has a clock of its own. `manual` moves when you say so, `auto` moves when your client asks, `real` runs by itself at any
speed. All that is dated follows it; what your libraries compare with a clock of their own can be dated by that: [below](#libraries-that-look-at-the-machines-clock).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.request import Request, urlopen

import pytest

from mockenv.client import Mockenv, Sandbox
from mockenv.examples import VectorClient


def test_step_by_step(mockenv: Sandbox) -> None:
    """See every provisioning step as a client would."""
    client = VectorClient(mockenv.url, "any token will do")
    id, seen = client.create_environment(12345, "production", production=True)["id"], []
    while (now := client.environment(12345, id))["status"] == "pending":
        seen.append(now["provisioning_step"])
        mockenv.advance_to_next()
    assert seen == ["creating_infrastructure", "configuring_database", "deploying_application", "configuring_cdn", "finalizing"]


def test_until_something_is_so(mockenv: Sandbox) -> None:
    """Jump to the moment that matters; the answer lists what ran on the way."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    moved = mockenv.advance_until(f"vector/environment/{id}", "active")
    assert moved.reached
    assert [one["detail"] for one in moved.fired][-1] == "finalizing: done"


@pytest.mark.mockenv(clock="auto")
def test_a_client_that_polls_needs_no_help(mockenv: Sandbox) -> None:
    """On an `auto` clock a polling client goes through in a few polls, without waiting. Two rules, the same for every service:

    1. **A look at what is on its way sees it one step further on.** A look is a `GET`, a `HEAD` or a GraphQL query. On its way is what
       has a step pending; and all counts that the answer is made from: the resource, those in a list and those that its filter will come
       to match, the site above, an event or a line of a log that is still to be written. Of several steps it is the one that ends first.
    2. **Whoever asks the same again is told what comes next.** The same is: token, method, path, query and body. If that changes nothing
       and would be answered as the last time, time moves to the end of whatever ends first of all that the answer hangs on: a step,
       a window of a rate limit, a fault's `expires`, a `list_lag`, a lease, an old key, the life of the token that asks, a webhook's wait
       for its next attempt. So a refusal is given once, and whoever comes again gets in; a write that was refused counts, too.

    Nothing else moves it, and one request moves it once at most. What rests stays as it is, however often it is read, and what is held
    or stalled has no end. What merely holds for a while is waited for a day at the most, so that reading twice does not age a world by
    the year that its tokens have; what is on its way, and what keeps a client out, is waited for however long it takes.

    A reply that waits (`GET …/wait`, Archie's `branchEnvironment`) moves time to its own end; where that is held, it waits like on any
    other clock until somebody lets it go. And you may still `advance` it yourself.
    """
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    assert client.wait_until_ready(12345, id)["status"] == "active"


@pytest.mark.mockenv(delays={"vector": {"environment": {"configuring_database": {"uniform": ["1m", "5m"]}}}})
def test_delays_are_yours(mockenv: Sandbox) -> None:
    """Fixed, a range or a distribution, for one step or for all; `delays="realistic"` has the service's own."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    assert not mockenv.advance_until(f"vector/environment/{id}", "active", max="1m").reached


def test_holding_a_step(mockenv: Sandbox) -> None:
    """A hold is a gate: the step does not finish until you open it, however much time passes."""
    mockenv.hold("deploying_application")
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    mockenv.advance("1h")
    assert client.environment(12345, id)["provisioning_step"] == "deploying_application"
    mockenv.release("deploying_application")
    assert client.environment(12345, id)["provisioning_step"] == "finalizing"


def test_waiting_in_real_time(mockenv_server: Mockenv) -> None:
    """On a `real` clock, wait for a status instead of polling for it.

    Where more falls due than can be run (thousands of environments a second, each with its steps), such a clock falls behind the machine's
    instead of keeping everybody waiting: a request runs a few of the steps and sees the world as late as they are, whole moments in their
    order, and the clock catches up as soon as it can. A world that is at leisure half of the time never lags, however much falls due at
    once. The control plane, an `advance` too, always waits for all that is due."""
    with mockenv_server.sandbox(clock={"mode": "real", "speed": 100}) as sandbox:
        client = VectorClient(sandbox.url, "any token will do")
        id = client.create_environment(12345, "staging")["id"]
        assert sandbox.wait(f"vector/environment/{id}", "active", timeout=10)


def test_libraries_that_look_at_the_machines_clock(mockenv: Sandbox) -> None:
    """A client that waits for `X-RateLimit-Reset`, a verifier that takes no signature older than five minutes, a cache that reads `Date`:
    they know one clock, the machine's. With `dates: wall` (in `clock`, or `--dates wall` for all sandboxes of a server) whatever leaves for
    them is dated by it, and the distances stay: what ends in ten minutes of the sandbox's time ends ten minutes from your client's now.

    | | `dates: sandbox` | `dates: wall` |
    | --- | --- | --- |
    | `created_at`, `updated_at`, `occurred_at` and the like in bodies; events, agenda, journal | the sandbox's time | the sandbox's time |
    | `Date` | the sandbox's time | the machine's |
    | `X-RateLimit-Reset` (Vector Pro), `X-Ratelimit-Reset` (LaunchDarkly) | the sandbox's time | the machine's, as far ahead |
    | `Retry-After` | seconds of the sandbox's time: no service here sends a date | the same |
    | signatures: `t` in `X-Vector-Signature`, `webhook-timestamp` | when the attempt is due, in the sandbox's time | when it is sent |
    | when leases and tokens run out (Phase), in bodies | the sandbox's time | the machine's, as far ahead, to the minute |
    | moments that a client names: `expires_at` (Phase), `expiry` (LaunchDarkly) | taken as the sandbox's time | taken as the machine's |
    | a fault's `delay`, `timeout` of a wait, time to connect | real seconds | real seconds |

    A server's sandboxes have `sandbox` unless told: two runs give the same bytes. The pytest fixture's have `wall`: there your client's
    libraries run, and that they would wait for months or refuse every webhook is the greater surprise; what your tests compare, the dates of
    documents, are the same in every run with both. Where the libraries' clock is frozen, say `clock={"mode": "manual", "dates": "sandbox"}`.
    """
    client = VectorClient(mockenv.url, "any token will do")
    mockenv.advance("3h")
    created = client.create_environment(12345, "staging")["created_at"]
    with urlopen(Request(f"{mockenv.url}/api/v1/ping", headers=mockenv.headers("vector"))) as reply:
        said = parsedate_to_datetime(reply.headers["Date"])
    assert created.startswith("2026-01-24T13:30:00")
    assert abs(said - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_clock_that_begins_now(mockenv_server: Mockenv) -> None:
    """Or have both clocks begin together. They agree until you move one: after `advance("1h")` a signature comes from the future."""
    with mockenv_server.sandbox(clock={"mode": "manual", "now": datetime.now(UTC).isoformat()}) as sandbox:
        created = VectorClient(sandbox.url, "any token will do").create_environment(12345, "staging")["created_at"]
        assert abs(datetime.fromisoformat(created) - datetime.now(UTC)) < timedelta(minutes=1)


def test_your_own_now_at_the_sandboxs_time(mockenv: Sandbox) -> None:
    """Or take the machine's clock along: `freeze()` has the test's `datetime.now()` and `time.time()` stand at the sandbox's time, by
    time-machine or freezegun, whichever is installed, and follow it: at
    once where the test moves it, a tenth of a second later where a client does on an `auto` clock. Webhooks on the way through an `advance` are
    sent while both agree, so a verifier in the test takes each. What leaves is dated `sandbox` meanwhile."""
    with mockenv.freeze():
        mockenv.advance("3h")
        created = VectorClient(mockenv.url, "any token will do").create_environment(12345, "staging")["created_at"]
        assert datetime.fromisoformat(created) == datetime.now(UTC)
