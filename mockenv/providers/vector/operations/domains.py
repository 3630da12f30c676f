"""Domains: which record shows that one is the customer's, and having it looked for."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.vector.domains import VERIFY, new_claim
from mockenv.providers.vector.errors import not_found, success
from mockenv.providers.vector.model import DOMAIN_CLAIM
from mockenv.providers.vector.operations.access import require_write
from mockenv.toolbox import required


def create_domain(call: Call, work: Work) -> Reply:
    """Guess: the same domain again begins another verification."""
    require_write(call)
    claim = new_claim(work, call.body()["domain"].lower())
    work.put(DOMAIN_CLAIM, claim["id"], claim)
    return success(201, "Domain verification initiated", claim)


def verify_domain(call: Call, work: Work) -> Reply:
    """Nobody can look up a simulated customer's DNS: the record counts as being there, and is found one step later (a guess).

    Whoever asks again meanwhile changes nothing; where it was not found it is looked for once more.
    """
    claim = required(work.get(DOMAIN_CLAIM, call.params["domain"]), lambda: not_found("Domain"))
    require_write(call)
    if claim["verified"]:
        return success(200, "Domain verified successfully", claim)
    if not agenda.entries_of(work, f"{DOMAIN_CLAIM}/{claim['id']}"):
        claim.pop("error", None)
        provision(work, VERIFY, claim["id"], claim)
        work.put(DOMAIN_CLAIM, claim["id"], claim)
    return success(200, "Domain verification is pending", claim)
