"""What a gate may ask, as the measures in force there order it: passes, temperatures, names, and until when. Where none
is in force it asks nothing, and counts nobody out. Exceptions pass whatever is ordered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongzhou.measures import register
from tongzhou.measures.entry import Measure

LIMITS = ("leaving", "visiting")


@dataclass(frozen=True)
class Demand:
    """`passes`: the measure that limits how often residents leave, `temperature` and `names`: those that ask for them;
    `measures`: all of them, each of which ends by itself."""

    measures: Sequence[Measure]

    @property
    def passes(self) -> Measure | None:
        return self._first(lambda data: "leaving" in data["limits"] and "residents" in data["groups"])

    @property
    def temperature(self) -> Measure | None:
        return self._first(lambda data: data["collects"] == "temperature")

    @property
    def names(self) -> Measure | None:
        return self._first(lambda data: data["collects"] == "names")

    @property
    def outing_days(self) -> int | None:
        """Once in how many days one person of a household goes out: the longest that is ordered."""
        days = [one.data["outing_days"] for one in self.measures if one.data.get("outing_days")]
        return max(days, default=None)

    @property
    def staff(self) -> bool:
        """Do the measures bind the staff of the place as well?"""
        return any("staff" in one.data["groups"] for one in self.measures)

    def _first(self, holds) -> Measure | None:  # type: ignore[no-untyped-def]
        """Of those that hold, the one that ends last."""
        found = [one for one in self.measures if holds(one.data)]
        return max(found, key=lambda one: one.ends or dt.datetime.max.replace(tzinfo=dt.UTC), default=None)


def demanded(place: int, now: dt.datetime, on: Any = connection) -> Demand:
    """What is asked at a gate of this place now, under the scope of whoever asks: the register is public. `on`: the
    connection that is asked."""
    return Demand(register.in_force(place, now, LIMITS, on))
