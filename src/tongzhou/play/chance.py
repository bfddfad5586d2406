"""Chance without an order: what is drawn depends on the seed and on what it is drawn for, never on who came first."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Numbers from 0 to 1 for names: the same seed and name give the same number, in any order and any process."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, *name: object) -> float:
        told = f"{self.seed}:" + ":".join(map(str, name))
        return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=7).digest(), "big") / (1 << 56)

    def between(self, low: float, high: float, *name: object) -> float:
        return low + (high - low) * self.of(*name)

    def whole(self, low: int, high: int, *name: object) -> int:
        """A whole number from low to high, both of them possible."""
        return low + int(self.of(*name) * (high - low + 1))

    def one(self, choices: Sequence[T], *name: object) -> T:
        return choices[int(self.of(*name) * len(choices))]

    def weighted(self, weights: Mapping[str, float], *name: object) -> str:
        """One of the words, each as likely as its weight says."""
        left = self.of(*name) * sum(weights.values())
        for word, weight in weights.items():
            left -= weight
            if left < 0:
                return word
        return list(weights)[-1]

    def moment(self, day: dt.date, hours: Sequence[str], zone: dt.tzinfo, *name: object) -> dt.datetime:
        """A second of a day between two hours."""
        first, last = (dt.datetime.combine(day, dt.time.fromisoformat(hour), zone) for hour in hours)
        return first + dt.timedelta(seconds=round((last - first).total_seconds() * self.of(*name, day)))
