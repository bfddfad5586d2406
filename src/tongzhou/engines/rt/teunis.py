"""The case reproduction number of Wallinga and Teunis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cori import counts
from .serial import Floats

EXACT = 20_000  # cases that a window may have infected, up to which the distribution is summed exactly


@dataclass(frozen=True)
class CaseEstimate:
    """Secondary cases per case of each window; ``cohort`` by day. NaN where a window has no case.

    ``settled``: whether 95 % of the serial interval had passed since the window's last day, so that its secondary cases
    have mostly happened.
    """

    t_start: NDArray[np.int64]
    t_end: NDArray[np.int64]
    mean: Floats
    sd: Floats
    q025: Floats
    median: Floats
    q975: Floats
    cohort: Floats
    settled: NDArray[np.bool_]


def wallinga_teunis(incidence: ArrayLike, weights: ArrayLike, *, window: int = 7) -> CaseEstimate:
    """Average number of secondary cases of the cases with onset in each window, from day 2 on.

    ``incidence``: whole numbers by day, one series. ``weights``: serial interval by lag. Sd and quantiles are those of
    the random tree: the secondary cases of a window are a sum of binomials, whose distribution is obtained exactly by
    Fourier inversion instead of simulated trees; where more than ``EXACT`` cases can be theirs, by the Cornish–Fisher
    expansion, which is then within one case. The last windows are too low, because their secondary cases have not
    happened yet (not corrected, as in EpiEstim): see ``settled``. Raises ValueError as :func:`estimate`.

    References: Wallinga and Teunis, Am J Epidemiol 2004; 160:509.
    """
    cases = counts(incidence, "incidence")
    if len(cases) != 1:
        raise ValueError("Wallinga–Teunis takes one series")
    x = cases[0].astype(np.float64)
    days = len(x)
    if not 1 <= window < days:
        raise ValueError(f"a window of {window} days needs at least {window + 1} days; the series has {days}")
    given = np.asarray(weights, dtype=np.float64)
    w = np.zeros(days)
    w[: min(days, len(given))] = given[:days]
    lag = np.arange(days)[:, None] - np.arange(days)[None, :]
    pull = np.where(lag > 0, w[np.maximum(lag, 0)], 0.0)  # infected on day s (row) by one case of day t (column)
    force = pull @ x
    share = np.divide(pull, force[:, None], out=np.zeros_like(pull), where=force[:, None] > 0)
    cohort = x @ share
    starts = np.arange(1, days - window + 1)
    rows = np.array([_window(x, share, cohort, int(s), int(s) + window) for s in starts])
    mean, sd, q025, median, q975 = rows.T
    passed = np.cumsum(w)[days - starts - window] / max(float(given.sum()), 1e-300)
    return CaseEstimate(starts + 1, starts + window, mean, sd, q025, median, q975, cohort, passed >= 0.95)


def _window(x: Floats, share: Floats, cohort: Floats, start: int, stop: int) -> tuple[float, ...]:
    size = x[start:stop].sum()
    if size == 0:
        return (np.nan,) * 5
    q = np.clip(share[:, start:stop] @ x[start:stop], 0.0, 1.0)
    mean = float(cohort[start:stop] @ x[start:stop] / size)
    sd = float(np.sqrt((x * q * (1 - q)).sum()) / size)
    return (mean, sd, *(_binomial_sum(np.round(x), q, (0.025, 0.5, 0.975)) / size))


def _binomial_sum(trials: Floats, p: Floats, levels: tuple[float, ...]) -> Floats:
    """Quantiles of Σ Binomial(trials, p) from the inverse Fourier transform of its characteristic function."""
    some = (trials > 0) & (p > 0)
    trials, p = trials[some], p[some]
    if trials.sum() > EXACT:
        return _cornish_fisher(trials, p, levels)
    length = int(trials.sum()) + 1
    turn = np.exp(-2j * np.pi * np.arange(length) / length)
    phi = np.ones(length, dtype=np.complex128)
    for n, chance in zip(trials, p, strict=True):
        phi *= (1 - chance + chance * turn) ** n
    below = np.cumsum(np.fft.ifft(phi).real)
    return np.searchsorted(below, np.asarray(levels) - 1e-12).astype(np.float64)


def _cornish_fisher(trials: Floats, p: Floats, levels: tuple[float, ...]) -> Floats:
    """The same from mean, variance and third and fourth cumulant (Cornish and Fisher 1938)."""
    from scipy.special import ndtri

    spread = trials * p * (1 - p)
    mean, variance = float((trials * p).sum()), float(spread.sum())
    if variance < 1e-9:
        return np.full(len(levels), np.round(mean))
    third = float((spread * (1 - 2 * p)).sum()) / variance**1.5
    fourth = float((spread * (1 - 6 * p * (1 - p))).sum()) / variance**2
    z = ndtri(np.asarray(levels))
    x = z + (z**2 - 1) * third / 6 + (z**3 - 3 * z) * fourth / 24 - (2 * z**3 - 5 * z) * third**2 / 36
    # The least count at or above a level is the continuous quantile, rounded.
    return np.asarray(np.round(mean + np.sqrt(variance) * x), dtype=np.float64)
