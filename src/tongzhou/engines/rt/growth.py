"""R of the days since a series began or changed, from its growth alone: nothing before them is needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from .cori import counts

STEEPEST = 1.0  # of log counts a day; steeper is a jump, not growth


def by_growth(cases: ArrayLike, weights: ArrayLike) -> tuple[float, float, float]:
    """R (middle, 2.5 %, 97.5 %) of one series of three days or more that is taken to grow or shrink evenly.

    The growth rate is that of a log-linear regression of counts with the dispersion they show, at least a Poisson's;
    R is 1 / Σ w(s) exp(-r s). Where infectors lie before a change of definition, this is what can be said without
    them: not which cases infected whom, but how fast they become more. Raises ValueError for fewer days or no case.

    References: Wallinga and Lipsitch, Proc R Soc B 2007; 274:599. McCullagh and Nelder, Generalized Linear Models,
    1989, chapter 9.
    """
    x = counts(cases, "cases")[0].astype(np.float64)
    if len(x) < 3 or x.sum() == 0:
        raise ValueError(f"growth needs at least three days and a case; got {len(x)} days and {x.sum():g} cases")
    at = np.arange(len(x)) - (len(x) - 1) / 2
    level, slope = np.log(x.mean()), 0.0
    for _ in range(50):
        mean = np.exp(level + slope * at)
        information = np.array([[mean.sum(), mean @ at], [mean @ at, mean @ at**2]])
        step = np.linalg.solve(information, [(x - mean).sum(), (x - mean) @ at])
        level, slope = level + step[0], float(np.clip(slope + step[1], -STEEPEST, STEEPEST))
        if abs(step).max() < 1e-10:
            break
    mean = np.exp(level + slope * at)
    spread = max(1.0, float(((x - mean) ** 2 / mean).sum()) / (len(x) - 2))
    error = float(np.sqrt(spread / (mean @ at**2 - (mean @ at) ** 2 / mean.sum())))
    reach = float(stdtrit(len(x) - 2, 0.975)) * error
    middle, low, high = (_reproduction(r, weights) for r in (slope, slope - reach, slope + reach))
    return middle, low, high


def _reproduction(rate: float, weights: ArrayLike) -> float:
    w = np.asarray(weights, dtype=np.float64)
    return float(w.sum() / (w @ np.exp(-np.clip(rate, -2, 2) * np.arange(len(w)))))
