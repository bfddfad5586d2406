"""Triangles from when things happened and when they became known."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .reference import Floats


def build(
    happened: ArrayLike,
    known: ArrayLike,
    *,
    first: int,
    as_of: int,
    delays: int,
    place: ArrayLike | None = None,
    places: int = 1,
) -> tuple[Floats, int]:
    """Count new facts by (place, reference date, delay) as known at the end of day ``as_of``.

    ``happened``, ``known``: day numbers, one pair per fact; ``place``: its number, 0 … ``places`` - 1. Rows are
    the days ``first`` … ``as_of``, columns the delays 0 … ``delays``; cells after ``as_of`` are NaN. Returns the
    triangles and the number of facts with longer delays, which are in no cell.
    Raises ValueError naming the fact that was known before it happened, or whose place is not known.

    The true receipt times of imported history are not known: build no triangle from them.
    """
    a, b = np.asarray(happened, dtype=np.int64), np.asarray(known, dtype=np.int64)
    where = np.zeros(len(a), dtype=np.int64) if place is None else np.asarray(place, dtype=np.int64)
    if not (a.shape == b.shape == where.shape and a.ndim == 1):
        raise ValueError(f"{a.shape} happened, {b.shape} known, {where.shape} places: one of each per fact")
    if as_of < first or delays < 1 or places < 1:
        raise ValueError("as_of must not be before first; delays and places must be at least 1")
    if (b < a).any():
        raise ValueError(f"fact {int(np.flatnonzero(b < a)[0]) + 1} was known before it happened")
    if ((where < 0) | (where >= places)).any():
        raise ValueError(f"fact {int(np.flatnonzero((where < 0) | (where >= places))[0]) + 1}: unknown place")
    days = as_of - first + 1
    seen = (a >= first) & (b <= as_of)
    late = seen & (b - a > delays)
    seen &= ~late
    cell = (where[seen] * days + a[seen] - first) * (delays + 1) + (b - a)[seen]
    full = np.bincount(cell, minlength=places * days * (delays + 1)).astype(np.float64)
    triangles = full.reshape(places, days, delays + 1)
    triangles[:, np.arange(days)[:, None] + np.arange(delays + 1)[None, :] >= days] = np.nan
    return triangles, int(late.sum())
