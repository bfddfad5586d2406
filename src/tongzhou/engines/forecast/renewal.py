"""The renewal equation run forward, with the uncertainty of R, its drift, and the noise of counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from ..nowcast.count import fit_size
from ..nowcast.score import wis
from ..rt.cori import counts, estimate, infectiousness
from ..rt.weekly import growth_rate
from .baseline import Floats
from .spread import LEVELS

DRIFTS = (0.02, 0.06, 0.12)  # sd of a day's step of log R
MOMENTA = (0.0, 0.6, 1.2)  # share of the last week's trend of log R that goes on, fading by DAMP a day
DAMP = 0.85
LOOKS_BACK = 10


@dataclass(frozen=True)
class Forecast:
    """Cases drawn ahead, (draws, days); R of the last window as mean and 95 % interval; what was chosen, and on what.

    ``says_something`` is false where the last window has too few cases to know R: then show the sentence, not the fan.
    """

    paths: Floats
    reproduction: tuple[float, float, float]
    size: float
    drift: float
    momentum: float
    says_something: bool

    def quantiles(self, levels: Sequence[float] = LEVELS) -> Floats:
        """Quantiles by day ahead, (levels, days)."""
        return np.asarray(np.quantile(self.paths, levels, axis=0), dtype=np.float64)


def forecast(
    cases: ArrayLike, weights: ArrayLike, *, days: int = 14, seed: int, draws: int = 1000, window: int = 7
) -> Forecast:
    """Forecast one series ``days`` ahead.

    ``cases``: by day, to the last complete one (nowcast first: a cut-off series foretells its cut).
    ``weights``: serial interval by lag. R of the last ``window`` days is drawn from its posterior; log R walks,
    and goes
    on with its trend: both as was best by WIS at the last ten origins. Raises ValueError as ``rt.estimate``.

    References: Cori et al. 2013; Nouvellet et al., Epidemics 2018; 22:29.
    """
    x = counts(cases, "cases")[0].astype(np.float64)
    if days < 1 or draws < 10:
        raise ValueError("days must be at least 1 and draws at least 10")
    drift, momentum = _choose(x, weights, window, seed)
    est = estimate(x, weights, window=window)
    low, high = est.quantiles((0.025, 0.975))[:, 0, -1]
    size = _dispersion(x, weights, est.mean[0], est.t_end)
    paths = renewal(
        x, weights, days=days, seed=seed, draws=draws, window=window, drift=drift, momentum=momentum, size=size
    )
    sure = bool(est.says_something()[0, -1])
    return Forecast(paths, (float(est.mean[0, -1]), float(low), float(high)), size, drift, momentum, sure)


def renewal(
    cases: ArrayLike,
    weights: ArrayLike,
    *,
    days: int,
    seed: int,
    draws: int = 1000,
    window: int = 7,
    drift: float = 0.0,
    momentum: float = 0.0,
    size: float = 1e6,
) -> Floats:
    """Paths (draws, days) of I(t) ~ NegBin(R(t) Λ(t), k = ``size``), with R as said in :func:`forecast`."""
    x = counts(cases, "cases")[0].astype(np.float64)
    rng = np.random.default_rng(seed)
    est = estimate(x, weights, window=window)
    log_r = np.log(np.maximum(rng.gamma(est.shape[0, -1], 1 / est.rate[0, -1], draws), 1e-9))
    w = np.asarray(weights, dtype=np.float64)
    reach = min(len(w) - 1, len(x))
    back = w[reach:0:-1]  # the oldest day first
    seen = np.zeros((draws, reach + days))
    seen[:, :reach] = x[-reach:]
    slope = momentum * _trend(est.mean[0])
    for h in range(days):
        slope *= DAMP
        log_r = log_r + slope + drift * rng.standard_normal(draws)
        mean = np.exp(np.minimum(log_r, 3.0)) * (seen[:, h : h + reach] @ back)
        rate = mean * rng.gamma(size, 1 / size, draws)
        seen[:, reach + h] = rng.poisson(np.minimum(rate, 1e9))
    return seen[:, reach:]


def doubling_time(reproduction: float, weights: ArrayLike) -> float:
    """Days in which cases double at this R (negative: halve); infinite at R = 1 (Wallinga and Lipsitch 2007)."""
    r = growth_rate(reproduction, weights)
    return float(np.log(2) / r) if abs(r) > 1e-9 else float("inf")


def _trend(mean: Floats) -> float:
    """Slope of log R over the last week a day, at most 0.2 either way."""
    late = np.log(np.maximum(mean[-8:], 1e-3))
    late = late[np.isfinite(late)]
    return float(np.clip(np.polyfit(np.arange(len(late)), late, 1)[0], -0.2, 0.2)) if len(late) >= 4 else 0.0


def _dispersion(x: Floats, weights: ArrayLike, mean: Floats, t_end: ArrayLike) -> float:
    """k of the counts of the last four weeks about what R of their window foretold."""
    ends = np.asarray(t_end) - 1
    told = mean * infectiousness(x, weights)[0, ends]
    ok = np.isfinite(told) & (np.arange(len(told)) >= len(told) - 28)
    return fit_size(x[ends][ok], told[ok]) if ok.sum() >= 7 else 10.0


def _choose(x: Floats, weights: ArrayLike, window: int, seed: int, ahead: int = 7) -> tuple[float, float]:
    """Drift and momentum with the least WIS relative to the level, at the last origins."""
    origins = [t for t in range(len(x) - ahead - LOOKS_BACK + 1, len(x) - ahead + 1) if t > 2 * window]
    origins = [t for t in origins if x[t - 7 : t].sum() >= 10]
    best, least = (DRIFTS[1], 0.0), np.inf
    if len(origins) < 3:
        return best
    for drift, momentum in product(DRIFTS, MOMENTA):
        cost = 0.0
        for t in origins:
            est = estimate(x[:t], weights, window=window)
            size = _dispersion(x[:t], weights, est.mean[0], est.t_end)
            # The same seed for every pair: they are compared on the same noise.
            paths = renewal(
                x[:t],
                weights,
                days=ahead,
                seed=seed,
                draws=200,
                window=window,
                drift=drift,
                momentum=momentum,
                size=size,
            )
            q = np.quantile(paths, LEVELS, axis=0)
            cost += float((wis(q, LEVELS, x[t : t + ahead]) / (x[t - 7 : t].mean() + 1)).sum())
        if cost < least:
            best, least = (drift, momentum), cost
    return best
