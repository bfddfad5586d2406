"""A unit's cumulative series as the inputs of rule RISK-01: what is missing is named, never taken for nought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Series:
    """Cumulative confirmed by day as published; `cluster` by day where somebody signed whether there is one.

    `new` and `withdrawn` hold what was published of the days' changes: a revision is no new case. Without `new`, the
    change since the day before is new cases where it rises and a withdrawal where it falls.
    """

    cumulative: Mapping[dt.date, int]
    cluster: Mapping[dt.date, bool] = field(default_factory=dict)
    new: Mapping[dt.date, int] | None = None
    withdrawn: Mapping[dt.date, int] = field(default_factory=dict)

    def fresh(self, day: dt.date) -> int | None:
        """New cases of a day, never below nought; None where it or the day before was not published."""
        if self.new is not None:
            return self.new.get(day)
        found = self._change(day)
        return None if found is None else max(0, found)

    def taken_back(self, day: dt.date) -> int:
        """Cases withdrawn on a day; nought where none were or the change is unknown."""
        return self.withdrawn.get(day, 0) if self.new is not None else max(0, -(self._change(day) or 0))

    def _change(self, day: dt.date) -> int | None:
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
    given["new_by_day"] = {str(day): new for day, new in _standing(series, fresh).items() if new}
    if missing := [str(day) for day, new in fresh.items() if new is None]:
        given["missing_days"] = missing
    seen = {day: series.cluster[day] for day in days if day in series.cluster}
    if any(seen.values()):
        given["cluster_14d"] = True
    elif as_of in seen:
        given["cluster_14d"] = False
    return given


def _standing(series: Series, fresh: Mapping[dt.date, int | None]) -> dict[dt.date, int | None]:
    """New cases of the window that can still stand: a withdrawal may be of an older case, so it takes from them only
    where more would be new than are left in all, and then from the newest before it."""
    left = dict(fresh)
    over = sum(new or 0 for new in left.values()) - series.cumulative[max(fresh)]
    for day in sorted(fresh, reverse=True):
        takes = max(0, min(over, series.taken_back(day)))
        for earlier in sorted((one for one in left if one < day and left[one]), reverse=True):
            part = min(takes, left[earlier] or 0)
            left[earlier] = (left[earlier] or 0) - part
            takes, over = takes - part, over - part
    return left
