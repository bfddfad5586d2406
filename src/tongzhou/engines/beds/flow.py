"""The solver call: least-cost flow of patients to beds over a chosen few arcs a patient (OR-Tools, exact)."""

import numpy as np

from .model import Costs, Flags, Ints
from .residual import gains, way_prices
from .suit import NEVER, Part

NEAREST = 10  # wards a patient keeps after pruning, besides the one settled in
MANY_ARCS = 50_000  # below this nothing is pruned
SAMPLE = 3_000  # patients of the small problem that foretells how dear each ward will be


def place(part: Part) -> tuple[Ints, int]:
    """Columns for all rows, optimal over the arcs kept, and how many arcs these were.

    Every row may wait (last column). Wards are kept by cost plus a foretold price, so that patients also see
    the farther wards which a shortage will send them to.
    """
    keep = part.cost < NEVER
    if keep.sum() > MANY_ARCS and part.extra_from > 2 * NEAREST:
        keep &= nearest(part, foretold_prices(part))
    tail, head = np.nonzero(keep)
    flow = solve(part.cost, part.room, tail, head, np.ones(len(keep), np.int64))
    column = np.empty(len(keep), np.int64)
    column[tail[flow > 0]] = head[flow > 0]
    return column, len(tail)


def solve(cost: Costs, room: Ints, tail: Ints, head: Ints, persons: Ints) -> Ints:
    """The optimal flow on each arc row ``tail`` → column ``head``; a row stands for so many ``persons``."""
    from ortools.graph.python import min_cost_flow

    rows, columns = cost.shape
    if rows == 0:
        return np.zeros(0, np.int64)
    everyone, sink = int(persons.sum()), rows + columns
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tail, rows + head, persons[tail], cost[tail, head].astype(np.int64)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        rows + np.arange(columns), np.full(columns, sink), np.r_[room, everyone], np.zeros(columns, np.int64)
    )
    flow.set_nodes_supplies(np.arange(sink + 1), np.r_[persons, np.zeros(columns, np.int64), -everyone])
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow solver ended with status {status}")
    return np.asarray(flow.flows(arcs), np.int64)


def nearest(part: Part, price: Ints) -> Flags:
    """Arcs kept: per row the wards least in cost plus price, the ward settled in, extra beds, and waiting."""
    wards = part.extra_from
    dear = part.cost[:, :wards] + price[:wards].astype(np.int32)
    few = np.argpartition(dear, NEAREST, axis=1)[:, :NEAREST]
    keep = np.zeros(part.cost.shape, bool)
    np.put_along_axis(keep, few, True, axis=1)
    rows = np.flatnonzero(part.settled >= 0)
    keep[rows, part.settled[rows]] = True
    keep[:, wards:] = True
    return keep


def foretold_prices(part: Part) -> Ints:
    """Prices of wards in a smaller problem: every n-th patient of each profile stands for n."""
    step = max(1, len(part.people) // SAMPLE)
    order = np.argsort(part.profile, kind="stable")
    some = order[step // 2 :: step]
    cost = part.cost[some]
    persons = np.full(len(some), step, np.int64)
    tail, head = np.nonzero(cost < NEVER)
    flow = solve(cost, part.room, tail, head, persons)
    used = flow > 0
    load = np.bincount(head, weights=flow, minlength=cost.shape[1])
    price = way_prices(gains(cost, part.room, tail[used], head[used], load))
    return np.minimum(price, int(cost[:, -1].max()))
