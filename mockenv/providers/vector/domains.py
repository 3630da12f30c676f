"""Domains whose owner is to be verified, as they are stored, and the look at the customer's DNS; knows no operation."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.providers.vector.model import DOMAIN_CLAIM
from mockenv.store.base import Document, Kind, by

KINDS = (Kind(DOMAIN_CLAIM, {"domain": by("domain")}),)


def new_claim(work: Work, domain: str) -> Document:
    """In the guide's form; what goes into the DNS is the token."""
    draw = work.draw(DOMAIN_CLAIM, work.next_ordinal(DOMAIN_CLAIM))
    token = f"vector-verify-{draw.hex('token', 12)}"
    return {
        "id": f"dom_{draw.hex('id', 12)}",
        "domain": domain,
        "verified": False,
        "verification_token": token,
        "verification_record": {"type": "TXT", "name": f"_vector-verify.{domain}", "value": token},
    }


def _verified(work: Work, claim: Document) -> Document:
    claim["verified"] = True
    return claim


def _not_verified(work: Work, claim: Document, failure: Failure) -> Document:
    claim["error"] = failure.reason
    return claim


VERIFY = Lifecycle(
    name="verify",
    kind=DOMAIN_CLAIM,
    steps=(Step("verifying", realistic=lognormal(5, 0.5)),),
    completed=_verified,
    failed=_not_verified,
)
