"""Days on which nobody reported: missing, not zero."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .reference import Floats, triangle_of


def mark_holes(values: ArrayLike, silent: Iterable[int] = (), breaks: Iterable[int] = ()) -> Floats:
    """The triangle with every cell that was due on a silent report day, or on the day of a break, made unknown.

    ``silent`` and ``breaks``: report days as row numbers (0 is the first reference date; a count of reference date t
    with delay d is due on day t + d). The day of a break carries the back-log of the new definition: it is no delay.
    """
    y = triangle_of(values)
    due = np.arange(len(y))[:, None] + np.arange(y.shape[1])[None, :]
    y[np.isin(due, np.array([*silent, *breaks], dtype=np.int64))] = np.nan
    return y


def silent_days(values: ArrayLike, least: float = 20.0) -> NDArray[np.int64]:
    """Report days on which nothing at all came, though ``least`` or more were to be expected from the days around.

    They are proposals: a human says whether the reporter was silent or there was nothing to report.
    """
    y = triangle_of(values)
    due = np.arange(len(y))[:, None] + np.arange(y.shape[1])[None, :]
    came = np.array([np.nansum(np.where(due == day, y, 0.0)) for day in range(len(y))])
    around = np.array([np.delete(came[max(0, t - 3) : t + 4], min(t, 3)).mean() for t in range(len(came))])
    return np.flatnonzero((came == 0) & (around >= least))
