"""Words of the control plane that stand for no single status."""

from __future__ import annotations

GONE = "gone"
"""The status of a resource that does not exist."""
ACTIVE = "active"
"""The status of one whose kind has none."""
NO_ANSWER = "0"
"""The status of a request that got no answer."""
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
