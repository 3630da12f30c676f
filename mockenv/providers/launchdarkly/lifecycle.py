"""Nothing is provisioned here: an environment is ready in the reply that creates it. What time does: an old SDK key runs out."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.events.event import emit
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import LATEST, MILLISECOND, Instant
from mockenv.providers.launchdarkly.expiring.lifecycle import EXPIRE
from mockenv.providers.launchdarkly.flags.scheduled import EXECUTE
from mockenv.providers.launchdarkly.model import ENVIRONMENT, live_old_keys
from mockenv.store.base import Document


def note(work: Work, what: str, environment: Document) -> None:
    about = {name: environment[name] for name in ("_id", "project", "key", "name")}
    emit(work, f"launchdarkly.environment.{what}", f"{ENVIRONMENT}/{environment['_id']}", about)


def _end_of_newest(environment: Document, start: Instant) -> Instant:
    return min(int(environment["oldKeys"][-1]["expiry"]) * MILLISECOND, LATEST)


def _forget(work: Work, environment: Document) -> Document:
    environment["oldKeys"] = live_old_keys(work, environment)
    note(work, "sdk-key-expired", environment)
    return environment


def _keep(work: Work, environment: Document, failure: Failure) -> Document:
    """A key that a fault keeps from running out goes on working."""
    return environment


OLD_KEY = Lifecycle(
    name="old-key",
    kind=ENVIRONMENT,
    steps=(Step("old_sdk_key", until=_end_of_newest),),
    completed=_forget,
    failed=_keep,
)
LIFECYCLES: tuple[Lifecycle, ...] = (OLD_KEY, EXPIRE, EXECUTE)
