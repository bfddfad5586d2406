"""Before the first report: earlier generations for Rt, and from reports back to onsets."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .cori import counts
from .serial import Floats


def back_impute(incidence: ArrayLike, window: int = 6, days: int = 100) -> tuple[Floats, int]:
    """Put exponentially growing unseen cases before a series; returns (imputed and seen, number of imputed days).

    The slope is that of log(I + 0.5) over the first ``window`` days (at least 5); imputed days with less than none are
    left out. Without it, R of the first windows is too high, since their infectors were never counted.

    References: EpiEstim 2.4, ``backimpute_I``.
    """
    x = counts(incidence, "incidence")[0].astype(np.float64)
    if not 5 <= window <= len(x):
        raise ValueError(f"the window must be from 5 to the length of the series ({len(x)}), got {window}")
    slope, level = np.polyfit(np.arange(1, window + 1), np.log(x[:window] + 0.5), 1)
    before = np.exp(level + slope * np.arange(-days, 1)) - 0.5
    before = before[before >= 0]
    return np.concatenate([before, x]), len(before)


def back_project(reports: ArrayLike, delay: ArrayLike, *, iterations: int = 200, stop: float = 1.0) -> Floats:
    """Onsets by day from reports by day and the distribution of the delay, by Richardson–Lucy.

    ``reports``: one series; ``delay``: probability of 0, 1, … days from onset to report. The answer begins as many days
    before the reports as the delay is long. Iteration ends when the reports are explained to χ² per day ≤ ``stop``;
    further on it would fit noise. The last days are corrected for delays not yet run out, with growing variance.

    References: Goldstein et al., PNAS 2009; 106:21825; Becker, Watson and Carlin, Stat Med 1991.
    """
    y = counts(reports, "reports")[0].astype(np.float64)
    p = np.asarray(delay, dtype=np.float64)
    if p.ndim != 1 or not (p >= 0).all() or not 0 < p.sum() <= 1 + 1e-9:
        raise ValueError("the delay must be probabilities by day: none negative, sum above 0 and at most 1")
    lead = len(p) - 1
    n = len(y) + lead
    lag = np.arange(lead, n)[:, None] - np.arange(n)[None, :]  # row: report day, column: onset day
    matrix = np.where((lag >= 0) & (lag <= lead), p[np.clip(lag, 0, lead)], 0.0)
    seen = matrix.sum(axis=0)
    onsets = np.full(n, max(float(y.mean()), 1e-12))
    for _ in range(iterations):
        expected = matrix @ onsets
        if float(((y - expected) ** 2 / np.maximum(expected, 1e-12)).mean()) <= stop:
            break
        ratio = np.divide(y, expected, out=np.zeros_like(y), where=expected > 0)
        onsets *= np.divide(matrix.T @ ratio, seen, out=np.ones(n), where=seen > 1e-9)
    onsets[seen <= 1e-9] = np.nan
    return onsets
