"""What goes wrong on purpose: rules on requests, steps and deliveries, in one mechanism; knows no HTTP server."""

from mockenv.kernel.faults.claims import (
    FAULT,
    KINDS,
    WIRE,
    Asked,
    Trouble,
    claim_delivery,
    claim_request,
    claim_step,
    claims,
    path_matches,
    wants_fresh,
)
from mockenv.kernel.faults.rules import PHASES, add, parse_fault

__all__ = [
    "FAULT",
    "KINDS",
    "PHASES",
    "WIRE",
    "Asked",
    "Trouble",
    "add",
    "claim_delivery",
    "claim_request",
    "claim_step",
    "claims",
    "parse_fault",
    "path_matches",
    "wants_fresh",
]
