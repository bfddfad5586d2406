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
    """Rt of the window that ends on a day; `mean` is None where nothing can be said: `why` says why, and `again` when
    it can be at the earliest, if every day until then is told.

    `by_growth`: told from growth in the window alone, since infectors lie before a cut in the series.
    """

    day: dt.date
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""  # few, begins, missing, definition, source
    again: dt.date | None = None
    by_growth: bool = False

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
            # After a day without a figure the next one's new cases are not known either.
            found.append(Day(day, why=anew or "missing", again=_after(day, isinstance(one, dt.date))))
        elif isinstance(one, Published):
            part.append(one)
    return found + _estimate(part)


def _after(day: dt.date, silent: bool = False) -> dt.date:
    return day + dt.timedelta(days=int(policy()["values"]["window_days"]) + silent)


def _estimate(part: Sequence[Published]) -> list[Day]:
    """Rt of an unbroken part from the day on that its first window ends: by growth until enough infectors lie in it."""
    if not part:
        return []
    from tongzhou.engines import rt

    values = policy()["values"]
    window = int(values["window_days"])
    counts = new_cases(part)
    weights = rt.discretise(values["mean_days"], values["sd_days"], max(60, len(part)))
    again = part[0].day + dt.timedelta(days=window - 1)
    found = [Day(one.day, why="begins", again=again) for one in part[: window - 1]]
    told = rt.estimate(counts, weights, window=window, keep=len(part)) if len(part) > window else None
    quantiles = told.quantiles(LEVELS)[:, 0] if told else None
    for end in range(window, len(part) + 1):
        day, late, at = part[end - 1].day, counts[end - window : end], end - window - 1
        covered = float(weights[: end - window + 1].sum())  # infectors seen before the window's first day
        if late.sum() < rt.least_cases():
            found.append(Day(day, why="few"))
        elif told is None or quantiles is None or covered < values["covered_least"] or np.isnan(told.mean[0, at]):
            found.append(Day(day, *rt.by_growth(late, weights), by_growth=True))
        else:
            found.append(Day(day, float(told.mean[0, at]), float(quantiles[0, at]), float(quantiles[1, at])))
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
