"""Serial intervals by day."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def discretise(mean: float, sd: float, days: int) -> Floats:
    """Probability of a serial interval of 0, 1, … ``days - 1`` days: gamma, shifted by one day.

    ``mean`` and ``sd`` in days, of the whole interval (the shift included). The weights are not normalised:
    what lies beyond ``days`` is missing from the sum, as in EpiEstim. Raises ValueError for mean ≤ 1 or sd ≤ 0.

    References: Cori et al., Am J Epidemiol 2013, web appendix 11.
    """
    from scipy.special import gammainc

    if not (mean > 1 and sd > 0 and np.isfinite(mean + sd)):
        raise ValueError(f"the mean serial interval must be above 1 day and its sd above 0; got {mean} and {sd}")
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)
    k = np.arange(days, dtype=np.float64)

    def partial(x: Floats) -> tuple[Floats, Floats]:
        at = np.maximum(x, 0.0) / scale
        return gammainc(shape, at), gammainc(shape + 1, at)

    (f0, g0), (f1, g1), (f2, g2) = partial(k), partial(k - 1), partial(k - 2)
    w = k * f0 + (k - 2) * f2 - 2 * (k - 1) * f1 + (mean - 1) * (2 * g1 - g2 - g0)
    return np.maximum(w, 0.0)


def proper(weights: ArrayLike, tolerance: float = 0.01) -> Floats:
    """The weights by lag 0, 1, … as an array, when they are a serial interval.

    Raises ValueError naming the lag: NaN or negative weight, weight at lag 0, sum further than ``tolerance``
    from 1.
    """
    w = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    if w.ndim != 1 or len(w) < 2:
        raise ValueError("a serial interval needs weights for lag 0 and at least one more")
    bad = np.flatnonzero(~(w >= 0) | ~np.isfinite(w))
    if len(bad):
        raise ValueError(f"lag {bad[0]}: the weight of a serial interval must be 0 or more, got {w[bad[0]]}")
    if w[0] != 0:
        raise ValueError(f"lag 0: the weight must be 0 (nobody infects on the day of infection), got {w[0]}")
    if abs(w.sum() - 1) > tolerance:
        raise ValueError(f"the weights of the serial interval sum to {w.sum():.6g}, not to 1")
    return w
