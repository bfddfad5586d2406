"""The instantaneous reproduction number of Cori et al. for all places in one call."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .serial import Floats


@dataclass(frozen=True)
class Estimate:
    """Posterior of R by place and window; days are counted from 1, windows include both ends.

    ``mean``, ``sd``, ``local_cases``: (places, windows); NaN where ``t_end`` ≤ mean serial interval. ``shape`` and
    ``rate`` of the gamma posterior: (places, windows from ``kept`` on).
    """

    t_start: NDArray[np.int64]
    t_end: NDArray[np.int64]
    mean: Floats
    sd: Floats
    shape: Floats
    rate: Floats
    kept: int
    first: int
    prior_shape: float

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Exact quantiles, (levels, places, windows from ``kept`` on); NaN where the mean is NaN."""
        from scipy.special import gammaincinv

        # A gamma quantile scales with 1/rate, and shapes are counts + prior: few are distinct in a province.
        distinct, which = np.unique(self.shape, return_inverse=True)
        table = gammaincinv(distinct[None, :], np.asarray(levels, dtype=np.float64)[:, None])
        found = table[:, which.reshape(-1)].reshape(len(levels), *self.shape.shape)
        found /= self.rate
        found[:, :, : max(0, self.first - self.kept)] = np.nan
        return np.asarray(found, dtype=np.float64)

    def local_cases(self) -> Floats:
        """Local cases in each window from ``kept`` on."""
        return self.shape - self.prior_shape

    def says_something(self, cv: float = 0.3) -> NDArray[np.bool_]:
        """Whether a window (from ``kept`` on) has enough local cases for a posterior CV of at most ``cv``."""
        enough = self.local_cases() >= least_cases(cv, self.prior_shape)
        enough[:, : max(0, self.first - self.kept)] = False
        return enough


def least_cases(cv: float = 0.3, prior_shape: float = 1.0) -> int:
    """Cases in a window below which the posterior coefficient of variation exceeds ``cv`` (Cori 2013)."""
    return math.ceil(1 / cv**2 - prior_shape)


def estimate(
    incidence: ArrayLike,
    weights: ArrayLike,
    *,
    window: int = 7,
    imported: ArrayLike | None = None,
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
    keep: int | None = None,
) -> Estimate:
    """Estimate R in sliding windows of ``window`` days, from day 2 on.

    ``incidence``: cases by (place, day), or one series by day: all of them, or the local ones where ``imported``
    (same shape) is given. Without it the cases of day 1 count as imported and all others as local.
    ``weights``: serial interval by lag 0, 1, …; the windows up to its mean are NaN. ``keep``: keep shape and rate of
    only so many last windows (1 for a board that draws the latest interval), None for all.

    Raises ValueError naming place and day for NaN or negative counts, and where a series is too short.
    A series of zeros returns the prior, discounted by nothing: ask ``says_something``.

    References: Cori et al., Am J Epidemiol 2013; 178:1505. Thompson et al., Epidemics 2019 (imported cases).
    """
    from .kernel import posterior  # the compiler takes a fifth of a second to load

    local = counts(incidence, "incidence")
    total = local
    if imported is not None:
        other = counts(imported, "imported")
        if other.shape != local.shape:
            raise ValueError(f"imported has shape {other.shape}, incidence {local.shape}: they must be the same")
        total = local + other
    places, days = local.shape
    if not 1 <= window < days:
        raise ValueError(f"a window of {window} days needs at least {window + 1} days; the series has {days}")
    if not (prior_mean > 0 and prior_sd > 0):
        raise ValueError("the prior mean and sd of R must be above 0")
    w, reach, centre = _lags(weights, days)
    n = days - window
    t_end = np.arange(window + 1, days + 1)
    first = int(np.searchsorted(t_end, centre, side="right"))
    kept = 0 if keep is None else max(0, n - keep)
    mean, sd = np.empty((places, n)), np.empty((places, n))
    shape, rate = np.empty((places, n - kept)), np.empty((places, n - kept))
    a, inverse_b = (prior_mean / prior_sd) ** 2, prior_mean / prior_sd**2
    posterior(total, local, w, reach, window, a, inverse_b, first, kept, mean, sd, shape, rate)
    return Estimate(t_end - window + 1, t_end, mean, sd, shape, rate, kept, first, a)


def infectiousness(incidence: ArrayLike, weights: ArrayLike) -> Floats:
    """Total infectiousness Λ(t) = Σ I(t-s) w(s) by (place, day); day 1 is NaN. Raises as :func:`estimate`."""
    from .kernel import infect

    total = counts(incidence, "incidence")
    w, reach, _ = _lags(weights, total.shape[1])
    lam = np.empty(total.shape)
    padded = np.zeros(reach + total.shape[1] + 4)
    for p in range(len(total)):
        infect(total[p], w, reach, padded, lam[p])
    lam[:, 0] = np.nan
    return lam


def counts(values: ArrayLike, field: str) -> NDArray[np.float64]:
    """Counts by (place, day). Raises ValueError naming field, place and day of the first NaN or negative one."""
    x = np.ascontiguousarray(np.atleast_2d(np.asarray(values)))
    if x.dtype.kind not in "iuf" or x.ndim != 2 or x.shape[1] == 0:
        raise ValueError(f"{field} must be numbers by (place, day), got {x.dtype} of shape {x.shape}")
    if x.size and not (x.min() >= 0 and np.isfinite(x.max())):  # NaN fails both
        place, day = np.argwhere(~((x >= 0) & np.isfinite(x.astype(np.float64))))[0]
        raise ValueError(
            f"{field}: place {place}, day {day + 1} is {x[place, day]}; a silent day must be filled (nowcast) or cut, "
            "a withdrawal taken from the days it withdraws (reassign_withdrawals)"
        )
    return x


def _lags(weights: ArrayLike, days: int) -> tuple[Floats, int, float]:
    """Weights padded or cut to lags 0 … days, the last lag that matters, and the mean."""
    given = np.asarray(weights, dtype=np.float64)
    w = np.zeros(days + 1)
    w[: min(len(given), days + 1)] = given[: days + 1]
    # Below 1e-18 in all, the tail cannot move a double: cutting it halves the work for a parametric interval.
    tail = np.cumsum(w[::-1])[::-1]
    reach = max(1, int(np.count_nonzero(tail > 1e-18)) - 1)
    return w, min(reach, days), float(given @ np.arange(len(given)))
