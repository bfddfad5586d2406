"""All levels of the tree of places from its leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def roll_up(leaves: ArrayLike, parents: Sequence[ArrayLike]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Stack the counts of every level of a tree: leaves first, root last.

    ``leaves``: (places, days). ``parents[k][i]``: number, within the next level, of the parent of unit ``i`` of level
    ``k``. Returns the stacked counts (all units, days) and where each level begins. Raises ValueError naming the
    level and unit whose parent is missing.
    """
    levels = [np.atleast_2d(np.asarray(leaves))]
    for k, given in enumerate(parents):
        up = np.asarray(given, dtype=np.int64)
        below = levels[-1]
        if up.shape != (len(below),):
            raise ValueError(f"level {k} has {len(below)} units but {up.shape} parents")
        if len(up) and up.min() < 0:
            raise ValueError(f"level {k}, unit {int(np.argmin(up))}: unknown parent {up.min()}")
        order = np.argsort(up, kind="stable")
        some, begin = np.unique(up[order], return_index=True)
        above = np.zeros((int(up.max()) + 1, below.shape[1]), dtype=below.dtype)
        above[some] = np.add.reduceat(below[order], begin, axis=0)
        levels.append(above)
    starts = np.cumsum([0, *(len(level) for level in levels)])
    return np.concatenate(levels), starts
