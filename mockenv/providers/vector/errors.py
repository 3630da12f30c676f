"""Vector Pro's envelopes and the texts of its refusals (a Laravel application's); knows no operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockenv.contract.validation import Finding
from mockenv.provider import Refused, Reply
from mockenv.toolbox import status_phrase

MESSAGES = {
    401: "Unauthenticated",  # no full stop, and 403 has the other word
    403: "Unauthorized",
    404: "Not Found",  # guess: only stubs of the vendor's own client show an unknown route
    413: "The POST data is too large.",  # guess: Laravel's text
    415: "Unsupported Media Type",  # guess
    429: "Too Many Attempts.",  # guess: Laravel's text
    500: "An unexpected error occurred",
}


def success(status: int, message: str, data: Any) -> Reply:
    """Every body repeats its status."""
    return Reply(status, {"data": data, "message": message, "http_status": status})


def failure(status: int, message: str | None = None) -> Reply:
    """`data` is an empty object in every error, neither null nor a list."""
    message = message or MESSAGES.get(status) or status_phrase(status)
    return Reply(status, {"data": {}, "message": message, "http_status": status})


def validation_failure(errors: Mapping[str, Sequence[str]], message: str = "Validation failed") -> Reply:
    """422 for bad values and bad states alike: this service never answers 409."""
    return Reply(422, {"data": {}, "errors": errors, "message": message, "http_status": 422})


def not_found(what: str, where: str = "") -> Refused:
    return Refused(failure(404, f"{what} not found {where}".rstrip()))


def explain(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """Findings as Laravel's error bag: field → texts."""
    bag: dict[str, list[str]] = {}
    for finding in findings:
        texts = bag.setdefault(finding.field or "body", [])
        text = _text(finding)
        if text not in texts:
            texts.append(text)
    return bag


def _text(finding: Finding) -> str:
    attribute = finding.field.replace("_", " ")
    stem = f"{finding.path[0]}.*" if len(finding.path) > 1 else finding.field
    special = _SPECIAL.get((stem, finding.keyword))
    if special:
        return special.format(attribute=attribute)
    if finding.keyword == "type" and not finding.path:
        return "The request body must be a JSON object."
    if finding.keyword == "required" or (
        finding.value in (None, "") and finding.keyword in ("type", "minLength", "enum", "pattern")
    ):
        return _REQUIRED.get(
            finding.field, f"The {attribute} field is required."
        )  # Laravel: null and empty strings count as missing
    if finding.keyword == "enum":
        return f"The selected {attribute} is invalid."
    return _GENERAL.get(finding.keyword, "The {attribute} is invalid.").format(
        attribute=attribute, expected=finding.expected, type=_TYPES.get(_first_type(finding), "valid")
    )


def _first_type(finding: Finding) -> str:
    types = finding.expected if isinstance(finding.expected, list) else [finding.expected]
    return next((str(type) for type in types if type != "null"), "")


_TYPES = {"string": "a string", "integer": "an integer", "array": "an array", "boolean": "true or false"}
_GENERAL = {
    "type": "The {attribute} must be {type}.",
    "maxLength": "The {attribute} must not be greater than {expected} characters.",
    "minimum": "The {attribute} must be at least {expected}.",
    "maximum": "The {attribute} must not be greater than {expected}.",
    "nul": "The {attribute} must not hold NUL characters.",
}
_REQUIRED = {
    "your_customer_id": "The partner customer id field is required.",
    "key": "The secret key is required.",
    "backup_id": "A backup ID is required.",
}
_SPECIAL = {
    ("key", "pattern"): "The secret key must start with a letter and contain only uppercase letters, numbers, and underscores.",
    ("per_page", "maximum"): "Maximum items per page is 100.",
    ("name", "pattern"): "Environment name must be lowercase letters, numbers, and hyphens only.",
    ("custom_domain", "pattern"): "The custom domain must be a valid domain.",
    ("events", "minItems"): "At least one event must be specified.",
    ("timeframe", "enum"): "The timeframe field must be a valid enum value.",
    ("block_time", "enum"): "The block duration field must be a valid enum value.",
    ("operator", "enum"): "The match operator field must be a valid enum value.",
    ("domain", "pattern"): "The domain must be a valid domain.",
    ("hostname", "pattern"): "The hostname must be a valid domain.",
    ("action_type", "enum"): "The action type must be a valid edge rule action type.",
    ("origin_shield_max_concurrent_requests", "maximum"): "The max concurrent requests must not exceed 10,000.",
    ("optimizer_image_quality", "maximum"): "The image quality must not exceed 100.",
    ("sensitivity", "enum"): "The sensitivity must be 0 (Off), 1 (Low), 2 (Medium), 3 (High), or 4 (VeryHigh).",
    ("action", "enum"): "The action must be 0 (Block), 1 (Log), 2 (Allow), 3 (Challenge), 4 (Captcha), or 5 (Bypass).",
    ("url", "pattern"): "The url field must be a valid URL.",  # the one published text with "field" in it
    ("is_production", "anyOf"): "The is production field must be true or false.",
    ("enabled", "anyOf"): "The enabled field must be true or false.",
    ("retry", "anyOf"): "The retry field must be true or false.",
    ("tags", "maxLength"): "The tags must be an array.",  # the document lets an empty text be none
    ("variables", "maxLength"): "The variables must be an array.",
    ("transformations", "maxLength"): "The transformations must be an array.",
    ("abilities", "maxLength"): "The abilities must be an array.",
    ("tags", "uniqueItems"): "The tags field has a duplicate value.",
    ("tags.*", "pattern"): "The {attribute} must be lowercase letters, numbers, and hyphens only.",
}
