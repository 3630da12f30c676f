"""Every word of a fault: what may stand behind it, and exactly what it means. The schema and docs/faults.md are drawn from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockenv.kernel.events.adversity import LONGEST_WAIT
from mockenv.kernel.faults.claims import CONNECTIONS
from mockenv.kernel.faults.effects import MOST_COPIES, ROLLBACKS
from mockenv.kernel.faults.rules import PHASES
from mockenv.kernel.values.instant import format_duration

Json = dict[str, Any]
TRUE: Json = {"const": True}
TEXT: Json = {"type": "string", "minLength": 1}
NAMES_TO_VALUES: Json = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
DURATION: Json = {"$ref": "#/$defs/duration"}
DELAY: Json = {"$ref": "#/$defs/delay"}


def _count(least: int) -> Json:
    return {"type": "integer", "minimum": least}


@dataclass(frozen=True)
class Word:
    """A selector or an effect."""

    schema: Json
    meaning: str


SELECTORS: Mapping[str, Word] = {
    "times": Word(_count(1), "The rule acts this often in all, then never again."),
    "after": Word(_count(0), "So many matching occasions are let pass first."),
    "every": Word(_count(1), "Of the occasions after those, only each n-th counts: with `every: 3` the third, the sixth …"),
    "probability": Word(
        {"type": "number", "minimum": 0, "maximum": 1},
        "Each occasion that counts is acted on with this probability, from 0 to 1. It is drawn from the sandbox's seed: the same seed "
        "and the same requests give the same faults.",
    ),
    "expires": Word(
        {"anyOf": [DURATION, {"type": "string"}]},
        "Nothing acts from this moment on: a duration from when the rule was made, or a date and time with its zone. It is the "
        "sandbox's time, so on a manual clock it comes when you say so.",
    ),
    "provider": Word({"$ref": "#/$defs/provider"}, "Only this service. Without it the rule is for all."),
}

PLACES: Mapping[str, Mapping[str, Word]] = {
    "request": {
        "operation": Word(
            {"$ref": "#/$defs/operation"},
            "An `operationId` of the provider's document, or a GraphQL field, such as `branchEnvironment`.",
        ),
        "method": Word(TEXT, "The HTTP method, in any case."),
        "path": Word(TEXT, "The path without sandbox prefix and query. `*` stands for any characters, slashes too."),
        "params": Word(
            NAMES_TO_VALUES, "Parameters in the path, by the document's names: `{site: 12345}`. All of them must be equal, as text."
        ),
        "header": Word(
            NAMES_TO_VALUES,
            "Request headers that must all be there, with these values; `*` stands for any characters. Names in any case.",
        ),
        "connection": Word(
            {"enum": list(CONNECTIONS)},
            "`fresh`: only the first request of a connection. While such a rule waits, connections that are kept to this sandbox end "
            "with the answer under way, so that the next request is one. `reused`: only the others, where many libraries ask again "
            "by themselves.",
        ),
        "phase": Word(
            {"enum": list(PHASES)},
            "`before` (the default): the operation is not carried out where the fault answers in its place. `after`: it is carried out "
            "and committed (or refused) first. What a `before` has answered is no occasion for an `after`.",
        ),
        "force": Word(
            {"type": "boolean"}, "Allows an `effect.status` below 400 that the document does not have. From 400 on all are allowed."
        ),
    },
    "step": {
        "resource": Word(
            {"$ref": "#/$defs/resource"},
            "`environment`, `vector/environment`, or one of them alone: `vector/environment/67890`, `environment/67890`.",
        ),
        "step": Word({"$ref": "#/$defs/step"}, "The step's name."),
        "attempt": Word(
            _count(1), "Which attempt at the step: 1 the first time, one more for each time that it has failed on this resource."
        ),
    },
    "delivery": {
        "event": Word(
            {"$ref": "#/$defs/event"}, "The event's name; `*` stands for any characters. Each attempt is an occasion, retries too."
        ),
    },
}

EFFECTS: Mapping[str, Mapping[str, Word]] = {
    "request": {
        "status": Word(
            {"type": "integer", "minimum": 200, "maximum": 599},
            "Answered with this status and the provider's own error body; 204 and 304 have none.",
        ),
        "message": Word(
            TEXT, "The text in that body, in place of the provider's usual one. Nothing without `status` or `rate_limit`."
        ),
        "headers": Word(NAMES_TO_VALUES, "Added to the reply, be it the fault's or the operation's own."),
        "delay": Word(
            DELAY,
            "The request waits so long, in real time: as a client feels it. `before`: it waits, then is carried out, and a client "
            "that leaves meanwhile has done nothing. `after`: it is done, and the answer waits. Several rules add up.",
        ),
        "reset": Word(TRUE, "The connection is torn down with a TCP reset (RST), without a byte."),
        "empty": Word(TRUE, "The connection is closed in good order, without a byte."),
        "truncate": Word(
            TRUE,
            "The head and half of the body that it announces (of a reply without a body, half the head), then the connection is "
            "closed. The operation is carried out in either phase.",
        ),
        "garbage": Word(TRUE, "Bytes that are no HTTP, then the connection is closed."),
        "hang": Word(TRUE, "Nothing, and the connection stays open until the client leaves."),
        "drip": Word(
            {"anyOf": [TRUE, DURATION]},
            "All of the reply, in ten pieces over this much real time; `true` is five seconds. The operation is carried out "
            "in either phase.",
        ),
        "rate_limit": Word(
            {
                "anyOf": [
                    TRUE,
                    DURATION,
                    {"type": "object", "properties": {"retry_after": DURATION}, "additionalProperties": False},
                ]
            },
            "The provider's own 429 with `Retry-After` in whole seconds, rounded up: `true` (one), a duration, or "
            "`{retry_after: 30s}`. It beats `status`.",
        ),
    },
    "step": {
        "fail": Word(
            TEXT, "The step fails when its time is up; the text is the reason. What follows is the provider's own failure."
        ),
        "stall": Word(TRUE, "The step never finishes, however much time passes."),
        "slow": Word(DURATION, "The step takes so much longer, once, in the sandbox's time; the effects beside it act after that."),
        "rollback": Word(
            {"enum": list(ROLLBACKS)},
            "What becomes of what the steps had made: `ok` (the default) takes all back, `fails` leaves what the first step made, "
            "`keeps_record` takes all back and keeps the resource, where the provider would remove it.",
        ),
    },
    "delivery": {
        "drop": Word(TRUE, "It is lost on the way: never sent, never repeated. The service believes that it was told."),
        "duplicate": Word(
            {"anyOf": [TRUE, {"type": "integer", "minimum": 2, "maximum": MOST_COPIES}]},
            f"It is sent so often in all, `true` is twice, at most {MOST_COPIES}; same id, same signature. The last answer counts.",
        ),
        "reorder": Word(
            TRUE,
            "It waits until another delivery of the same subscription has overtaken it, or "
            f"{format_duration(LONGEST_WAIT)} of the sandbox's time have passed.",
        ),
        "delay": Word(DELAY, "It comes so much later, in the sandbox's time, and is signed for when it comes."),
        "bad_signature": Word(TRUE, "It is signed over other bytes than are sent."),
        "stale_timestamp": Word(
            {"anyOf": [TRUE, DURATION]}, "Its signature is genuine and its timestamp so much older; `true` is an hour."
        ),
    },
}
