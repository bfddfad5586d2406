"""The forecast of a place's new cases and of the beds its patients take."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..rt.cori import counts
from .baseline import Floats
from .spread import Presumed, Told, lower, pool
from .stays import Stay, by_hazard, by_stay, flow
from .trend import DECLINE_FADES, GROWTH_FADES, carried, trending

ENOUGH = 7  # known days since a start or change, from which on a forecast can be told and judged
CASES = Presumed(0.3, 0.09, 0.8)
BEDS = Presumed(0.05, 0.07, 0.9)
# Before a series has shown which of them it follows: an unfading exponential is believed once it has proved right.
CASES_PRIOR = {"last value": 1.0, "fading trend": 1.0, "log-linear": 0.02}
BEDS_PRIOR = {"stay": 1.0, "hazard": 1.0, "last value": 0.03, "log-linear": 0.03}


def foretell(cases: ArrayLike, *, days: int = 14, part: ArrayLike | None = None) -> Told:
    """New cases of the coming days: last value, fading trend and log-linear trend pooled by their own past misses.

    ``cases``: by day, NaN where not known. ``part``: number of the stretch within which figures compare, by day; it
    grows where a definition or a source changes (the day of change itself NaN, of the stretch before). Nothing later
    than an origin is used for it. Raises ValueError for negative counts, none at all, or parts that go back.
    """
    x, parts = _checked(cases, part, days)
    methods = {
        "last value": carried(x, parts, days=days),
        "fading trend": trending(x, parts, days=days, window=7, growth=GROWTH_FADES, decline=DECLINE_FADES),
        "log-linear": trending(x, parts, days=days, window=14),
    }
    return pool(methods, x, _compares(x, parts, days), _enough(x, parts), CASES, CASES_PRIOR)


def foretell_beds(
    beds: ArrayLike, cases: ArrayLike, *, stay: float, days: int = 14, part: ArrayLike | None = None
) -> tuple[Told, Stay]:
    """Beds taken in the coming days, and the length of stay that the place's own discharges tell.

    ``beds``: taken at the close of each day, NaN where not known; ``cases``: admitted by day; ``stay``: mean days in
    bed that is presumed before discharges tell. Who comes is taken from :func:`foretell` as it was at each origin.
    Raises as that.
    """
    lying, parts = _checked(beds, part, days)
    told = foretell(cases, days=days, part=part)
    assert told.before is not None
    coming = np.nan_to_num(lower(told.before[0]))
    seen = flow(lying, cases)
    learned = by_stay(seen, coming, stay)
    methods = {
        "stay": np.where(np.isnan(lying)[:, None], np.nan, learned.beds),
        "hazard": np.where(np.isnan(lying)[:, None], np.nan, by_hazard(seen, coming)),
        "last value": carried(lying, parts, days=days),
        "log-linear": trending(lying, parts, days=days, window=14),
    }
    return pool(methods, lying, _compares(lying, parts, days), _enough(lying, parts), BEDS, BEDS_PRIOR), learned


def _checked(values: ArrayLike, part: ArrayLike | None, days: int) -> tuple[Floats, NDArray[np.int64]]:
    x = np.asarray(values, dtype=np.float64)
    if days < 1:
        raise ValueError(f"days must be at least 1, got {days}")
    if x.ndim != 1 or np.isnan(x).all():
        raise ValueError("a forecast needs at least one day with a figure")
    counts(np.nan_to_num(x), "cases")
    parts = np.zeros(len(x), dtype=np.int64) if part is None else np.asarray(part, dtype=np.int64)
    if parts.shape != x.shape or (np.diff(parts) < 0).any():
        raise ValueError("the parts of a series must be one number a day that never goes back")
    return x, parts


def _compares(x: Floats, parts: NDArray[np.int64], days: int) -> NDArray[np.bool_]:
    """(origins, days): whether the stretch foretold from is that of the day foretold."""
    known = ~np.isnan(x)
    last = np.maximum.accumulate(np.where(known, np.arange(len(x)), -1))
    ahead = np.arange(len(x))[:, None] + np.arange(1, days + 1)[None, :]
    to = parts[np.minimum(ahead, len(x) - 1)]
    return np.asarray((last >= 0)[:, None] & (parts[np.maximum(last, 0)][:, None] == to), dtype=np.bool_)


def _enough(x: Floats, parts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """By origin, whether its stretch has a week of known days."""
    known = ~np.isnan(x)
    here = parts[:, None] == parts[None, :]
    before = np.arange(len(x))[:, None] >= np.arange(len(x))[None, :]
    return np.asarray((here & before & known[None, :]).sum(axis=1) >= ENOUGH, dtype=np.bool_)
