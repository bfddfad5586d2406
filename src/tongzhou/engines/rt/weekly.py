"""Counts by week made daily, and withdrawals taken from the days they withdraw."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .cori import counts, estimate
from .serial import Floats


def growth_rate(reproduction: float, weights: ArrayLike) -> float:
    """Exponential growth rate per day at which R equals 1 / Σ w(s) exp(-r s), to 1e-12 (Wallinga and Lipsitch)."""
    from scipy.optimize import brentq

    w = np.asarray(weights, dtype=np.float64)
    lags = np.arange(len(w))
    if not reproduction > 0:
        raise ValueError(f"R must be above 0 to have a growth rate, got {reproduction}")

    def gap(r: float) -> float:
        return float(np.log(reproduction) + np.log((w * np.exp(-r * lags)).sum()))

    low, high = -1.0, 1.0
    while gap(low) < 0 and low > -32:
        low *= 2
    while gap(high) > 0 and high < 32:
        high *= 2
    return float(brentq(gap, low, high, xtol=1e-12)) if gap(low) > 0 > gap(high) else (high if gap(high) > 0 else low)


def weekly_to_daily(
    totals: ArrayLike, weights: ArrayLike, *, days: int = 7, iterations: int = 10, tolerance: float = 1e-6
) -> tuple[Floats, bool]:
    """Spread counts of ``days`` days over the days by expectation–maximisation; returns (daily counts, converged).

    ``totals``: one series. Starts from an even split; then R of each block but the first gives a growth rate, which
    gives the shape within the block; totals are kept exactly. The growth rate is solved, where EpiEstim looks it up on
    a grid of 0.001. Blocks before R can be estimated stay even.

    References: Nash et al., PLoS Comput Biol 2023 (estimate_R_agg); Wallinga and Lipsitch, Proc R Soc B 2007.
    """
    sums = counts(totals, "totals")[0].astype(np.float64)
    if len(sums) < 2 or days < 2:
        raise ValueError(f"needs at least two totals of at least 2 days; got {len(sums)} of {days}")
    daily = np.repeat(sums / days, days)
    for _ in range(iterations):
        est = estimate(daily, weights, window=days)
        block_mean = est.mean[0][est.t_start % days == 1 % days]
        new = daily.copy()
        for b, r in enumerate(block_mean, start=1):
            if np.isfinite(r) and sums[b] > 0:
                shape = np.exp(growth_rate(float(r), weights) * np.arange(days))
                new[b * days : (b + 1) * days] = sums[b] * shape / shape.sum()
        moved = float(np.abs(new - daily).max())
        daily = new
        if moved <= tolerance * max(1.0, float(sums.max())):
            return daily, True
    return daily, False


def reassign_withdrawals(daily: ArrayLike) -> Floats:
    """Take negative counts from the days before them, the latest first, so that every later cumulative count is kept.

    ``daily``: one series. What cannot be taken (more withdrawn than ever reported) raises ValueError naming the day.
    """
    x = np.asarray(daily, dtype=np.float64).copy()
    if not np.isfinite(x).all():
        raise ValueError(f"day {int(np.flatnonzero(~np.isfinite(x))[0]) + 1} is missing")
    for t in np.flatnonzero(x < 0):
        owed, x[t], s = -x[t], 0.0, t - 1
        while owed > 0 and s >= 0:
            taken = min(owed, max(x[s], 0.0))
            x[s] -= taken
            owed -= taken
            s -= 1
        if owed > 0:
            raise ValueError(f"day {t + 1} withdraws {owed:g} more than was ever reported")
    return x
