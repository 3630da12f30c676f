"""How long a step takes: a fixed span, a range or a distribution, as the user wrote it; knows no lifecycle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from mockenv.errors import BadInput, UnknownName
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import LATEST, SECOND, Microseconds, parse_duration


@dataclass(frozen=True)
class Delay:
    """`fixed`: always `low`. `uniform`: from `low` to `high`. `lognormal`: median `low`, sigma `sigma`."""

    shape: str
    low: Microseconds
    high: Microseconds = 0
    sigma: float = 0.0

    def sample(self, draw: Draw, purpose: str) -> Microseconds:
        if self.shape == "uniform":
            return self.low + round((self.high - self.low) * draw.fraction(purpose))
        if self.shape == "lognormal":
            return min(round(self.low * math.exp(self.sigma * draw.normal(purpose))), LATEST)
        return self.low


def fixed(seconds: float) -> Delay:
    return Delay("fixed", round(seconds * SECOND))


def lognormal(median_seconds: float, sigma: float) -> Delay:
    return Delay("lognormal", round(median_seconds * SECOND), sigma=sigma)


def parse_delay(value: Any, where: str = "", key: str = "delay") -> Delay:
    """From `"2s"`, `{"uniform": [a, b]}` or `{"lognormal": {"median": m, "sigma": s}}`. Raises BadInput."""
    if not isinstance(value, dict):
        return Delay("fixed", parse_duration(value, where, key))
    if len(value) != 1:
        raise BadInput(where, key, "wants one of uniform, lognormal")
    shape, numbers = next(iter(value.items()))
    if shape == "uniform" and isinstance(numbers, list) and len(numbers) == 2:
        low, high = (parse_duration(number, where, f"{key}.uniform") for number in numbers)
        if low > high:
            raise BadInput(where, f"{key}.uniform", "the first number is the smaller one")
        return Delay("uniform", low, high)
    if shape == "lognormal" and isinstance(numbers, dict) and set(numbers) == {"median", "sigma"}:
        sigma = numbers["sigma"]
        if isinstance(sigma, bool) or not isinstance(sigma, int | float) or not 0 <= sigma <= 5:
            raise BadInput(where, f"{key}.lognormal.sigma", "is a number from 0 to 5")
        return Delay("lognormal", parse_duration(numbers["median"], where, f"{key}.lognormal.median"), sigma=float(sigma))
    if shape not in ("uniform", "lognormal"):
        raise UnknownName(where, key, shape, ("uniform", "lognormal"))
    raise BadInput(where, key, 'is {"uniform": ["1s", "3s"]} or {"lognormal": {"median": "2s", "sigma": 0.5}}')
