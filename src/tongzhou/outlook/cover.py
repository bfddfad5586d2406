"""How long the protective goods of a place last, if what is used a day grows and shrinks with the beds taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from tongzhou.engines import forecast as ahead
from tongzhou.supply import policy
from tongzhou.supply.queries import Line


@dataclass(frozen=True)
class Cover:
    """An item over all stores of a place that were counted lately and told what they use or need; or, apart from those
    and never added to them, as it was `published` for whole places.

    `today`: days at today's use. `days`: median and 95 % interval with the forecast of beds, infinite where the stock
    outlasts the fortnight; None without a forecast.
    """

    item: policy.Item
    published: bool
    invented: bool
    stores: int
    usable: int
    demand: float
    oldest: dt.datetime
    today: float
    days: tuple[float, float, float] | None

    @property
    def level(self) -> str:
        return policy.stock().level(self.days[0] if self.days else self.today)


def covers(lines: Sequence[Line], growing: np.ndarray | None) -> list[Cover]:
    """The shortest first. `growing`: (draws, days) ahead, beds taken over those taken today (see `ahead.Burden`)."""
    found = []
    for item, published in product(policy.stock().items, (False, True)):
        told = [one for one in lines if one.item == item and one.published is published and one.cover is not None]
        if not told:
            continue
        usable, demand = sum(one.usable for one in told), sum(one.demand or 0.0 for one in told)
        days = None
        if growing is not None:
            lasts = ahead.days_of_cover(usable, demand * growing)
            low, median, high = np.quantile(lasts, (0.025, 0.5, 0.975), method="inverted_cdf")
            days = (float(median), float(low), float(high))
        oldest, invented = min(one.counted_at for one in told), all(one.store.invented for one in told)
        found.append(Cover(item, published, invented, len(told), usable, demand, oldest, usable / demand, days))
    return sorted(found, key=lambda one: (one.days or (one.today,))[0])
