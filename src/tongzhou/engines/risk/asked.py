"""A unit's cumulative series as the inputs of rule RISK-01: what is missing is named, never taken for nought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Series:
    """Cumulative confirmed by day as published; `cluster` by day where somebody signed whether there is one."""

    cumulative: Mapping[dt.date, int]
    cluster: Mapping[dt.date, bool] = field(default_factory=dict)

    def fresh(self, day: dt.date) -> int | None:
        """New cases of a day; None where it or the day before was not published. Negative where some were withdrawn."""
        before = day - dt.timedelta(days=1)
        if day not in self.cumulative or before not in self.cumulative:
            return None
        return self.cumulative[day] - self.cumulative[before]


def asked(series: Series, as_of: dt.date, window: int = 14) -> dict[str, Any]:
    """The inputs of RISK-01 at the close of `as_of`: `cumulative`, `new_by_day` over `window` days, `missing_days`,
    `cluster_14d`. A unit without a figure on `as_of` has no `cumulative`: the rule will say that it is missing."""
    given: dict[str, Any] = {"as_of": as_of}
    if as_of not in series.cumulative:
        return given
    days = [as_of - dt.timedelta(days=back) for back in range(window - 1, -1, -1)]
    fresh = {day: series.fresh(day) for day in days}
    given["cumulative"] = series.cumulative[as_of]
    given["new_by_day"] = {str(day): new for day, new in fresh.items() if new}
    if missing := [str(day) for day, new in fresh.items() if new is None]:
        given["missing_days"] = missing
    seen = {day: series.cluster[day] for day in days if day in series.cluster}
    if any(seen.values()):
        given["cluster_14d"] = True
    elif as_of in seen:
        given["cluster_14d"] = False
    return given
