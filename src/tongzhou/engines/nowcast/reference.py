"""The multiplicative nowcast as baselinenowcast computes it: the method to agree with, and to beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def triangle_of(values: ArrayLike) -> Floats:
    """Counts by (reference date, delay), NaN where not known, as an array that can be nowcast.

    Negative counts are downward corrections and stay. Raises ValueError naming row and delay: infinite numbers; a
    first column without a count; a delay that no row has reached.
    """
    y = np.array(values, dtype=np.float64)
    if y.ndim != 2 or y.shape[0] < 2 or y.shape[1] < 2:
        raise ValueError(f"a triangle needs at least 2 reference dates and 2 delays, got shape {y.shape}")
    if np.isinf(y).any():
        row, delay = np.argwhere(np.isinf(y))[0]
        raise ValueError(f"row {row + 1}, delay {delay}: not finite")
    unseen = np.flatnonzero(np.isnan(y).all(axis=0))
    if len(unseen):
        raise ValueError(f"delay {unseen[0]}: no reference date has reached it; leave the column out")
    return y


def delay_pmf(values: ArrayLike, rows: int | None = None) -> Floats:
    """Share of the total reported at each delay, by chain ladder over the last ``rows`` reference dates (all).

    Columns are filled left to right: factor = what the complete rows added / what they had before. With downward
    corrections shares may be negative; they sum to 1. Raises ValueError as :func:`triangle_of`.

    References: Johnson et al., baselinenowcast (epinowcast), ``estimate_delay``; Mack, ASTIN Bulletin 1993.
    """
    y = triangle_of(values)
    y = y if rows is None else triangle_of(y[-rows:])
    full = y.copy()
    for d in range(1, y.shape[1]):
        holes = np.isnan(y[:, d])
        if not holes.any():
            continue
        known = ~holes & ~np.isnan(y[:, :d]).any(axis=1)
        factor = y[known, d].sum() / max(float(y[known, :d].sum()), 1.0)
        full[holes, d] = factor * full[holes, :d].sum(axis=1)
    return np.asarray(np.nansum(full, axis=0) / np.nansum(full), dtype=np.float64)


def complete(values: ArrayLike, pmf: ArrayLike) -> Floats:
    """Fill the cells that are not known, column by column, from each row's expected total.

    The expected total of a row that has x so far, of which a share F is known, is (x + 1 - F) / F. A row without any
    count by delay 0 stays NaN.

    References: baselinenowcast, ``apply_delay``.
    """
    full = np.array(values, dtype=np.float64)
    p = np.asarray(pmf, dtype=np.float64)
    if p.shape != (full.shape[1],):
        raise ValueError(f"{full.shape[1]} delays but {len(p)} shares")
    for d in range(1, full.shape[1]):
        holes = np.isnan(full[:, d])
        share = float(p[:d].sum())
        if holes.any():
            x = full[holes, :d].sum(axis=1)
            full[holes, d] = (x + 1 - share) / share * p[d] if share > 0 else np.nan
    return full
