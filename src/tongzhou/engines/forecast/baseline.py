"""Forecasts that any model must beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def last_value(cases: ArrayLike, *, days: int, seed: int, draws: int = 1000) -> Floats:
    """Tomorrow is like today: the last count plus a walk of the series' own past steps, either sign; (draws, days).

    References: the baseline of the COVID-19 forecast hubs (Cramer et al., PNAS 2022; 119:e2113561119).
    """
    x = np.asarray(cases, dtype=np.float64)
    rng = np.random.default_rng(seed)
    steps = np.diff(x)
    steps = np.concatenate([steps, -steps]) if len(steps) else np.zeros(1)
    walk = np.cumsum(rng.choice(steps, (draws, days)), axis=1)
    walk -= np.median(walk, axis=0)  # the hubs keep the median at the last value
    return np.asarray(np.maximum(np.round(x[-1] + walk), 0.0), dtype=np.float64)


def log_linear(cases: ArrayLike, *, days: int, seed: int, draws: int = 1000, window: int = 14) -> Floats:
    """The exponential trend of the last ``window`` days goes on, with its regression error; (draws, days)."""
    x = np.asarray(cases, dtype=np.float64)[-window:]
    rng = np.random.default_rng(seed)
    t = np.arange(len(x)) - len(x) + 1.0
    z = np.log(x + 0.5)
    if len(x) < 4:
        return np.repeat(np.maximum(x[-1:], 0.0), draws * days).reshape(draws, days)
    design = np.column_stack([np.ones(len(t)), t])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ z
    dof = len(t) - 2
    error = float(((z - design @ beta) ** 2).sum()) / dof
    scale = np.sqrt(error * dof / rng.chisquare(dof, draws))
    drawn = beta + (rng.standard_normal((draws, 2)) @ np.linalg.cholesky(inverse).T) * scale[:, None]
    ahead = np.arange(1, days + 1.0)
    path = drawn[:, :1] + drawn[:, 1:] * ahead + rng.standard_normal((draws, days)) * scale[:, None]
    # A doubling every day for two weeks is the regression's error, not a forecast.
    limit = np.log(x.max() + 1) + 0.7 * ahead
    return np.asarray(np.maximum(np.round(np.exp(np.minimum(path, limit)) - 0.5), 0.0), dtype=np.float64)
