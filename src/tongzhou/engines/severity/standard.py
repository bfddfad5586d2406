"""Rates of places of different age made comparable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Standardised:
    """Rate as it is, rate with the standard's ages and its 95 % interval, and the ages that have no denominator."""

    crude: float
    rate: float
    low: float
    high: float
    missing: tuple[int, ...]


def standardised(events: ArrayLike, denominators: ArrayLike, standard: ArrayLike) -> Standardised:
    """Directly age-standardised rate with the gamma interval of Fay and Feuer.

    ``events``, ``denominators`` (cases or people), ``standard`` (any weights): by age group. Groups without denominator
    are left out and named, and the standard is taken over the others. Raises ValueError naming the group with events
    but no denominator, and for negative numbers.

    References: Fay and Feuer, Stat Med 1997; 16:791.
    """
    from scipy.stats import gamma

    d, n, w = (np.asarray(v, dtype=np.float64) for v in (events, denominators, standard))
    if not (d.shape == n.shape == w.shape and d.ndim == 1):
        raise ValueError(f"events, denominators and standard differ in length: {d.shape}, {n.shape}, {w.shape}")
    for name, values in (("events", d), ("denominators", n), ("standard", w)):
        if not (values >= 0).all():
            raise ValueError(f"{name}, group {int(np.flatnonzero(~(values >= 0))[0]) + 1}: must be 0 or more and known")
    empty = n == 0
    if (d[empty] > 0).any():
        raise ValueError(f"group {int(np.flatnonzero(empty & (d > 0))[0]) + 1} has events but no denominator")
    if empty.all() or w[~empty].sum() == 0:
        raise ValueError("no group has both a denominator and a weight")

    share = w[~empty] / w[~empty].sum() / n[~empty]
    rate, variance = float(share @ d[~empty]), float(share**2 @ d[~empty])
    widest = float(share.max())
    low = float(gamma.ppf(0.025, rate**2 / variance, scale=variance / rate)) if rate > 0 else 0.0
    above, spread = rate + widest, variance + widest**2
    high = float(gamma.ppf(0.975, above**2 / spread, scale=spread / above))
    return Standardised(float(d.sum() / n.sum()), rate, low, high, tuple(int(i) for i in np.flatnonzero(empty)))
