"""How much of a day is known by now: shares by delay and weekday, recent days first, drawn towards a common pattern."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .reference import Floats


@dataclass(frozen=True)
class Pattern:
    """What to believe about delays: days after which a row counts half, and the pull (in rows) of all weekdays."""

    half_life: float = np.inf
    weekday_pull: float = np.inf


def hazards(y: Floats, weight: Floats, weekday: Floats | None, pull: float, prior: Floats | None = None) -> Floats:
    """Share of each delay in what is reported up to it, (7 or 1, delays).

    ``weight``: per row. ``weekday``: 0-6 per row, None for one pattern. ``pull``: rows' worth of cases by which a
    weekday is drawn to all days. ``prior``: (delays, 2) cases and hazards of a larger place, as pseudo-counts.
    """
    upto = np.cumsum(y, axis=1)  # NaN from the first hole on: such a row says nothing about later delays
    known = ~np.isnan(upto)
    w = weight[:, None] * known
    new, base = w * np.where(known, y, 0.0), w * np.where(known, upto, 0.0)
    top, bottom = new.sum(axis=0), base.sum(axis=0)
    if prior is not None:
        top, bottom = top + prior[:, 0] * prior[:, 1], bottom + prior[:, 0]
    common = np.divide(top, bottom, out=np.zeros(len(top)), where=bottom > 0)
    if weekday is None or np.isinf(pull):
        return np.asarray(common[None, :], dtype=np.float64)
    rows = w.sum(axis=0)
    typical = np.divide(bottom, rows, out=np.zeros(len(rows)), where=rows > 0)
    found = np.empty((7, len(common)))
    for day in range(7):
        its = weekday == day
        top7, bottom7 = new[its].sum(axis=0), base[its].sum(axis=0)
        pulled = bottom7 + pull * typical
        found[day] = np.divide(top7 + pull * typical * common, pulled, out=common.copy(), where=pulled > 0)
    return found


def shares(hazard: Floats) -> Floats:
    """Probability of each delay from hazards: p(d) = h(d) · Π_(later) (1 - h)."""
    keep = np.clip(1 - hazard[:, 1:], 1e-6, None)
    later = np.concatenate([np.cumprod(keep[:, ::-1], axis=1)[:, ::-1], np.ones((len(hazard), 1))], axis=1)
    p = hazard * later
    p[:, 0] = later[:, 0]
    return np.asarray(p, dtype=np.float64)


def row_shares(
    y: Floats, pattern: Pattern, weekday: Floats | None, extra: Floats, prior: Floats | None = None
) -> Floats:
    """Shares for every row of the triangle; ``extra`` multiplies the rows' weights (0 to 1)."""
    age = np.arange(len(y))[::-1]
    weight = extra * 0.5 ** (age / pattern.half_life)
    p = shares(hazards(y, weight, weekday, pattern.weekday_pull, prior))
    return p[weekday.astype(np.int64)] if weekday is not None and len(p) == 7 else np.repeat(p, len(y), axis=0)
