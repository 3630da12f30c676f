"""What the instructions of a semantic patch work on, where it is a flag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockenv.providers.launchdarkly.flags.model import Whole
from mockenv.providers.launchdarkly.semantic import Change
from mockenv.store.base import Document


@dataclass
class FlagChange(Change):
    """`environment_key` is the environment that the patch speaks of, if any."""

    whole: Whole
    environment_key: str | None
    is_deleted: bool = False

    @property
    def flag(self) -> Document:
        return self.whole.flag

    @property
    def environment(self) -> Document:
        """The flag's configuration there."""
        if self.environment_key is None:
            raise self.refusal("environmentKey is required for this instruction")
        found = self.whole.configurations.get(self.environment_key)
        if found is None:
            raise self.refusal(f"Unknown environment key {self.environment_key}")
        return found

    @property
    def ruled(self) -> Document:
        return self.environment

    def variation(self, id: Any) -> int:
        """A variation's number by its id."""
        for number, one in enumerate(self.flag["variations"]):
            if one["_id"] == id:
                return number
        raise self.refusal(f"there is no variation {id}")
