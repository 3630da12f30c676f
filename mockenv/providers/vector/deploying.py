"""How a deployment runs, and what goes with an environment when it goes."""

from __future__ import annotations

from collections.abc import Sequence

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.kernel.values.instant import iso_micros
from mockenv.providers.vector.certificates import forget_certificate
from mockenv.providers.vector.model import DEPLOYMENT, ENVIRONMENT, ENVIRONMENT_OWNS, LOG, name_key
from mockenv.providers.vector.telling import tell
from mockenv.store.base import Document

ENVIRONMENT_GONE = "The environment was deleted."  # guess


def forget_environment(work: Work, id: int) -> None:
    """All that an environment had goes with it: deployments, their output, its certificate. Before it, since they speak of it."""
    for running in work.find(DEPLOYMENT, running_in=id):
        _fail(work, running, ENVIRONMENT_GONE)  # whoever waits for its end is told of one
    for deployment in work.ids(DEPLOYMENT, environment_id=id):
        agenda.cancel(work, f"{DEPLOYMENT}/{deployment}")
        work.delete(DEPLOYMENT, deployment)
    forget_all(work, "environment_id", id, ENVIRONMENT_OWNS)
    forget_certificate(work, id)


def forget_all(work: Work, index: str, owner: int, kinds: Sequence[str]) -> None:
    """What belongs to something that goes, by the index that says whose it is."""
    for kind in kinds:
        for id in work.ids(kind, **{index: owner}):
            agenda.cancel(work, f"{kind}/{id}")
            work.delete(kind, id)


def _event(work: Work, type: str, deployment: Document, environment: Document) -> None:
    data = {name: deployment[name] for name in ("id", "environment_id", "status")} | {"site_id": environment["site_id"]}
    if deployment["stderr"]:
        data["stderr"] = deployment["stderr"]
    what = "rollback" if deployment["target_deployment_id"] else "deployment"
    tell(work, f"{what}.{type}", f"{DEPLOYMENT}/{deployment['id']}", data)


def _environment_of(work: Work, deployment: Document) -> Document:
    environment = work.get(ENVIRONMENT, str(deployment["environment_id"]))
    assert environment is not None  # its deployments go with it
    return environment


def _enter(work: Work, deployment: Document, step: Step) -> None:
    """The steps are named for the statuses."""
    deployment.update(status=step.name, updated_at=iso_micros(work.now))


def _begin(work: Work, deployment: Document) -> None:
    _event(work, "started", deployment, _environment_of(work, deployment))


def _deployed(work: Work, deployment: Document) -> Document:
    """The output is the guide's own; its second line only where there is a CDN."""
    environment = _environment_of(work, deployment)
    stdout = "Deployment completed successfully\n" + ("Assets synced to CDN\n" if environment["is_production"] else "")
    deployment.update(status="deployed", stdout=stdout, updated_at=iso_micros(work.now))
    _keep_output(work, deployment, environment, "info", stdout)
    _event(work, "completed", deployment, environment)
    return deployment


def _failed(work: Work, deployment: Document, failure: Failure) -> Document:
    _fail(work, deployment, failure.reason)
    return deployment


def _fail(work: Work, deployment: Document, reason: str) -> None:
    environment = _environment_of(work, deployment)
    stderr = reason.rstrip("\n") + "\n"
    deployment.update(status="failed", stderr=stderr, updated_at=iso_micros(work.now))
    _keep_output(work, deployment, environment, "error", stderr)
    _event(work, "failed", deployment, environment)


def _keep_output(work: Work, deployment: Document, environment: Document, level: str, output: str) -> None:
    """What a deployment says is what the site's logs hold."""
    for message in output.splitlines():
        line = {
            "at": work.now,
            "level": level,
            "message": message,
            "site_id": environment["site_id"],
            "environment_id": environment["id"],
            "environment": environment["name"],
            "environment_key": name_key(environment["site_id"], environment["name"]),
            "deployment_id": deployment["id"],
        }
        work.put(LOG, str(work.next_ordinal(LOG)), line)


DEPLOY = Lifecycle(
    name="deploy",
    kind=DEPLOYMENT,
    steps=(Step("pending", realistic=lognormal(5, 0.3)), Step("deploying", realistic=lognormal(120, 0.3), enter=_begin)),
    completed=_deployed,
    failed=_failed,
    entering=_enter,
    writes=frozenset((LOG,)),
)
