"""The serial interval from pairs of infector and infectee, and how it shortens."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """Mean and sd of ``pairs`` serial intervals in days, with 95 % intervals; ``negative``: share of those below 0.

    ``says_something`` is false with fewer than ten pairs.
    """

    pairs: int
    mean: float
    mean_low: float
    mean_high: float
    sd: float
    sd_low: float
    sd_high: float
    median: float
    negative: float
    says_something: bool


def serial_interval(infector: ArrayLike, infectee: ArrayLike, *, seed: int, draws: int = 2000) -> Interval:
    """Serial interval of pairs of onset days.

    ``infector``, ``infectee``: onset as day number, NaN where not known: such pairs are left out. Negative intervals
    (pre-symptomatic transmission) are kept. Intervals by bootstrap over pairs. Recent infectors have only had time for
    short ones: leave out infectors of the last three weeks, or read :func:`by_period` with care.
    Raises ValueError where no pair is complete.

    References: Ali et al., Science 2020; 369:1106; Du et al., Emerg Infect Dis 2020; 26:1341.
    """
    a, b = np.asarray(infector, dtype=np.float64), np.asarray(infectee, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"{len(a)} infectors but {len(b)} infectees")
    gap = (b - a)[np.isfinite(a) & np.isfinite(b)]
    if len(gap) < 2:
        raise ValueError(f"{len(gap)} pairs with both onsets: at least 2 are needed")
    rng = np.random.default_rng(seed)
    again = gap[rng.integers(0, len(gap), (draws, len(gap)))]
    mean = np.quantile(again.mean(axis=1), (0.025, 0.975))
    sd = np.quantile(again.std(axis=1, ddof=1), (0.025, 0.975))
    return Interval(
        len(gap),
        float(gap.mean()),
        float(mean[0]),
        float(mean[1]),
        float(gap.std(ddof=1)),
        float(sd[0]),
        float(sd[1]),
        float(np.median(gap)),
        float((gap < 0).mean()),
        len(gap) >= 10,
    )


def by_period(infector: ArrayLike, infectee: ArrayLike, starts: ArrayLike, *, seed: int) -> list[Interval | None]:
    """Serial intervals by the infector's onset: one for each period that begins at ``starts`` (day numbers, rising).

    None where a period has fewer than two pairs.
    """
    a, b = np.asarray(infector, dtype=np.float64), np.asarray(infectee, dtype=np.float64)
    edges = np.append(np.asarray(starts, dtype=np.float64), np.inf)
    found: list[Interval | None] = []
    for low, high in pairwise(edges):
        its = (a >= low) & (a < high)
        enough = (np.isfinite(a) & np.isfinite(b) & its).sum() >= 2
        found.append(serial_interval(a[its], b[its], seed=seed) if enough else None)
    return found
