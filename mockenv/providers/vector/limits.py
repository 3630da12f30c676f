"""Rate limits, off unless asked for: which operations share one, and the headers that tell of it; counting is the kernel's."""

from __future__ import annotations

from collections.abc import Mapping

from mockenv.kernel.unit.limiter import Limit, Verdict, parse_rate, rate_or, seconds_until_free, take
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, Instant
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.provider import Call, Refused
from mockenv.providers.vector.errors import failure

RATE_LIMITS = Option(
    "off",
    (),
    "off, published (an ordinary test suite dies of those at once) or one rate for everything, such as 100/minute",
    rate_or("off", "published"),
)
MINUTE, HOUR = 60 * SECOND, 3_600 * SECOND
TOO_MANY_LOGS = "Too many log queries. Rate limit: 60 per hour."

# The numbers are published for all but which operation is in which group, and whether it counts for the default one as well.
_DEFAULT = Limit("vector/default", 120, MINUTE)
_GROUPS: Mapping[Limit, tuple[str, ...]] = {
    Limit("vector/logs", 60, HOUR): ("listSiteLogs",),
    Limit("vector/deployments", 30, HOUR): ("createDeployment", "rollbackEnvironment"),
    Limit("vector/cache", 60, HOUR): ("purgeSiteCache", "purgeSiteCdnCache"),
    Limit("vector/sites", 10, HOUR): (
        *("createSite", "updateSite", "deleteSite", "cloneSite"),
        *("suspendSite", "suspendSitePut", "unsuspendSite", "unsuspendSitePut"),
    ),
    Limit("vector/databases", 10, HOUR): (
        *("createDatabaseExport", "createEnvironmentDatabaseExport"),
        *("createDatabaseImport", "runDatabaseImport", "importDatabaseDirectly"),
        *("createEnvironmentDatabaseImport", "runEnvironmentDatabaseImport", "importEnvironmentDatabaseDirectly"),
        "createDatabasePromote",
    ),
    Limit("vector/credentials", 10, HOUR): (
        *("resetSiteSftpPassword", "resetSiteDatabasePassword", "resetEnvironmentDatabasePassword"),
    ),
}
LIMITS: Mapping[str, Limit] = {operation: limit for limit, operations in _GROUPS.items() for operation in operations}
"""operationId → its group's limit; any other operation has the default one."""


def enforce(call: Call, work: Work) -> None:
    """Count the call for the account, tell what is left, refuse it (429) where nothing is."""
    operation, told = call.match.operation, work.option("vector", "rate_limits")
    if operation is None or told == "off" or not operation.secured:
        return
    limit = LIMITS.get(operation.id, _DEFAULT) if told == "published" else Limit("vector/account", *parse_rate(told))
    [verdict] = take(work, [limit])
    call.reply_headers |= _headers(verdict, work.as_told(verdict.free_at))
    if not verdict.allowed:
        # Guess: Laravel's header; none is documented.
        call.reply_headers["Retry-After"] = str(seconds_until_free(verdict, work.now))
        raise Refused(failure(429, TOO_MANY_LOGS if operation.id == "listSiteLogs" else None))


def _headers(verdict: Verdict, free_at: Instant) -> dict[str, str]:
    """On every reply, as an earlier version of the guides has it; the reset in seconds since 1970."""
    return {
        "X-RateLimit-Limit": str(verdict.limit.count),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": str(-(-free_at // SECOND)),
    }
