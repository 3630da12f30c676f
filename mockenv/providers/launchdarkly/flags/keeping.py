"""Finding, keeping and removing flags as wholes: versions, what hangs on them, what hangs on environments; decides nothing."""

from __future__ import annotations

from copy import deepcopy

from mockenv.kernel.events.event import emit
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.providers.launchdarkly import expiry
from mockenv.providers.launchdarkly.flags.model import (
    APPROVAL,
    CONFIGURATION,
    FLAG,
    GRAVE,
    Whole,
    configuration_id,
    flag_id,
    new_configuration,
)
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.store.base import Document

MOVING = ("version", "lastModified", "requested")
"""Members of a configuration that change by themselves."""
SERVED = ("variations", "archived", "clientSideAvailability")
"""Members of a flag that SDKs see in every environment."""


def find_whole(work: Work, project: str, key: str) -> Whole | None:
    flag = work.get(FLAG, flag_id(project, key))
    return Whole(flag, configurations_of(work, flag)) if flag else None


def configurations_of(work: Work, flag: Document) -> dict[str, Document]:
    """In the order of the environments."""
    found = {one["environment"]: one for one in work.find(CONFIGURATION, flag=flag_id(flag["project"], flag["key"]))}
    return {one["key"]: found[one["key"]] for one in work.find(ENVIRONMENT, project=flag["project"]) if one["key"] in found}


def copy_of(whole: Whole) -> Whole:
    """To change, and to compare with."""
    return Whole(deepcopy(whole.flag), deepcopy(whole.configurations))


def changed_environments(before: Whole, after: Whole) -> list[str]:
    """Whose configuration is another one now."""
    return [key for key, one in after.configurations.items() if _core(one) != _core(before.configurations[key])]


def keep(work: Work, before: Whole, after: Whole) -> bool:
    """Versions count what has changed; what has not keeps its own. Whether anything has."""
    changed = changed_environments(before, after)
    if not changed and before.flag == after.flag:
        return False
    served = any(before.flag[name] != after.flag[name] for name in SERVED)
    for key, one in after.configurations.items():
        if served or key in changed:
            put_configuration(work, one | {"version": one["version"] + 1, "lastModified": work.now // MILLISECOND})
    after.flag["_version"] += 1
    put_flag(work, after.flag)
    note(work, "updated", after.flag)
    return True


def put_new(work: Work, whole: Whole) -> None:
    put_flag(work, whole.flag)
    for one in whole.configurations.values():
        put_configuration(work, one)
    note(work, "created", whole.flag)


def put_flag(work: Work, flag: Document) -> None:
    work.put(FLAG, flag_id(flag["project"], flag["key"]), flag)


def put_configuration(work: Work, one: Document) -> None:
    work.put(CONFIGURATION, f"{one['environmentId']}:{one['flag']}", one)


def remove_flag(work: Work, flag: Document) -> None:
    """What is gone is remembered by its last versions."""
    for one in configurations_of(work, flag).values():
        id = f"{one['environmentId']}:{one['flag']}"
        work.put(GRAVE, id, {"version": one["version"] + 1})
        work.delete(CONFIGURATION, id)
        expiry.forget_all(work, of=f"{expiry.FLAG}:{id}")
    for id in list(work.ids(APPROVAL, flag=flag_id(flag["project"], flag["key"]))):
        agenda.cancel(work, f"{APPROVAL}/{id}")
        work.delete(APPROVAL, id)
    work.delete(FLAG, flag_id(flag["project"], flag["key"]))
    note(work, "deleted", flag)


def forget_maintainer(work: Work, id: str) -> None:
    """A member, or a team by its key, has gone: what he maintained is maintained by nobody."""
    for flag in work.find(FLAG, maintainer=id):
        put_flag(work, {name: value for name, value in flag.items() if name not in ("maintainerId", "maintainerTeamKey")})


# What comes and goes with environments and projects


def add_environment(work: Work, environment: Document, source: Document | None) -> None:
    """A new environment has every flag of its project; a clone with its source's targeting."""
    for flag in work.find(FLAG, project=environment["project"]):
        basis = work.get(CONFIGURATION, configuration_id(source, flag["key"])) if source else None
        put_configuration(work, new_configuration(work, flag, environment, basis))


def remove_environment(work: Work, environment_id: str) -> None:
    for kind in (CONFIGURATION, APPROVAL):
        for id in list(work.ids(kind, environment=environment_id)):
            agenda.cancel(work, f"{kind}/{id}")
            work.delete(kind, id)
    expiry.forget_all(work, environment=environment_id)


def remove_project(work: Work, project: str) -> None:
    """Its environments go by themselves."""
    for id in list(work.ids(FLAG, project=project)):
        work.delete(FLAG, id)


def note(work: Work, what: str, flag: Document) -> None:
    about = {name: flag[name] for name in ("project", "key", "name")}
    emit(work, f"launchdarkly.flag.{what}", f"{FLAG}/{flag_id(flag['project'], flag['key'])}", about)


def _core(one: Document) -> Document:
    return {name: value for name, value in one.items() if name not in MOVING}
