"""R when the mean and sd of the serial interval are themselves uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cori import estimate
from .serial import Floats, discretise


@dataclass(frozen=True)
class Mixture:
    """Equal mixture of gamma posteriors, one per serial interval: ``shape``, ``rate`` (draws, windows), NaN if none."""

    t_start: NDArray[np.int64]
    t_end: NDArray[np.int64]
    shape: Floats
    rate: Floats

    @property
    def mean(self) -> Floats:
        return _mean(self.shape / self.rate)

    @property
    def sd(self) -> Floats:
        second = _mean(self.shape * (self.shape + 1) / self.rate**2)
        return np.sqrt(second - self.mean**2)

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Quantiles of the mixture (levels, windows) by bisection to full precision: no sampling of R."""
        found = np.full((len(levels), self.shape.shape[1]), np.nan)
        for j in range(self.shape.shape[1]):
            some = np.isfinite(self.shape[:, j])
            if some.any():
                a, b = self.shape[some, j], self.rate[some, j]
                found[:, j] = [_quantile(a, b, q) for q in levels]
        return found


def draw_intervals(
    seed: int,
    draws: int,
    mean: tuple[float, float, float, float],
    sd: tuple[float, float, float, float],
) -> Floats:
    """Draw means and sds of serial intervals, (draws, 2): normal (centre, sd) cut to [low, high] for each.

    ``mean`` and ``sd`` are (centre, sd, low, high). Raises ValueError where a range is empty or reaches a mean of 1.
    """
    for name, (centre, spread, low, high) in (("mean", mean), ("sd", sd)):
        if not (low <= centre <= high and spread > 0):
            raise ValueError(f"the {name} of the serial interval must lie in its range, with a spread above 0")
    if mean[2] <= 1:
        raise ValueError("the lower end of the mean serial interval must be above 1 day")
    rng = np.random.default_rng(seed)
    columns = []
    for centre, spread, low, high in (mean, sd):
        kept = np.empty(0)
        while len(kept) < draws:
            some = rng.normal(centre, spread, 2 * draws)
            kept = np.concatenate([kept, some[(some >= low) & (some <= high)]])
        columns.append(kept[:draws])
    return np.column_stack(columns)


def estimate_uncertain(
    incidence: ArrayLike, intervals: ArrayLike, *, window: int = 7, prior_mean: float = 5.0, prior_sd: float = 5.0
) -> Mixture:
    """R of one series over ``intervals`` (draws, 2: mean and sd of the serial interval); see :func:`estimate`.

    A draw contributes to the windows that end after its mean, as in EpiEstim's ``uncertain_si``.
    """
    x = np.atleast_2d(np.asarray(incidence))
    shapes, rates = [], []
    est = None
    for centre, spread in np.asarray(intervals, dtype=np.float64):
        w = discretise(centre, spread, x.shape[1])
        est = estimate(x, w, window=window, prior_mean=prior_mean, prior_sd=prior_sd)
        silent = est.t_end <= centre
        shapes.append(np.where(silent, np.nan, est.shape[0]))
        rates.append(np.where(silent, np.nan, est.rate[0]))
    if est is None:
        raise ValueError("at least one serial interval is needed")
    return Mixture(est.t_start, est.t_end, np.array(shapes), np.array(rates))


def _mean(x: Floats) -> Floats:
    some = np.isfinite(x)
    n = some.sum(axis=0)
    mean = np.divide(np.where(some, x, 0.0).sum(axis=0), n, out=np.full(x.shape[1], np.nan), where=n > 0)
    return np.asarray(mean, dtype=np.float64)


def _quantile(a: Floats, b: Floats, q: float) -> float:
    from scipy.special import gammainc

    low, high = 0.0, float((a / b).max() + 1)
    while gammainc(a, b * high).mean() < q:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if gammainc(a, b * middle).mean() < q else (low, middle)
    return (low + high) / 2
