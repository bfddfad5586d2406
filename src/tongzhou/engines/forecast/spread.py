"""Several forecasts of one series pooled by their own past misses, and bands from the misses of the pool.

The scale is the fourth root of a count and one: misses are relative where counts are large, and nought is an ordinary
count. What was missed at a distance weighs and widens the forecast at that distance only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .baseline import Floats

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
FORGETS = 0.9  # a miss of yesterday counts so much of one of today
PRIOR_MISSES = 5.0  # what is presumed of a series counts as so many own misses
FREEDOM = 20.0  # degrees of freedom of the bands before any own miss
WILD = 3.0  # a miss counts at most as so many presumed ones: one broken day must not widen all days after
POWER = 3.0  # of the mean miss that a method is distrusted by
JOINED = 0.9  # correlation of neighbouring days' ranks along a path


@dataclass(frozen=True)
class Presumed:
    """Spread before a series has shown its own misses: ``first`` + ``more`` · distance ** ``power``, relative.

    Wide enough to hold nine in ten of the early truths of epidemics other than the one foretold (docs/validation.md).
    """

    first: float
    more: float
    power: float

    def by_distance(self, days: int) -> Floats:
        return np.asarray(self.first + self.more * np.arange(1, days + 1.0) ** self.power, dtype=np.float64)


@dataclass(frozen=True)
class Told:
    """A forecast by distance 1, 2, … days: its middle, spread and degrees of freedom on the scale of fourth roots.

    ``judged``: how many own past forecasts at that distance, from a long enough series, could be held against what
    came; ``held``: in how many of them the 95 % band held it. ``weights``: (methods, days). ``before``: the same at
    every earlier origin, as middle,
    spread and freedom (origins, days), NaN where nothing was foretold; ``scored``: which of them ``judged`` counts.
    """

    middle: Floats
    spread: Floats
    freedom: Floats
    judged: NDArray[np.int64]
    held: NDArray[np.int64]
    weights: dict[str, Floats] = field(default_factory=dict)
    before: tuple[Floats, Floats, Floats] | None = field(default=None, repr=False, compare=False)
    scored: NDArray[np.bool_] | None = field(default=None, repr=False, compare=False)

    def quantiles(self, levels: Sequence[float] = LEVELS) -> Floats:
        """Quantiles by day ahead, (levels, days)."""
        return quantiles(self.middle, self.spread, self.freedom, levels)

    def paths(self, draws: int, seed: int) -> Floats:
        """Paths (draws, days) whose days have these quantiles and whose neighbouring days go together."""
        from scipy.special import ndtr, stdtrit

        rng = np.random.default_rng(seed)
        noise = rng.standard_normal((draws, len(self.middle)))
        for h in range(1, noise.shape[1]):
            noise[:, h] = JOINED * noise[:, h - 1] + np.sqrt(1 - JOINED**2) * noise[:, h]
        drawn = stdtrit(self.freedom, ndtr(noise))
        return lower(self.middle + self.spread * drawn)


def quantiles(middle: Floats, spread: Floats, freedom: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles (levels, …) of forecasts whose middle, spread and freedom have any one shape."""
    from scipy.special import stdtrit

    at = np.asarray(levels, dtype=np.float64).reshape(-1, *(1,) * np.ndim(middle))
    return lower(middle + spread * stdtrit(freedom, at))


def raised(counts: ArrayLike) -> Floats:
    """A count on the scale of fourth roots, slope 1 at nought."""
    return np.asarray(4 * ((np.asarray(counts, dtype=np.float64) + 1) ** 0.25 - 1), dtype=np.float64)


def lower(values: ArrayLike) -> Floats:
    """The count of a value on the scale of fourth roots, nought or more."""
    root = np.maximum(np.asarray(values, dtype=np.float64) / 4 + 1, 0)
    return np.asarray(np.maximum(root**4 - 1, 0), dtype=np.float64)


def pool(
    foretold: dict[str, Floats],
    came: ArrayLike,
    same: ArrayLike,
    enough: ArrayLike,
    presumed: Presumed,
    prior: dict[str, float],
) -> Told:
    """The pool of forecasts made after the last day, by what they and the pool missed before.

    ``foretold``: by method, (origins, days): what it foretold after each day with the days known then; NaN where it
    said nothing. ``came``: by day, NaN where not known. ``same``: (origins, days), whether the day foretold compares
    with the origin (no change of definition lies between): else the miss is nobody's. ``enough``: by origin, whether
    its series was long enough to tell anything: only those judge, all widen. ``prior``: weight of each method before
    any miss. Weights go by prior / (mean relative miss)².

    References: Bates and Granger, Oper Res Q 1969; 20:451 (weights by past errors). Ray et al., Int J Forecast 2023;
    39:1366 (past misses as bands). The scale: Box and Cox, J R Stat Soc B 1964; 26:211.
    """
    names = list(foretold)
    points = raised(np.minimum(np.array([foretold[n] for n in names]), 1e8))  # (methods, origins, days)
    truth = raised(np.where(np.isnan(came), 0, came))
    origins, days = points.shape[1:]
    usual = presumed.by_distance(days)
    comparable, tellable = np.asarray(same, dtype=np.bool_), np.asarray(enough, dtype=np.bool_)
    known = ~np.isnan(np.asarray(came, dtype=np.float64))
    middle, spread, freedom = (np.full((origins, days), np.nan) for _ in range(3))
    judged, held = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    scored = np.zeros((origins, days), dtype=np.bool_)
    missed, squared, seen = np.zeros((len(names), days)), np.zeros(days), np.zeros(days)
    trust = np.array([prior[n] for n in names])[:, None]
    weights = np.full((len(names), days), np.nan)
    at = np.arange(days)
    for now in range(origins):
        made = now - 1 - at  # the origin that foretold this day at each distance
        count = (made >= 0) & known[now]
        count &= comparable[np.maximum(made, 0), at] & ~np.isnan(middle[np.maximum(made, 0), at])
        of, h = made[count], at[count]
        missed, squared, seen = missed * FORGETS, squared * FORGETS, seen * FORGETS
        off = (truth[now] - middle[of, h]) / (middle[of, h] / 4 + 1)
        wild = WILD * usual[h]
        squared[h] += np.clip(off, -wild, wild) ** 2
        each = np.abs(points[:, of, h] - truth[now]) / (truth[now] / 4 + 1)
        missed[:, h] += np.minimum(np.where(np.isnan(each), wild, each), wild)
        seen[h] += 1
        judged[h] += tellable[of]
        scored[of, h] = tellable[of]
        inside = quantiles(middle[of, h], spread[of, h], freedom[of, h], (0.025, 0.975))
        came_now = lower(truth[now])
        held[h] += tellable[of] & (came_now >= inside[0] - 0.5) & (came_now <= inside[1] + 0.5)
        says = ~np.isnan(points[:, now])
        loss = (usual + missed) / (1 + seen)
        weights = np.where(says, trust * loss**-POWER, 0)
        total = weights.sum(axis=0)
        weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        middle[now] = np.where(total > 0, (weights * np.where(says, points[:, now], 0)).sum(axis=0), np.nan)
        relative = np.sqrt((PRIOR_MISSES * usual**2 + squared) / (PRIOR_MISSES + seen))
        spread[now] = relative * (middle[now] / 4 + 1)
        freedom[now] = FREEDOM + seen
    last = dict(zip(names, weights, strict=True))
    return Told(middle[-1], spread[-1], freedom[-1], judged, held, last, (middle, spread, freedom), scored)
