"""What the days around say about a day of which little is known yet."""

from __future__ import annotations

import numpy as np

from .reference import Floats

DAY_SD = 0.20  # log sd of a day's count about its level: on top of trend and weekday
STEP_SD = 0.06  # log sd by which the level moves from day to day
FAR = 60  # days before the doubtful ones that are looked at: enough for level, trend and weekdays


def blend(total: Floats, error: Floats, weekday: Floats | None, memory: int, least: float = 0.05) -> Floats:
    """Combine each day's own estimate with what its neighbours foretell, by precision, on the log scale.

    ``total``: expected totals by row, from delays alone. ``error``: their log sd by row; rows with less than ``least``
    keep their own estimate. The level is a random walk about a log-linear trend of the last ``memory`` days (0: about
    their mean of two weeks); a weekday effect is shrunk towards none. This is Bornhuetter and Ferguson's credibility,
    with the prior taken from the series.

    References: Bornhuetter and Ferguson, Proc Casualty Actuar Soc 1972; Durbin and Koopman, Time Series Analysis, 2012.
    """
    n = len(total)
    if n > FAR + len(error[error >= least]):
        tail = n - FAR - len(error[error >= least])
        day = None if weekday is None else weekday[tail:]
        return np.concatenate([total[:tail], blend(total[tail:], error[tail:], day, memory, least)])
    z, t = np.log(np.maximum(total, 0.5)), np.arange(n)
    doubtful = np.flatnonzero(error >= least)
    if n < 21 or not len(doubtful):
        return total.copy()
    effect = _weekday_effect(z, error, weekday)
    x = z - effect
    lately = (t >= n - (memory or 14)) & (error < 0.3)
    if lately.sum() < 5:
        return total.copy()
    fit = np.polyfit(t[lately], x[lately], min(memory, 1), w=1 / (DAY_SD**2 + error[lately] ** 2) ** 0.5)
    trend = np.polyval(fit, t)
    steps = (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)) / STEP_SD**2
    steps[0, 0] = steps[-1, -1] = 1 / STEP_SD**2
    own = 1 / (DAY_SD**2 + error**2)
    found = z.copy()
    for k in doubtful:
        weight = np.where(t == k, 0.0, own)  # the day itself is left out of its own prior
        unit = np.zeros(n)
        unit[k] = 1.0
        row = np.linalg.solve(steps + np.diag(weight) + 1e-6 * np.eye(n), unit)
        foretold = float(row @ (weight * (x - trend))) + trend[k] + effect[k]
        trust = 1 / (row[k] + DAY_SD**2)
        doubt = 1 / error[k] ** 2
        found[k] = (z[k] * doubt + foretold * trust) / (doubt + trust)
    return np.where(error >= least, np.exp(found), total)


def _weekday_effect(z: Floats, error: Floats, weekday: Floats | None) -> Floats:
    """Log weekday effect by row, from six weeks of well-known days, shrunk by one day's worth towards none."""
    if weekday is None:
        return np.zeros(len(z))
    t = np.arange(len(z))
    away = z - np.convolve(z, np.ones(7) / 7, "same")
    sure = (t >= 3) & (t < len(z) - 3) & (t > len(z) - 45) & (error < 0.25)
    by_day = np.array([away[sure & (weekday == d)].sum() / ((sure & (weekday == d)).sum() + 1) for d in range(7)])
    return np.asarray(by_day[weekday.astype(np.int64)], dtype=np.float64)
