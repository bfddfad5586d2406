"""What simple methods foretell after each day of a series, each from the days known then and comparable."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .baseline import Floats

GROWTH_FADES = 0.6  # growth of a day that is left on the next: places answer growth, within days in 2020
DECLINE_FADES = 0.95
STEEPEST = 0.3  # of log counts a day


def carried(series: ArrayLike, part: ArrayLike, *, days: int) -> Floats:
    """The last count carried on, (origins, days)."""
    return _after_each(series, part, days, lambda x, ahead: np.repeat(x[-1], len(ahead)))


def trending(
    series: ArrayLike, part: ArrayLike, *, days: int, window: int, growth: float = 1.0, decline: float = 1.0
) -> Floats:
    """The log-linear trend of the last ``window`` known days carried on, (origins, days).

    Each day keeps ``growth`` or ``decline`` of the day before's slope; 1 is the plain log-linear forecast. With fewer
    than three days the last one is carried on.
    """

    def one(x: Floats, ahead: Floats) -> Floats:
        late = x[-window:]
        if len(late) < 3:
            return np.repeat(x[-1], len(ahead))
        at = np.arange(len(late)) - len(late) + 1.0
        logs, middle = np.log(late + 0.5), at.mean()
        slope = float(((at - middle) @ logs) / ((at - middle) ** 2).sum())
        level = float(logs.mean()) - slope * middle
        slope = float(np.clip(slope, -STEEPEST, STEEPEST))
        keeps = growth if slope > 0 else decline
        steps = ahead if keeps == 1 else keeps * (1 - keeps**ahead) / (1 - keeps)
        return np.asarray(np.maximum(np.exp(level + slope * steps) - 0.5, 0), dtype=np.float64)

    return _after_each(series, part, days, one)


def _after_each(series: ArrayLike, part: ArrayLike, days: int, method: object) -> Floats:
    """``method`` after every day, on the known days of the newest part that has any; from its last known day on."""
    x, parts = np.asarray(series, dtype=np.float64), np.asarray(part, dtype=np.int64)
    found = np.full((len(x), days), np.nan)
    known = np.flatnonzero(~np.isnan(x))
    for now in range(len(x)):
        told = known[known <= now]
        if len(told):
            last = told[-1]
            ahead = np.arange(1, days + 1.0) + (now - last)
            found[now] = method(x[told[parts[told] == parts[last]]], ahead)  # type: ignore[operator]
    return found
