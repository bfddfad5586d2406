"""A proven lower bound: price every ward, let each patient choose freely, take back what beds would earn.

For any prices of at least 0 this Lagrangian value lies below every feasible plan (Geoffrion 1974); with the
prices of an optimal flow over all pairs it equals the optimum. It looks at all pairs, so it also bounds what
pruning lost, and it shares nothing with the solver.
"""

import numpy as np

from .model import Ints
from .suit import NEVER, Part


def lagrangian_bound(part: Part, price: Ints) -> int:
    """The bound in metres for ``price`` by column; a group chooses as one, among wards with beds for it."""
    price = np.where(price[:-1] < NEVER, price[:-1], np.where(part.room > 0, 0, NEVER))  # beyond NEVER: no way out
    priced = part.cost + np.r_[price, 0].astype(np.int32)
    best = priced.min(axis=1).astype(np.int64)
    total = int(best.sum())
    beds = np.bincount(part.ward, weights=part.room, minlength=1)[part.ward[: part.extra_from]]
    for rows in part.groups:
        each = priced[rows].astype(np.int64)
        for column in range(part.extra_from, part.waiting):  # an extra bed lies in the same ward
            ward = int(np.flatnonzero(part.ward[: part.extra_from] == part.ward[column])[0])
            each[:, ward] = np.minimum(each[:, ward], each[:, column])
        roomy = np.r_[beds >= len(rows), np.zeros(part.waiting - part.extra_from, bool), True]
        together = np.where((part.cost[rows] < NEVER).all(axis=0) & roomy, each.sum(axis=0), 1 << 60)
        total += int(together.min()) - int(best[rows].sum())
    return total - int((price * part.room).sum())
