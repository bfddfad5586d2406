"""How long patients stay, learned from a place's own discharges, and the beds that follow.

The stay is a gamma by day; its mean is learned from how many left on the last days given who came before, so that
today's patients are as old in their beds as their admissions make them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..rt.serial import discretise
from .baseline import Floats

MEANS = np.arange(6.0, 46.0, 2.0)  # days
VARIATIONS = (0.3, 0.5)  # sd over mean
UNSURE = 0.35  # sd of the log of the mean stay before any discharge
LEARNS_FROM = 14  # last days with discharges
LONGEST = 120


@dataclass(frozen=True)
class Flow:
    """A place by day: ``beds`` taken at the close, ``came`` and ``left`` within the day; NaN where not known."""

    beds: Floats
    came: Floats
    left: Floats


@dataclass(frozen=True)
class Stay:
    """Mean stay after the last day (days, with 95 % interval), and beds by origin and day ahead (origins, days)."""

    mean: tuple[float, float, float]
    beds: Floats


def flow(beds: ArrayLike, came: ArrayLike) -> Flow:
    """The flow behind beds taken and cases who came; days without a figure lie on the line between their neighbours.

    Who came before the first day with a figure is as old in bed as that; how many of them still lie is its level.
    """
    taken, new = np.asarray(beds, dtype=np.float64), np.nan_to_num(np.asarray(came, dtype=np.float64))
    known = np.flatnonzero(~np.isnan(taken))
    if not len(known):
        return Flow(taken, np.zeros(len(taken)), np.zeros(len(taken)))
    first = known[0]
    line = np.interp(np.arange(len(taken)), known, taken[known])
    left = np.zeros(len(taken))
    left[first + 1 :] = np.maximum(new[first + 1 :] - np.diff(line[first:]), 0)
    return Flow(np.where(np.arange(len(taken)) < first, np.nan, line), np.maximum(new, 0), left)


def by_stay(seen: Flow, coming: ArrayLike, mean: float) -> Stay:
    """Beds (origins, days) that the stay learned up to each origin foretells.

    ``coming``: cases foretold after each origin, (origins, days); ``mean``: presumed mean stay. The grid of stays is
    weighed by how well each explains who left in the last fortnight, with the dispersion of counts.
    """
    new = np.asarray(coming, dtype=np.float64)
    origins, days = new.shape
    stays = [(m, m * v) for m in MEANS for v in VARIATIONS]
    leave = np.array([discretise(m, sd, LONGEST + days + 1) for m, sd in stays])  # (grid, lag)
    still = np.clip(1 - np.cumsum(leave, axis=1), 0, 1)
    before = round(mean)
    first = int(np.argmax(~np.isnan(seen.beds))) if (~np.isnan(seen.beds)).any() else origins
    arrived = np.concatenate([np.zeros(before), seen.came])
    if first < origins:
        # Those in bed on the first known day whose coming is not known came evenly over the stay before the series.
        unknown = max(0.0, float(seen.beds[first] - seen.came[: first + 1].sum()))
        arrived[:before] += unknown / before
    lag = np.arange(origins)[:, None] + before - np.arange(origins + before)[None, :]  # since arrival, at each origin
    by_lag = np.where((lag >= 0) & (lag <= LONGEST), arrived[None, :], 0.0)
    at = np.clip(lag, 0, LONGEST)
    told = np.einsum("oa,goa->og", by_lag, leave[:, at])  # who should have left on each day
    fit = -0.5 * ((seen.left[:, None] - told) ** 2 / (told + 0.1 * told**2 + 1) + np.log(told + 0.1 * told**2 + 1))
    fit[: first + 1] = 0
    run = np.cumsum(fit, axis=0)
    run[LEARNS_FROM:] -= run[:-LEARNS_FROM].copy()
    log = run - 0.5 * (np.log(np.array([m for m, _ in stays]) / mean) / UNSURE) ** 2
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    here = np.einsum("oa,goa->og", by_lag, still[:, at])
    scale = np.divide(seen.beds[:, None], here, out=np.zeros_like(here), where=here > 1e-9)
    found = np.empty((origins, days))
    for h in range(1, days + 1):
        old = scale * np.einsum("oa,goa->og", by_lag, still[:, at + h])
        later = new[:, :h] @ still[:, :h][:, ::-1].T
        found[:, h - 1] = ((old + later) * weight).sum(axis=1)
    return Stay(_interval(np.array([m for m, _ in stays]), weight[-1]), found)


def by_hazard(seen: Flow, coming: ArrayLike, window: int = 10) -> Floats:
    """Beds (origins, days) if the share that leaves a day goes on with its trend of the last ``window`` days."""
    new = np.asarray(coming, dtype=np.float64)
    found = np.full(new.shape, np.nan)
    for now in range(len(new)):
        if np.isnan(seen.beds[now]):
            continue
        late = slice(max(0, now - window + 1), now + 1)
        lay = np.nan_to_num(seen.beds[max(0, now - window) : now])
        left = seen.left[late][-len(lay) :] if len(lay) else np.zeros(0)
        week, stock = left[-7:].sum() + 0.5, lay[-7:].sum() + 20
        share, slope = week / stock, 0.0
        if len(lay) >= 4:
            logs = np.log((left + 0.5) / (lay + 20))
            slope = float(np.clip(np.polyfit(np.arange(len(logs)), logs, 1)[0], -0.1, 0.1))
        beds = seen.beds[now]
        for h in range(new.shape[1]):
            rate = share * np.exp(slope * 0.9 * (1 - 0.9 ** (h + 1)) / 0.1)
            beds = beds * (1 - min(0.3, rate)) + new[now, h]
            found[now, h] = beds
    return found


def _interval(values: Floats, weight: Floats) -> tuple[float, float, float]:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weight[order])
    at = np.minimum(np.searchsorted(below, (0.025, 0.975)), len(order) - 1)
    low, high = values[order][at]
    return float(values @ weight), float(low), float(high)
