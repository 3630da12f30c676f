"""Bodies against the vendor's schemas, as the vendor would take them; knows no dialect."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from mockenv.contract.document import Operation
from mockenv.contract.validation import Finding, Validators

log = logging.getLogger("mockenv.anyservice")

TOO_MANY = "more than one"


class LenientValidators(Validators):
    """Vendors write `oneOf` where they mean `anyOf`, and take what fits several: so a request may; a reply of ours may not."""

    def body(self, operation: Operation, media: str, value: Any) -> list[Finding]:
        return [one for one in super().body(operation, media, value) if not is_ambiguous(one)]

    def _compile(self, pointer: str) -> Any:
        """Formats count, and a schema that no validator understands allows anything: that is said once, where it stands."""
        reference = {"$ref": f"{self._uri}#{quote(pointer, safe='/~')}"}
        try:
            return self._validator(reference, validate_formats=True)
        except (ValueError, jsonschema_rs.ValidationError) as error:
            log.warning("%s: cannot be checked, so anything is taken: %s", pointer, " ".join(str(error).split())[:200])
            return jsonschema_rs.Draft202012Validator({})


def is_ambiguous(finding: Finding) -> bool:
    """Whether nothing is wrong but that several of a `oneOf` are right."""
    return finding.keyword.startswith("oneOf") and TOO_MANY in finding.message
