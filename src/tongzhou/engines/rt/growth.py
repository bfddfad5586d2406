"""R of the days since a series began or changed, from its growth alone: nothing before them is needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .cori import counts
from .serial import Floats

PRESUMED = 0.5  # sd of the growth rate a day before any case: doublings of 1.4 days and slower


def by_growth(cases: ArrayLike, weights: ArrayLike) -> tuple[float, float, float]:
    """R (middle, 2.5 %, 97.5 %) of one series of three days or more that is taken to grow or shrink evenly.

    The growth rate is that of a log-linear regression of counts with the dispersion they show, at least a Poisson's;
    R is 1 / Σ w(s) exp(-r s). Where infectors lie before a change of definition, this is what can be said without
    them: not which cases infected whom, but how fast they become more. Raises ValueError for fewer days or no case.

    References: Wallinga and Lipsitch, Proc R Soc B 2007; 274:599. McCullagh and Nelder, Generalized Linear Models,
    1989, chapter 9.
    """
    from scipy.special import stdtrit

    x = counts(cases, "cases")[0].astype(np.float64)
    if len(x) < 3 or x.sum() == 0:
        raise ValueError(f"growth needs at least three days and a case; got {len(x)} days and {x.sum():g} cases")
    at = np.asarray(np.arange(len(x)) - (len(x) - 1) / 2, dtype=np.float64)
    slope = 0.0
    for _ in range(100):
        mean, centre, width = _line(x, at, slope)
        # The presumed slope keeps the search finite where all cases fell on one day.
        step = (x @ at - x.sum() * centre - slope / PRESUMED**2) / (x.sum() * width + 1 / PRESUMED**2)
        slope += float(np.clip(step, -0.3, 0.3))
        if abs(step) < 1e-12:
            break
    mean, centre, width = _line(x, at, slope)
    spread = max(1.0, float(((x - mean) ** 2 / np.maximum(mean, 1e-9)).sum()) / (len(x) - 2))
    error = float(np.sqrt(spread / (x.sum() * width + 1 / PRESUMED**2)))
    reach = float(stdtrit(len(x) - 2, 0.975)) * error
    middle, low, high = (_reproduction(r, weights) for r in (slope, slope - reach, slope + reach))
    return middle, low, high


def _line(x: Floats, at: Floats, slope: float) -> tuple[Floats, float, float]:
    """The means of a line through the total, and the centre and variance of its days."""
    share = np.exp(slope * at - np.abs(slope * at).max())
    share /= share.sum()
    centre = float(share @ at)
    return np.asarray(x.sum() * share, dtype=np.float64), centre, float(share @ (at - centre) ** 2)


def _reproduction(rate: float, weights: ArrayLike) -> float:
    w = np.asarray(weights, dtype=np.float64)
    return float(w.sum() / (w @ np.exp(-np.clip(rate, -2, 2) * np.arange(len(w)))))
