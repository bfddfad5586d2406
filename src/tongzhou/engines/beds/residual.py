"""The residual graph of a plan, folded onto wards: who could move where, and what a bed is worth.

Nodes are the columns (wards, extra beds, waiting) and a last node for spare room. The arc u → v costs the
least any one patient adds by going from u to v. As each patient is one unit, a shortest path in this graph of
some hundred nodes is a shortest path in the residual graph of the whole flow, with all arcs and not only
those the solver saw. No negative cycle means that the plan is optimal (Ahuja, Magnanti and Orlin 1993, ch. 9).
"""

from itertools import pairwise

import numpy as np

from .model import Costs, Ints
from .suit import NEVER

BIG = 1 << 40


def gains(cost: Costs, room: Ints, rows: Ints, at: Ints, load: Ints | None = None) -> Ints:
    """The matrix of arc costs (columns + 1 squared) where ``rows`` lie in columns ``at``; BIG where there is no arc.

    ``load`` is what each column holds, where a row stands for more than one person.
    """
    columns = cost.shape[1]
    arcs = np.full((columns + 1, columns + 1), BIG, np.int64)
    order = np.argsort(at, kind="stable")
    if len(order):
        held, row = at[order], rows[order]
        first = np.flatnonzero(np.r_[True, held[1:] != held[:-1]])
        change = cost[row] - cost[row, held][:, None]
        arcs[held[first], :columns] = np.minimum.reduceat(change, first, axis=0)
    return _finish(arcs, room, np.bincount(at, minlength=columns) if load is None else load)


def _finish(arcs: Ints, room: Ints, load: Ints) -> Ints:
    columns = len(load)
    arcs[arcs > NEVER // 2] = BIG
    arcs[:columns, columns] = np.where(np.r_[load[:-1] < room, True], 0, BIG)
    arcs[columns, :columns] = np.where(load > 0, 0, BIG)
    np.fill_diagonal(arcs, 0)
    return arcs


def way_prices(arcs: Ints) -> Ints:
    """What it costs the others to make room in each column: the shortest way from it to spare room.

    Where arcs still hold a negative cycle the search ends after as many rounds as nodes, with figures that
    are no exact price (any figures of at least 0 give a valid bound).
    """
    return np.maximum(ways_to(arcs, len(arcs) - 1)[:-1], 0)


def ways_to(arcs: Ints, end: int) -> Ints:
    """The length of the shortest way from every node to one (Bellman–Ford)."""
    ahead = arcs[:, end].copy()
    for _ in range(len(arcs)):
        nearer = np.minimum(ahead, (arcs + ahead[None, :]).min(axis=1))
        if (nearer == ahead).all():
            break
        ahead = nearer
    return ahead


def all_ways(arcs: Ints) -> tuple[Ints, Ints]:
    """Shortest ways between all nodes and the next node on each (Floyd–Warshall); needs no negative cycle."""
    length = arcs.copy()
    size = len(arcs)
    after = np.where(length < BIG, np.arange(size)[None, :], -1)
    for middle in range(size):
        through = length[:, middle, None] + length[None, middle, :]
        better = through < length
        if better.any():
            length = np.where(better, through, length)
            after = np.where(better, after[:, middle, None], after)
    return length, after


def path(after: Ints, start: int, end: int) -> list[int]:
    """Nodes from start to end along ``after``; empty where there is no way."""
    if start != end and after[start, end] < 0:
        return []
    nodes = [start]
    while nodes[-1] != end:
        nodes.append(int(after[nodes[-1], end]))
    return nodes


class Residual:
    """A plan that can be changed by shortest ways; ``at`` is the column of each row."""

    def __init__(self, cost: Costs, room: Ints, at: Ints) -> None:
        self.cost, self.room, self.at = cost, room.copy(), at.copy()
        self.free = np.ones(len(at), bool)
        self.arcs = gains(cost, self.room, np.arange(len(at)), self.at)

    def metres(self) -> int:
        """What the plan costs."""
        return int(self.cost[np.arange(len(self.at)), self.at].sum(dtype=np.int64))

    def renew(self, columns: set[int]) -> None:
        """Recompute arcs out of the columns whose patients changed, and the spare-room arcs."""
        width = self.cost.shape[1]
        for column in columns:
            rows = np.flatnonzero((self.at == column) & self.free)
            if len(rows):
                change = self.cost[rows] - self.cost[rows, column][:, None]
                self.arcs[column, :width] = change.min(axis=0)
            else:
                self.arcs[column, :width] = BIG
        self.arcs = _finish(self.arcs, self.room, np.bincount(self.at, minlength=width))

    def hold(self, rows: Ints) -> None:
        """Keep these rows where they are from now on."""
        self.free[rows] = False
        self.renew(set(self.at[rows].tolist()))

    def shift(self, nodes: list[int]) -> int:
        """Move one patient along each arc of a way over nodes, the one it costs least; returns the cost."""
        width, total = self.cost.shape[1], 0
        moves: list[tuple[int, int]] = []
        for u, v in pairwise(nodes):
            if u == width or v == width:
                continue
            rows = np.flatnonzero((self.at == u) & self.free)
            change = self.cost[rows, v] - self.cost[rows, u]
            best = int(np.argmin(change))
            total += int(change[best])
            moves.append((int(rows[best]), v))
        for row, column in moves:
            self.at[row] = column
        self.renew({node for node in nodes if node != width})
        return total

    def send(self, row: int, column: int) -> bool:
        """Put a row into a column and let the others make room at least cost; False where they cannot."""
        start = int(self.at[row])
        if start == column:
            return True
        was_free, self.free[row] = bool(self.free[row]), False
        self.renew({start})
        way = self.cheapest(column, start)
        if way:
            self.at[row] = column
            self.shift(way)
        self.free[row] = was_free
        self.renew({start, column})
        return bool(way)

    def cancel(self, most: int | None) -> tuple[int, bool]:
        """Take out negative cycles, at most so many; how many were taken and whether none is left."""
        done = 0
        while most is None or done < most:
            cycles = negative_cycles(self.arcs)
            if not cycles:
                return done, True
            for nodes in cycles[: None if most is None else most - done]:
                self.shift(nodes)
                done += 1
        return done, not negative_cycles(self.arcs)

    def cheapest(self, start: int, end: int) -> list[int]:
        """The shortest way from start to end (Bellman–Ford); empty where there is none."""
        length, before = _search(self.arcs, start)
        if length[end] >= BIG // 2:
            return []
        nodes = [end]
        while nodes[-1] != start:
            if len(nodes) > len(self.arcs):
                raise ArithmeticError("a shortest way was asked for while a negative cycle is left")
            nodes.append(int(before[nodes[-1]]))
        return nodes[::-1]


def _search(arcs: Ints, start: int) -> tuple[Ints, Ints]:
    length = arcs[start].copy()
    before = np.full(len(arcs), start)
    for _ in range(len(arcs)):
        through = length[:, None] + arcs
        best = through.argmin(axis=0)
        nearer = through[best, np.arange(len(arcs))]
        better = nearer < length
        if not better.any():
            break
        length = np.where(better, nearer, length)
        before = np.where(better, best, before)
    return length, before


def negative_cycles(arcs: Ints) -> list[list[int]]:
    """Negative cycles that share no node, from the tree of a Bellman–Ford search; none means none exists."""
    size = len(arcs)
    length, before = np.zeros(size, np.int64), np.full(size, -1)
    for turn in range(size + 1):
        through = length[:, None] + arcs
        best = through.argmin(axis=0)
        nearer = through[best, np.arange(size)]
        better = nearer < length
        if not better.any():
            return []
        length = np.where(better, nearer, length)
        before = np.where(better, best, before)
        if turn % 4 == 3 or turn == size:
            found = _circles(before)
            if found:
                return found
    return []


def _circles(before: Ints) -> list[list[int]]:
    colour = np.zeros(len(before), np.int64)
    found = []
    for start in range(len(before)):
        nodes, node = [], start
        while node >= 0 and colour[node] == 0:
            colour[node] = start + 1
            nodes.append(node)
            node = int(before[node])
        if node >= 0 and colour[node] == start + 1:
            circle = nodes[nodes.index(node) :][::-1]
            found.append([*circle, circle[0]])
    return found
