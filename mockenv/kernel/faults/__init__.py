"""What goes wrong on purpose: rules on requests, steps and deliveries, in one mechanism; knows no HTTP server."""

from mockenv.kernel.faults.claims import (
    FAULT,
    Asked,
    Trouble,
    claim_delivery,
    claim_request,
    claim_step,
    claims,
)
from mockenv.kernel.faults.rules import add, parse_fault

__all__ = ["FAULT", "Asked", "Trouble", "add", "claim_delivery", "claim_request", "claim_step", "claims", "parse_fault"]
