"""Scores of probabilistic statements against what was finally known; lower is better, coverage should be nominal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .reference import Floats


def crps(samples: ArrayLike, truth: ArrayLike) -> Floats:
    """Continuous ranked probability score of samples (draws, cases) against truth (cases).

    E|X - y| - E|X - X'| / 2 over the samples. References: Gneiting and Raftery, JASA 2007; 102:359.
    """
    x = np.sort(np.asarray(samples, dtype=np.float64), axis=0)
    y = np.asarray(truth, dtype=np.float64)
    m = len(x)
    spread = ((2 * np.arange(1, m + 1) - m - 1)[:, None] * x).sum(axis=0) / m**2
    return np.asarray(np.abs(x - y).mean(axis=0) - spread, dtype=np.float64)


def wis(quantiles: ArrayLike, levels: Sequence[float], truth: ArrayLike) -> Floats:
    """Weighted interval score of quantiles (levels, cases) against truth (cases).

    ``levels`` are symmetric about 0.5 and contain it; then it is twice the mean pinball loss. Raises ValueError if not.
    References: Bracher et al., PLoS Comput Biol 2021; 17:e1008618.
    """
    a = np.asarray(levels, dtype=np.float64)
    if not np.allclose(a + a[::-1], 1) or 0.5 not in a:
        raise ValueError("levels must be symmetric about 0.5 and contain it")
    q, y = np.asarray(quantiles, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    below = (y[None, :] < q).astype(np.float64)
    return np.asarray((2 * (below - a[:, None]) * (q - y[None, :])).mean(axis=0), dtype=np.float64)


def coverage(low: ArrayLike, high: ArrayLike, truth: ArrayLike) -> float:
    """Share of cases whose truth lies within [low, high]."""
    y = np.asarray(truth)
    return float(((y >= np.asarray(low)) & (y <= np.asarray(high))).mean())


def mean_error(estimate: ArrayLike, truth: ArrayLike) -> float:
    """Mean absolute error as a share of the truth (MAPE / 100); cases whose truth is 0 are left out."""
    e, y = np.asarray(estimate, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    some = y > 0
    return float((np.abs(e - y)[some] / y[some]).mean())
