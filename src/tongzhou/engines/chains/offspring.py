"""Superspreading: the negative binomial offspring distribution and how few cases cause most others."""

from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln

LOWEST, HIGHEST = np.log(1e-4), np.log(1e4)
LIKELIHOOD_95 = 1.920729410347062  # half the 95 % point of chi-squared with one degree of freedom
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Offspring:
    """Mean infectees a case and dispersion k, each with a 95 % profile-likelihood interval.

    k is None where there are too few cases or links to say (`why` names it) and infinite where counts vary no
    more than Poisson. cause_80: share of cases that account for 80 % of the observed links.
    """

    cases: int
    links: int
    mean: float
    k: float | None
    k_low: float | None
    k_high: float | None
    mean_low: float | None
    mean_high: float | None
    cause_80: float | None
    why: str = ""


def fit_offspring(counts: npt.ArrayLike) -> Offspring:
    """Fit infectees per case by maximum likelihood (Lloyd-Smith et al. 2005).

    counts: infectees of every case, zeros included, shape (cases,). For each k the likelihood is highest at the
    sample mean, so the fit is one-dimensional in log k. Cases whose infectees cannot be known yet should be left
    out: they pull the mean down. Raises ValueError for a negative count.
    """
    z = np.asarray(counts, np.int64)
    if (z < 0).any():
        raise ValueError(f"counts, row {int(np.argmax(z < 0)) + 1}: infectees must not be below 0")
    n, links = z.size, int(z.sum())
    mean = links / n if n else 0.0
    share = _share(z, 0.8) if links else None
    if n < FEWEST or not links:
        why = f"fewer than {FEWEST} cases" if n < FEWEST else "no links"
        return Offspring(n, links, mean, None, None, None, None, None, share, why)
    value, often = np.unique(z, return_counts=True)

    def likelihood(log_k: float, m: float = mean) -> float:
        k = np.exp(log_k)
        terms = gammaln(k + value) - gammaln(k) - gammaln(value + 1) - k * np.log1p(m / k)
        return float(often @ (terms + value * (np.log(m) - np.log(k + m))))

    fit = minimize_scalar(lambda x: -likelihood(x), bounds=(LOWEST, HIGHEST), method="bounded")
    best, top = float(fit.x), -float(fit.fun)
    poisson = likelihood(HIGHEST)
    if poisson >= top - 1e-9:
        best, top = inf, poisson
    start = HIGHEST if best == inf else best
    low = _crossing(lambda x: likelihood(x) - top + LIKELIHOOD_95, LOWEST, start)
    high = (
        inf
        if poisson > top - LIKELIHOOD_95
        else _crossing(lambda x: likelihood(x) - top + LIKELIHOOD_95, HIGHEST, start)
    )

    def mean_profile(log_m: float) -> float:
        around = minimize_scalar(
            lambda x: -likelihood(x, float(np.exp(log_m))), bounds=(LOWEST, HIGHEST), method="bounded"
        )
        return -float(around.fun) - top + LIKELIHOOD_95

    centre = float(np.log(mean))
    mean_low = _crossing(mean_profile, centre - 6, centre)
    mean_high = _crossing(mean_profile, centre + 6, centre)
    k = inf if best == inf else float(np.exp(best))
    return Offspring(
        n, links, mean, k, float(np.exp(low)), float(np.exp(high)),
        float(np.exp(mean_low)), float(np.exp(mean_high)), share,
    )  # fmt: skip


def _crossing(profile, outside: float, inside: float) -> float:  # type: ignore[no-untyped-def]
    """Where the profile falls below its limit between a point inside and one far out; the far one if never."""
    if profile(outside) >= 0:
        return outside
    return float(brentq(profile, *sorted((outside, inside)), xtol=1e-9))


def _share(counts: npt.NDArray[np.int64], of: float) -> float:
    """Smallest share of cases that together have the share `of` of all links."""
    summed = np.cumsum(np.sort(counts)[::-1])
    return float((np.searchsorted(summed, of * summed[-1] - 1e-9) + 1) / counts.size)
