"""Bodies against the vendor's schemas, as the vendor would take them; knows no dialect."""

from __future__ import annotations

from typing import Any

from mockenv.contract.document import Operation
from mockenv.contract.validation import Finding, Validators

TOO_MANY = "more than one"


class LenientValidators(Validators):
    """Vendors write `oneOf` where they mean `anyOf`, and take what fits several: so a request may; a reply of ours may not."""

    def body(self, operation: Operation, media: str, value: Any) -> list[Finding]:
        return [
            one
            for one in super().body(operation, media, value)
            if not (one.keyword.startswith("oneOf") and TOO_MANY in one.message)
        ]
