"""What a helper's time is worth in the plan: shortest ways in the residual graph, and the bound they prove."""

import numpy as np

from .arcs import Arcs
from .model import Flags, Ints

FAR = 1 << 40


class Prices:
    """For each helper, what it costs the others to free one unit (``price``), and the way it takes (``after``).

    ``after[h]`` is the next helper, or the number of helpers where the way ends in spare time or an unmet need.
    """

    def __init__(self, arcs: Arcs, flow: Ints, capacity: Ints, unmet: Ints) -> None:
        helpers = len(capacity)
        used = np.flatnonzero(flow > 0)
        load = np.bincount(arcs.helper[used], weights=flow[used], minlength=helpers)
        self.price = np.where(load < capacity, 0, FAR).astype(np.int64)
        self.after = np.full(helpers, helpers)
        start = np.searchsorted(arcs.need, arcs.need[used], "left")
        count = np.searchsorted(arcs.need, arcs.need[used], "right") - start
        via = np.repeat(used, count)
        other = np.arange(len(via)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start, count)
        tail = np.r_[arcs.helper[via], arcs.helper[used]]
        head = np.r_[arcs.helper[other], np.full(len(used), helpers)]
        gain = np.r_[arcs.cost[other] - arcs.cost[via], unmet[arcs.need[used]] - arcs.cost[used]]
        order = np.argsort(tail, kind="stable")
        self._search(tail[order], head[order], gain[order])
        self.price = np.maximum(self.price, 0)

    def _search(self, tail: Ints, head: Ints, gain: Ints) -> None:
        """Bellman–Ford backwards from the end; an optimal flow leaves no negative cycle, so it ends."""
        if not len(tail):
            return
        first = np.flatnonzero(np.r_[True, tail[1:] != tail[:-1]])
        size = np.diff(np.r_[first, len(tail)])
        for _ in range(len(self.price) + 1):
            through = gain + np.r_[self.price, 0][head]
            least = np.minimum.reduceat(through, first)
            better: Flags = least < self.price[tail[first]]
            if not better.any():
                return
            at = np.flatnonzero((through == np.repeat(least, size)) & np.repeat(better, size))
            self.price[tail[at]] = through[at]
            self.after[tail[at]] = head[at]

    def chain(self, helper: int) -> list[int]:
        """Helpers along the way from a full one to spare time; ends with the number of helpers."""
        nodes = [helper]
        while nodes[-1] < len(self.after) and len(nodes) < 60:
            nodes.append(int(self.after[nodes[-1]]))
        return nodes


def least_kept(arcs: Arcs, price: Ints, unmet: Ints) -> Ints:
    """Each need's least priced cost among the kept pairs and staying unmet."""
    least = unmet.copy()
    if len(arcs.need):
        first = np.flatnonzero(np.r_[True, arcs.need[1:] != arcs.need[:-1]])
        best = np.minimum.reduceat(arcs.cost + price[arcs.helper], first)
        rows = arcs.need[first]
        least[rows] = np.minimum(least[rows], best)
    return least
