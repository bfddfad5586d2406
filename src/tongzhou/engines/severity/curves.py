"""Epidemic curves of the same cases by onset, report and confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Curves:
    """Counts by day from ``first`` on (a day number), all of the same length; how many cases lack each date."""

    first: int
    counts: dict[str, NDArray[np.int64]]
    missing: dict[str, int]


def epidemic_curves(dates: Mapping[str, ArrayLike]) -> Curves:
    """Count cases by day for each sort of date (onset, report, confirmation, …).

    ``dates``: by sort, one day number per case in the same order, NaN where not known. A curve by onset lacks the
    latest cases: nowcast it. Raises ValueError where no date is known or lengths differ.
    """
    days = {sort: np.asarray(values, dtype=np.float64) for sort, values in dates.items()}
    if len({len(v) for v in days.values()}) != 1:
        raise ValueError(f"each sort needs one date per case: { ({k: len(v) for k, v in days.items()}) }")
    known = {sort: v[np.isfinite(v)].astype(np.int64) for sort, v in days.items()}
    every = np.concatenate(list(known.values()))
    if not len(every):
        raise ValueError("no case has any date")
    first, length = int(every.min()), int(every.max() - every.min()) + 1
    counts = {sort: np.bincount(v - first, minlength=length).astype(np.int64) for sort, v in known.items()}
    return Curves(first, counts, {sort: int(np.isnan(v).sum()) for sort, v in days.items()})
