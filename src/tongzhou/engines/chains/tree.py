"""Transmission trees: for each case the most likely infector among those it met, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Likely:
    """For each case: its most likely infector (-1: none met at a possible time), and the share it has.

    share: the infector's weight over that of all possible ones, 0…1. possible: how many there were.
    """

    infector: npt.NDArray[np.int64]
    share: npt.NDArray[np.float64]
    possible: npt.NDArray[np.int64]


def likely_infectors(
    cases: int,
    a: Sequence[int] | npt.NDArray[np.int64],
    b: Sequence[int] | npt.NDArray[np.int64],
    onset_day: npt.NDArray[np.int64],
    interval: npt.NDArray[np.float64],
    *,
    contact_day: npt.NDArray[np.int64] | None = None,
    weight: npt.NDArray[np.float64] | None = None,
) -> Likely:
    """Weigh each contact between two cases by its own weight and the serial interval between their onsets.

    a, b: positions of the cases that met, in either order, shape (contacts,). onset_day: shape (cases,).
    interval: probability of a serial interval of 0, 1, 2, … days; lag 0 is never used, so that an infector falls
    ill strictly before and the result is a forest. contact_day: a contact after the infectee's onset is left
    out. weight: of each contact, above 0. Contacts of the same two cases add up. Ties go to the earlier onset,
    then to the first position.

    The share is that of Wallinga and Teunis (2004), restricted to people who met. Raises ValueError with the row
    for a position outside 0…cases−1, a weight below 0 and a negative probability.
    """
    x, y = np.asarray(a, np.int64), np.asarray(b, np.int64)
    w = np.ones(x.size) if weight is None else np.asarray(weight, np.float64)
    _check(cases, x, y, onset_day, interval, w)
    source, target = np.concatenate([x, y]), np.concatenate([y, x])
    lag = onset_day[target] - onset_day[source]
    inside = (lag > 0) & (lag < interval.size)
    if contact_day is not None:
        inside &= np.tile(np.asarray(contact_day), 2) <= onset_day[target]
    chance = np.where(inside, interval[np.where(inside, lag, 0)], 0.0) * np.tile(w, 2)
    source, target, chance = source[chance > 0], target[chance > 0], chance[chance > 0]
    pairs, which = np.unique(target * cases + source, return_inverse=True)
    summed = np.bincount(which, weights=chance, minlength=pairs.size)
    target, source = pairs // cases, pairs % cases
    order = np.lexsort((source, onset_day[source], -summed, target))
    first = order[np.unique(target[order], return_index=True)[1]]
    infector, share = np.full(cases, -1, np.int64), np.zeros(cases)
    infector[target[first]] = source[first]
    total = np.bincount(target, weights=summed, minlength=cases)
    share[target[first]] = summed[first] / total[target[first]]
    return Likely(infector, share, np.bincount(target, minlength=cases).astype(np.int64))


def _check(
    cases: int,
    x: npt.NDArray[np.int64],
    y: npt.NDArray[np.int64],
    onset_day: npt.NDArray[np.int64],
    interval: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
) -> None:
    if onset_day.shape != (cases,):
        raise ValueError(f"onset_day: {onset_day.size} values for {cases} cases")
    for name, column in (("a", x), ("b", y)):
        bad = (column < 0) | (column >= cases)
        if bad.any():
            row = int(np.argmax(bad))
            raise ValueError(f"row {row + 1}, {name}: no case {column[row]}")
    if (x == y).any():
        row = int(np.argmax(x == y))
        raise ValueError(f"row {row + 1}, b: case {x[row]} met itself")
    if not (weight >= 0).all():
        raise ValueError(f"row {int(np.argmin(weight >= 0)) + 1}, weight: below 0 or no number")
    if not (interval >= 0).all():
        raise ValueError(f"interval, lag {int(np.argmin(interval >= 0))}: below 0 or no number")
