"""Cluster first: which depot serves which point, by minimum-cost flow under the depots' stock."""

import numpy as np
from ortools.graph.python import min_cost_flow

from tongzhou.engines.certificate import Problem, Text

from .city import City, Ints, metres

NOBODY = -1


def allocate(city: City) -> tuple[Ints, float, tuple[Problem, ...]]:
    """Depot of each point (−1: none), the flow's cost in unit-metres, and the points that stock does not
    cover.

    Cost of a unit is its distance; all depots are open to all points. A basic solution splits fewer points
    than there are depots; a split point goes whole to the depot with most stock left, or becomes a problem.
    """
    points, depots = city.points, city.depots
    n, m = len(points.ids), len(depots.ids)
    if n == 0:
        return np.zeros(0, np.int64), 0.0, ()
    far = metres(points.xy, depots.xy)
    short = 4 * int(far.max(initial=0)) + 1  # price of a unit nobody serves: above any path of reallocations
    flow = min_cost_flow.SimpleMinCostFlow()
    who, where = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(who, n + where, points.demand[who], far[who, where])
    flow.add_arcs_with_capacity_and_unit_cost(np.arange(n), np.full(n, n + m), points.demand, np.full(n, short))
    flow.add_arcs_with_capacity_and_unit_cost(n + np.arange(m), np.full(m, n + m), depots.stock, np.zeros(m, np.int64))
    flow.set_nodes_supplies(np.arange(n), points.demand)
    flow.set_node_supply(n + m, -int(points.demand.sum()))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ValueError(f"the flow of stock to points could not be solved: status {status}")
    sent = flow.flows(arcs).reshape(n, m)
    return _whole(city, sent, far), float((sent * far).sum()), _shortages(city, sent, far)


def _whole(city: City, sent: Ints, far: Ints) -> Ints:
    """One depot a point: whole flows first, then split points, largest first, to the nearest depot with
    stock.
    """
    demand = city.points.demand
    depot = np.where(sent.max(axis=1) == demand, sent.argmax(axis=1), NOBODY)
    stock = city.depots.stock.copy()
    for k in np.flatnonzero(depot != NOBODY):
        stock[depot[k]] -= demand[k]
    for k in sorted(np.flatnonzero(depot == NOBODY), key=lambda k: (-demand[k], k)):
        for choice in np.argsort(far[k], kind="stable"):
            if stock[choice] >= demand[k]:
                depot[k] = choice
                stock[choice] -= demand[k]
                break
    return depot


def _shortages(city: City, sent: Ints, far: Ints) -> tuple[Problem, ...]:
    depot = _whole(city, sent, far)
    total, stock = int(city.points.demand.sum()), int(city.depots.stock.sum())
    text = Text(
        f"各库存量合计 {stock}，需求合计 {total}；没有一个仓库还有足够存量整单供给。",
        f"All depots hold {stock} for a demand of {total}; none has enough left for this whole order.",
    )
    nobody = np.flatnonzero(depot == NOBODY)
    return tuple(Problem("stock_short", f"point {city.points.ids[k]}", text, field="stock") for k in nobody)
