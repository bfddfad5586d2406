"""Case fatality while the epidemic runs: most of those who will die have not died yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .attack import share

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fatality:
    """``crude`` = deaths / cases; ``adjusted`` = deaths / cases whose outcome would be known; 95 % interval of it.

    ``known``: share of the deaths to come that the delay says are known by now (Nishiura's u). ``says_something`` is
    false with fewer than five deaths, or less than a tenth known: then show the sentence instead.
    """

    crude: float
    adjusted: float
    low: float
    high: float
    known: float
    says_something: bool


def adjusted_fatality(cases: ArrayLike, deaths: float, delay: ArrayLike) -> Fatality:
    """Case fatality adjusted for the delay from onset to death.

    ``cases``: by day of onset, to today. ``deaths``: up to today. ``delay``: probability of 0, 1, … days from onset to
    death among those who die; what lies beyond is beyond today. u = Σ_t Σ_d cases(t - d) delay(d) / Σ cases; the
    estimate is deaths / (u · Σ cases), at most 1; its interval is that of a binomial with u · Σ cases trials.
    Raises ValueError for negative or missing counts, no case, or more deaths than cases.

    References: Nishiura et al., PLoS One 2009; 4:e6852.
    """
    x = np.asarray(cases, dtype=np.float64)
    p = np.asarray(delay, dtype=np.float64)
    if x.ndim != 1 or not (x >= 0).all():
        bad = int(np.flatnonzero(~(x >= 0))[0]) + 1 if x.ndim == 1 else 1
        raise ValueError(f"cases, day {bad}: must be 0 or more and known")
    if not (p >= 0).all() or p.sum() > 1 + 1e-6:
        raise ValueError(f"the delay must be probabilities, none negative, that sum to at most 1; got {p.sum():.4g}")
    total = float(x.sum())
    if total <= 0:
        raise ValueError("there are no cases: a fatality cannot be told")
    if not 0 <= deaths <= total:
        raise ValueError(f"{deaths:g} deaths of {total:g} cases")
    by_now = np.minimum(np.cumsum(p), 1.0)
    age = np.minimum(np.arange(len(x))[::-1], len(by_now) - 1)
    resolved = float((x * by_now[age]).sum())
    known = resolved / total
    if resolved <= 0:
        return Fatality(deaths / total, np.nan, np.nan, np.nan, known, False)
    held = share(deaths, max(resolved, deaths))
    value, low, high = held.value or 0.0, held.low or 0.0, held.high if held.high is not None else 1.0
    return Fatality(deaths / total, value, low, high, known, deaths >= 5 and known >= 0.1)


def delay_from_mean_sd(mean: float, sd: float, days: int) -> Floats:
    """Gamma delay by day (0, 1, … ``days`` - 1), counted from a moment spread over the first day."""
    from scipy.special import gammainc

    if not (mean > 0 and sd > 0):
        raise ValueError(f"mean and sd of a delay must be above 0, got {mean} and {sd}")
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    edge = np.arange(days + 1, dtype=np.float64)
    # ∫ F over each day: the distribution function of delay + U(0, 1).
    area = edge * gammainc(shape, edge / scale) - mean * gammainc(shape + 1, edge / scale)
    until = np.diff(area)
    return np.asarray(np.diff(until, prepend=0.0), dtype=np.float64)
