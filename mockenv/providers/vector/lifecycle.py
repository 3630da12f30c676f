"""How Vector Pro's sites and environments come, go and fail: the tables of their steps."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Effect, Failure, Lifecycle, Step
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.kernel.values.instant import iso_micros
from mockenv.providers.vector.backups import ARCHIVING, BACKING_UP, RESTORING
from mockenv.providers.vector.certificates import CERTIFY, REQUEST
from mockenv.providers.vector.deploying import DEPLOY, forget_all, forget_environment
from mockenv.providers.vector.domain_changes import CHANGING_DOMAIN
from mockenv.providers.vector.domains import VERIFY
from mockenv.providers.vector.fakes import fill_environment, fill_site
from mockenv.providers.vector.model import ENVIRONMENT, SITE, SITE_OWNS
from mockenv.providers.vector.telling import tell
from mockenv.providers.vector.transfers import EXPORTING, IMPORTING, PROMOTING
from mockenv.store.base import Document


def site_event(work: Work, type: str, site: Document, **more: Document) -> None:
    data = {name: site[name] for name in ("id", "partner_customer_id", "status", "dev_domain")}
    tell(work, type, f"{SITE}/{site['id']}", data | more)


_TOLD = ("id", "site_id", "name", "status", "is_production", "platform_domain", "custom_domain")


def environment_event(work: Work, type: str, environment: Document) -> None:
    data = {name: environment[name] for name in _TOLD}
    tell(work, type, f"{ENVIRONMENT}/{environment['id']}", data)


def _cdn(moment: str) -> Effect:
    return lambda work, environment: environment_event(work, f"cdn.setup-{moment}", environment)


def _is_production(environment: Document) -> bool:
    return bool(environment["is_production"])


def _activate_site(work: Work, site: Document) -> Document:
    """The guide: `vector.site.created` tells of the active site, not of the request."""
    fill_site(work, site)
    site.update(status="active", updated_at=iso_micros(work.now))
    site_event(work, "site.created", site)
    site_event(work, "dev-site.created", site)
    return site


def _activate_clone(work: Work, site: Document) -> Document:
    """Guess: told like any new site, and in one event more that it is a clone."""
    site = _activate_site(work, site)
    site_event(work, "dev-site.cloned", site)
    return site


def _fail_site(work: Work, site: Document, failure: Failure) -> Document:
    site.update(status="failed", updated_at=iso_micros(work.now), failure_reason=failure.reason)
    site_event(work, "site.failed", site)
    return site


def _enter(work: Work, environment: Document, step: Step) -> None:
    environment["provisioning_step"] = step.name


def _activate_environment(work: Work, environment: Document) -> Document:
    """Credentials and domain appear all at once. That the step is null from here on is a decision; no source shows it."""
    fill_environment(work, environment)
    environment.update(status="active", provisioning_step=None)
    environment_event(work, "environment.created", environment)
    return environment


def _fail_environment(work: Work, environment: Document, failure: Failure) -> Document:
    environment.update(status="failed", failure_reason=failure.reason)
    if failure.step.name == "configuring_cdn":
        environment_event(work, "cdn.setup-failed", environment)
    environment_event(work, "environment.failed", environment)
    return environment


def _promoted(work: Work, environment: Document) -> Document:
    environment["provisioning_step"] = None
    return environment


def _not_promoted(work: Work, environment: Document, failure: Failure) -> Document:
    """Guess: it goes on serving from its origin, and shows what went wrong; setting the flag again tries again."""
    environment["failure_reason"] = failure.reason
    environment_event(work, "cdn.setup-failed", environment)
    return environment


def end_site(work: Work, site: Document) -> None:
    # Nothing documents that a terminating site refuses new environments, so some may be there: they go along.
    for id in work.ids(ENVIRONMENT, site_id=site["id"]):
        agenda.cancel(work, f"{ENVIRONMENT}/{id}")
        forget_environment(work, int(id))
        work.delete(ENVIRONMENT, id)
    forget_all(work, "site_id", site["id"], SITE_OWNS)
    work.delete(SITE, str(site["id"]))
    site_event(work, "dev-site.terminated", site)
    site_event(work, "site.deleted", site)


def end_environment(work: Work, environment: Document) -> None:
    forget_environment(work, environment["id"])
    work.delete(ENVIRONMENT, str(environment["id"]))
    environment_event(work, "environment.deleted", environment)


def _stay(work: Work, document: Document, failure: Failure) -> Document:
    """A termination that fails leaves the resource failed; it can be deleted again."""
    document.update(status="failed", failure_reason=failure.reason)
    return document


_CDN = Step("configuring_cdn", realistic=lognormal(45, 0.5), when=_is_production, enter=_cdn("started"), done=_cdn("completed"))
# The guide gives a site 60 to 90 seconds and no steps; the environment's figures are guesses of that order.
_SITE_STEPS = (Step("provisioning", realistic=lognormal(75, 0.15)),)
PROVISION_SITE = Lifecycle(name="provision", kind=SITE, steps=_SITE_STEPS, completed=_activate_site, failed=_fail_site)
CLONE_SITE = Lifecycle(name="clone", kind=SITE, steps=_SITE_STEPS, completed=_activate_clone, failed=_fail_site)
PROVISION_ENVIRONMENT = Lifecycle(
    name="provision",
    kind=ENVIRONMENT,
    steps=(
        Step("creating_infrastructure", realistic=lognormal(30, 0.3)),
        Step("configuring_database", realistic=lognormal(40, 0.3)),
        Step("deploying_application", realistic=lognormal(20, 0.3)),
        _CDN,
        Step("finalizing", realistic=lognormal(5, 0.2)),
    ),
    completed=_activate_environment,
    failed=_fail_environment,
    entering=_enter,
)
PROMOTE_ENVIRONMENT = Lifecycle(
    name="promote",
    kind=ENVIRONMENT,
    steps=(_CDN,),
    completed=_promoted,
    failed=_not_promoted,
    entering=_enter,
)
"""An environment that is there already becomes production."""
TERMINATE_SITE = Lifecycle(
    name="terminate",
    kind=SITE,
    steps=(Step("terminating", realistic=lognormal(20, 0.3)),),
    completed=end_site,
    failed=_stay,
)
TERMINATE_ENVIRONMENT = Lifecycle(
    name="terminate",
    kind=ENVIRONMENT,
    steps=(Step("terminating", realistic=lognormal(20, 0.3)),),
    completed=end_environment,
    failed=_stay,
)
LIFECYCLES = (
    *(PROVISION_SITE, CLONE_SITE, TERMINATE_SITE),
    *(PROVISION_ENVIRONMENT, PROMOTE_ENVIRONMENT, TERMINATE_ENVIRONMENT),
    *(DEPLOY, REQUEST, CERTIFY, EXPORTING, IMPORTING, PROMOTING, VERIFY),
    *(BACKING_UP, RESTORING, ARCHIVING, CHANGING_DOMAIN),
)
