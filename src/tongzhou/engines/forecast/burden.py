"""From cases to beds and to how long the stock lasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .baseline import Floats


def admissions(past: ArrayLike, paths: ArrayLike, delay: ArrayLike, share: float) -> Floats:
    """Expected admissions or severe cases by day ahead: share · Σ cases(t - d) · delay(d), (draws, days).

    ``past``: cases by day up to now, ``paths``: (draws, days) ahead, ``delay``: probability of 0, 1, … days from case
    to admission. Raises ValueError for a delay that is no distribution or a share outside 0 to 1.
    """
    p = _distribution(delay, "delay")
    if not 0 <= share <= 1:
        raise ValueError(f"the share admitted must be from 0 to 1, got {share}")
    return np.asarray(share * _convolve(past, paths, p), dtype=np.float64)


def occupancy(now: float, admitted: ArrayLike, coming: ArrayLike, stay: ArrayLike) -> Floats:
    """Beds taken by day ahead, (draws, days).

    ``admitted``: past admissions by day, ``coming``: (draws, days), ``stay``: probability of leaving after 0,
    1, … days. Without past admissions (empty) the ``now`` patients leave as if admitted evenly; with them, they are
    scaled to ``now``.
    """
    p = _distribution(stay, "stay")
    still = 1 - np.concatenate([[0.0], np.cumsum(p)[:-1]])  # in bed on day d after admission (day 0 counts)
    ahead = np.atleast_2d(np.asarray(coming, dtype=np.float64))
    days = ahead.shape[1]
    past = np.asarray(admitted, dtype=np.float64)
    if not len(past):
        past = np.ones(len(still))
    old = _convolve(past, np.zeros((1, days)), still)[0]
    today = float((past[::-1][: len(still)] * still[: len(past)]).sum())
    old = old * (now / today if today > 0 else 0.0)
    return np.asarray(_convolve(np.zeros(len(still)), ahead, still) + old, dtype=np.float64)


@dataclass(frozen=True)
class Peak:
    """Largest value within the horizon (median, 95 % interval), its likeliest day, and whether it is still rising."""

    height: tuple[float, float, float]
    day: int
    beyond: bool


def peak(paths: ArrayLike) -> Peak:
    """When and how high; ``beyond``: most paths are highest on the last day, so the peak is not in sight."""
    x = np.asarray(paths, dtype=np.float64)
    height = np.quantile(x.max(axis=1), (0.5, 0.025, 0.975))
    when = x.argmax(axis=1)
    mode = int(np.bincount(when, minlength=x.shape[1]).argmax())
    beyond = bool((when == x.shape[1] - 1).mean() > 0.5)
    return Peak((float(height[0]), float(height[1]), float(height[2])), mode + 1, beyond)


def days_of_cover(stock: float, demand: ArrayLike, arriving: ArrayLike | None = None) -> Floats:
    """Days until the stock is used up, by draw; infinite where it outlasts the horizon.

    ``demand``: items a day ahead, (draws, days); ``arriving``: items by day ahead, at its start. A stock that ends
    within a day counts the part.
    """
    need = np.atleast_2d(np.asarray(demand, dtype=np.float64))
    come = np.zeros(need.shape[1]) if arriving is None else np.asarray(arriving, dtype=np.float64)
    left = stock + np.cumsum(come) - np.cumsum(need, axis=1)
    out = left < 0
    first = out.argmax(axis=1)
    rows = np.arange(len(need))
    before = left[rows, first] + need[rows, first]
    part = np.divide(before, need[rows, first], out=np.zeros(len(need)), where=need[rows, first] > 0)
    return np.where(out.any(axis=1), first + np.clip(part, 0, 1), np.inf)


def _convolve(past: ArrayLike, paths: ArrayLike, kernel: Floats) -> Floats:
    ahead = np.atleast_2d(np.asarray(paths, dtype=np.float64))
    before = np.asarray(past, dtype=np.float64)
    series = np.concatenate([np.repeat(before[None, :], len(ahead), axis=0), ahead], axis=1)
    found = np.zeros(ahead.shape)
    for h in range(ahead.shape[1]):
        at = len(before) + h
        reach = min(len(kernel), at + 1)
        found[:, h] = series[:, at - reach + 1 : at + 1] @ kernel[:reach][::-1]
    return found


def _distribution(values: ArrayLike, name: str) -> Floats:
    p = np.asarray(values, dtype=np.float64)
    if p.ndim != 1 or not len(p) or not (p >= 0).all() or abs(p.sum() - 1) > 0.01:
        raise ValueError(f"the {name} must be probabilities by day that sum to 1, got a sum of {p.sum():.4g}")
    return np.asarray(p / p.sum(), dtype=np.float64)
