"""Rt of a place from its published figures: a ribbon, or a sentence where they are too few to say anything.

The published series is by day of report. It is cut where a day is missing, the definition changed or another
source begins: a window over such a day would compare what does not compare.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tongzhou.command.changes import net
from tongzhou.command.queries import Published
from tongzhou.tables.policy import shipped

LEVELS = (0.025, 0.975)


@dataclass(frozen=True)
class Day:
    """Rt of the window that ends on a day; `mean` is None where nothing can be said, and `why` says why."""

    day: dt.date
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""  # few, begins, missing, definition, source

    @property
    def says(self) -> str:
        """What a commander may conclude: growing, shrinking or unsure."""
        if self.low is None or self.high is None:
            return ""
        return "growing" if self.low > 1 else "shrinking" if self.high < 1 else "unsure"


def policy() -> dict[str, Any]:
    return shipped("serial_interval")


def ribbon(series: Sequence[Published | dt.date], breaks: Collection[dt.date]) -> list[Day]:
    """Rt by day, oldest first; `series` newest first, as queries.curve gives it; `breaks`: days of a new definition."""
    found: list[Day] = []
    part: list[Published] = []
    source: str | None = None
    for one in reversed(series):
        missing = isinstance(one, dt.date) or one.fresh is None
        day = one if isinstance(one, dt.date) else one.day
        # Another source counts otherwise (by onset told afterwards, by report): before and after do not compare.
        other = isinstance(one, Published) and source not in (None, one.source)
        anew = "definition" if day in breaks or getattr(one, "definition", False) else "source" if other else ""
        source = one.source if isinstance(one, Published) else source
        if missing or anew:
            found += _estimate(part)
            part = []
            found.append(Day(day, why=anew or "missing"))
        elif isinstance(one, Published):
            part.append(one)
    return found + _estimate(part)


def _estimate(part: Sequence[Published]) -> list[Day]:
    values = policy()["values"]
    window = int(values["window_days"])
    if len(part) <= window:
        return [Day(one.day, why="begins") for one in part]
    from tongzhou.engines import rt

    counts = new_cases(part)
    weights = rt.discretise(values["mean_days"], values["sd_days"], len(part))
    told = rt.estimate(counts, weights, window=window, keep=len(part))
    low, high = told.quantiles(LEVELS)[:, 0]
    found = [Day(one.day, why="begins") for one in part[: int(told.t_end[0]) - 1]]
    for i, end in enumerate(told.t_end):
        day, mean = part[int(end) - 1].day, float(told.mean[0, i])
        covered = float(weights[: int(told.t_start[i])].sum())  # infectors seen before the window's first day
        if np.isnan(mean) or covered < values["covered_least"]:
            found.append(Day(day, why="begins"))
        elif told.local_cases()[0, i - told.kept] < rt.least_cases():
            found.append(Day(day, why="few"))
        else:
            found.append(Day(day, mean, float(low[i - told.kept]), float(high[i - told.kept])))
    return found


def new_cases(part: Sequence[Published]) -> Any:
    """New cases of an unbroken part by day, for whoever models them: revisions are no cases, and what was withdrawn is
    taken from the days before it."""
    return without_withdrawals(np.array([float(net(one.fresh, one.revised)) for one in part]))


def without_withdrawals(counts: Any) -> Any:
    """Negative days taken from the days before them; where more was withdrawn than counted, the day is nought."""
    from tongzhou.engines import rt

    try:
        return rt.reassign_withdrawals(counts)
    except ValueError:
        return np.maximum(counts, 0)
