"""The solver call: an exact flow over the kept arcs, and more arcs where prices show that they pay (OR-Tools)."""

from dataclasses import dataclass

import numpy as np

from .arcs import OUT, Arcs, Market, unmet_metres
from .model import Helpers, Ints, Needs, Policy
from .prices import Prices, least_kept


@dataclass
class Solved:
    """Kept arcs with the flow on them, prices of helpers, a bound in metres, and rounds of added arcs."""

    arcs: Arcs
    flow: Ints
    prices: Prices
    bound: int
    rounds: int
    served: Ints


def solve(helpers: Helpers, needs: Needs, policy: Policy, rounds: int, gap: float) -> Solved:
    """The optimal flow over the nearest arcs; arcs that would pay at its prices are added until the gap is met."""
    unmet, market = unmet_metres(needs, policy), Market(helpers, needs, policy)
    arcs, best = market.nearest(), 0
    for turn in range(rounds + 1):
        flow = _flow(arcs, needs.units, helpers.capacity, unmet)
        prices = Prices(arcs, flow, helpers.capacity, unmet)
        price = np.minimum(prices.price, OUT)
        more, least = market.better(arcs, price, least_kept(arcs, price, unmet))
        best = max(best, int((least * needs.units).sum()) - int((price * helpers.capacity).sum()))
        cost = int((flow * arcs.cost).sum()) + int(unmet @ (needs.units - carried(arcs, flow, len(unmet))))
        if len(more.need) == len(arcs.need) or turn == rounds or cost - best <= gap * cost:
            break
        arcs = more
    return Solved(arcs, flow, prices, best, turn, market.served)


def carried(arcs: Arcs, flow: Ints, needs: int) -> Ints:
    """Units met of each need."""
    return np.bincount(arcs.need, weights=flow, minlength=needs).astype(np.int64)


def _flow(arcs: Arcs, units: Ints, capacity: Ints, unmet: Ints) -> Ints:
    """The solver call (OR-Tools): units on each arc; what no arc carries stays unmet at its price."""
    from ortools.graph.python import min_cost_flow

    needs, helpers = len(units), len(capacity)
    if not needs:
        return np.zeros(len(arcs.need), np.int64)
    sink, everything = needs + helpers, int(units.sum())
    flow = min_cost_flow.SimpleMinCostFlow()
    kept = flow.add_arcs_with_capacity_and_unit_cost(arcs.need, needs + arcs.helper, units[arcs.need], arcs.cost)
    flow.add_arcs_with_capacity_and_unit_cost(np.arange(needs), np.full(needs, sink), units, unmet)
    flow.add_arcs_with_capacity_and_unit_cost(
        needs + np.arange(helpers), np.full(helpers, sink), capacity, np.zeros(helpers, np.int64)
    )
    flow.set_nodes_supplies(np.arange(sink + 1), np.r_[units, np.zeros(helpers, np.int64), -everything])
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow solver ended with status {status}")
    return np.asarray(flow.flows(kept), np.int64)
