"""How a branch comes into being, and how it is taken back: the table of its steps. Nothing here knows GraphQL."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Effect, Failure, Lifecycle, Step, StepFailed
from mockenv.kernel.events.event import emit
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.kernel.values.instant import iso_seconds
from mockenv.providers.archie.fakes import id_for, make_database, make_user
from mockenv.providers.archie.model import BELONGINGS, DATABASE, DATABASE_USER, ENVIRONMENT, FAILURE, copy_tables
from mockenv.store.base import Document
from mockenv.toolbox import find_one

EVENTS = tuple(f"archie.environment.{moment}" for moment in ("branching", "active", "failed", "deleted"))
SHOWN = ("id", "projectId", "name", "parentName", "branchMode", "status")
ROLLBACKS = {
    "ok": "Everything was rolled back.",
    "keeps_record": "Everything was rolled back; the environment is left in status 'error'.",
    "fails": "The rollback failed as well: some of its resources may be left behind.",
}


def note(work: Work, moment: str, environment: Document) -> None:
    data = {name: environment[name] for name in SHOWN}
    emit(work, f"archie.environment.{moment}", f"{ENVIRONMENT}/{environment['id']}", data)


def belonging(work: Work, kind: str, environment_id: str) -> Document | None:
    """The one document of this kind that an environment has, if it has it."""
    return find_one(work, kind, environment_id=environment_id)


def remove(work: Work, environment: Document, *kinds: str) -> None:
    for kind in kinds:
        for id in work.ids(kind, environment_id=environment["id"]):
            work.delete(kind, id)


def remove_environment(work: Work, environment: Document) -> None:
    """With all that belongs to it. What hangs under it (archived, or it could not go) moves up to the next ancestor."""
    remove(work, environment, *BELONGINGS)
    for child in work.find(ENVIRONMENT, under=environment["id"]):
        work.put(ENVIRONMENT, child["id"], {**child, "under": environment["under"]})
    work.delete(ENVIRONMENT, environment["id"])


# The steps


def _from_active_source(effect: Effect) -> Effect:
    """A source that has been forced into another status meanwhile ends the branching at the step that is running."""

    def done(work: Work, environment: Document) -> None:
        source = work.get(ENVIRONMENT, environment["parentId"])
        if source is None or source["status"] != "active":
            raise StepFailed(f"source environment '{environment['parentName']}' is no longer active")
        effect(work, environment)

    return done


def _begin_database(work: Work, environment: Document) -> None:
    database = make_database(work, environment)
    work.put(DATABASE, database["id"], database)


def _clone_database(work: Work, environment: Document) -> None:
    """What the source holds now, at the end of the step."""
    database, source = belonging(work, DATABASE, environment["id"]), belonging(work, DATABASE, environment["parentId"])
    assert database is not None  # the step began with it
    tables = copy_tables(source["tables"] if source else [], environment["branchMode"])
    work.put(DATABASE, database["id"], {**database, "status": "available", "tables": tables})


def _create_user(work: Work, environment: Document) -> None:
    database = belonging(work, DATABASE, environment["id"])
    assert database is not None  # cloned by the step before
    user = make_user(work, database)
    work.put(DATABASE_USER, user["id"], user)


def _register(work: Work, environment: Document) -> None:
    environment["registered"] = True


def _unregister(work: Work, environment: Document) -> None:
    environment["registered"] = False


def _copy_settings(work: Work, environment: Document) -> None:
    """Copies by value, under new ids that follow from both the environment's and the original's."""
    for kind in environment["copies"]:
        for original in work.find(kind, environment_id=environment["parentId"]):
            id = id_for(work, kind, f"{environment['id']}/{original['id']}")
            work.put(kind, id, {**original, "id": id, "environmentId": environment["id"]})


def _nothing(work: Work, environment: Document) -> None:
    """Activation is the lifecycle's ending."""


def _enter(work: Work, environment: Document, step: Step) -> None:
    environment["step"] = step.name


# The ends


def _activate(work: Work, environment: Document) -> Document:
    environment.update(status="active", updatedAt=iso_seconds(work.now))
    del environment["step"]
    note(work, "active", environment)
    return environment


def _fail(work: Work, environment: Document, failure: Failure) -> Document | None:
    """The record goes, and the name with it. Of a kept one the pages say nothing but that the status `error` exists."""
    environment.update(status="error", updatedAt=iso_seconds(work.now), failureReason=failure.reason)
    note(work, "failed", environment)
    if environment["awaited"]:
        text = f"Environment creation failed at step {failure.step.name}: {failure.reason}. {ROLLBACKS[failure.rollback]}"
        work.put(FAILURE, environment["id"], {"message": text})
    if failure.rollback == "keeps_record":
        return environment
    work.delete(ENVIRONMENT, environment["id"])
    return None


# Steps 3 to 7 of the vendor's sequence; validation and record creation come before the clock has moved. The realistic
# figures are guesses: the page's own example took five seconds in all.
BRANCH = Lifecycle(
    name="branch",
    kind=ENVIRONMENT,
    steps=(
        Step(
            "cloning_database",
            realistic=lognormal(45, 0.5),
            enter=_begin_database,
            done=_from_active_source(_clone_database),
            undo=lambda work, environment: remove(work, environment, DATABASE),
        ),
        Step(
            "creating_database_users",
            realistic=lognormal(3, 0.3),
            done=_from_active_source(_create_user),
            undo=lambda work, environment: remove(work, environment, DATABASE_USER),
        ),
        Step(
            "registering_configuration",
            realistic=lognormal(2, 0.3),
            done=_from_active_source(_register),
            undo=_unregister,
        ),
        Step(
            "copying_resources",
            realistic=lognormal(5, 0.4),
            done=_from_active_source(_copy_settings),
            undo=lambda work, environment: remove(work, environment, *environment["copies"]),
        ),
        Step("activating", realistic=lognormal(2, 0.3), done=_from_active_source(_nothing)),
    ),
    completed=_activate,
    failed=_fail,
    entering=_enter,
)
LIFECYCLES = (BRANCH,)
