"""SISR: anneal routes by slack induction by string removals, within a budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tongzhou.engines.certificate import Budget, Effort

from .model import Instance
from .savings import savings_routes
from .sisr_kernel import BANKED, BEST, COST, FIRST, FREE, PENALTY, SUCC, Knobs, anneal, lay_routes
from .terrain import Int32s, Int64s, Terrain, Tours, empty_tours, survey

Routes = list[list[int]]
CHUNK = 1000  # rounds between two looks at the clock


@dataclass(frozen=True, slots=True)
class Cooling:
    """Start and end temperature in units of the mean edge of the first routes.

    The paper cools from 100 to 1 on instances whose mean edge is near 70; that ratio holds here too (tried:
    see docs/engines/rounds.md). Windows need a hotter start: their first unit is the distance to a
    neighbour.
    """

    start: float
    end: float


OPEN_COOLING = Cooling(0.9, 0.015)
WINDOW_COOLING = Cooling(2.0, 0.02)


def solve(
    instance: Instance,
    *,
    seed: int,
    budget: Budget,
    start: Sequence[Sequence[int]] | None = None,
    knobs: Knobs | None = None,
    cooling: Cooling | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Routes, list[int], Effort]:
    """Routes as lists of nodes, customers left out, and the effort.

    ``start`` is a warm start; without it, savings routes (no windows) or greedy insertion. Every customer
    must be servable alone (see ``model.unservable``).
    """
    knobs = knobs or Knobs()
    cooling = cooling or (OPEN_COOLING if instance.late is None else WINDOW_COOLING)
    land = survey(instance)
    n = instance.customers
    tours = empty_tours(land, min(n, instance.vehicles or n))
    rng = np.array([(seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64 | 1], np.uint64)
    _lay_first_routes(land, tours, instance, start)
    succ, first = tours.node[:, SUCC].copy(), tours.tour[:, FIRST].copy()
    tours.tally[BEST] = tours.tally[COST]
    edge = _mean_edge(land, tours)
    done, stopped = 0, "iterations"
    begun = budget.clock() if budget.clock else 0.0
    chunk = CHUNK if budget.iterations is None else max(1, min(CHUNK, budget.iterations // 100))
    while budget.iterations is None or done < budget.iterations:
        share = _share(budget, done, begun)
        if share >= 1.0:
            stopped = "seconds"
            break
        hot = edge * cooling.start * (cooling.end / cooling.start) ** share
        rounds = chunk if budget.iterations is None else min(chunk, budget.iterations - done)
        anneal(*land, *tours, succ, first, rng, knobs, rounds, hot)
        done += rounds
        progress(share)
    routes = _read(succ, first)
    served = {node for route in routes for node in route}
    left = [node for node in range(1, n + 1) if node not in served]
    return routes, left, Effort(seed, done, budget.iterations, budget.seconds, stopped)


def _lay_first_routes(land: Terrain, tours: Tours, instance: Instance, start: Sequence[Sequence[int]] | None) -> None:
    """Warm start, savings or nothing into the tours; everyone else into the bank, from where recreate takes
    them.
    """
    if start is None and instance.late is None:
        start = savings_routes(land)
    routes = [route for route in start or () if route][: len(tours.tour)]
    flat = np.array([node for route in routes for node in route], np.int64)
    ends = np.cumsum([len(route) for route in routes], dtype=np.int64)
    if not lay_routes(land.xy, land.matrix, land.rule, land.site, *_links(tours), flat, ends):
        raise ValueError("the routes to start from break a time window")
    rest = np.setdiff1d(np.arange(1, instance.customers + 1), flat)
    tours.bank[: len(rest)] = rest
    tours.tally[BANKED] = len(rest)
    tours.tally[COST] += land.limits[PENALTY] * len(rest)


def _share(budget: Budget, done: int, begun: float) -> float:
    """How much of the budget is used, 0 to 1: by iterations where they are given, else by the clock."""
    shares = [0.0]
    if budget.seconds is not None and budget.clock is not None:
        shares.append((budget.clock() - begun) / budget.seconds if budget.seconds > 0 else 1.0)
    if budget.iterations:
        shares.append(min(done / budget.iterations, 0.999999))
    return max(shares)


def _links(tours: Tours) -> tuple[Int32s, Int64s, Int64s, Int64s]:
    return tours.node, tours.tour, tours.free, tours.tally


def _mean_edge(land: Terrain, tours: Tours) -> float:
    """Mean edge of the routes there are, or the mean distance to the nearest neighbour where there are
    none.
    """
    used = len(tours.tour) - int(tours.tally[FREE])
    if used == 0:
        return max(1.0, float(land.after_far[1:, 0].mean()))
    length = tours.tally[COST] - land.limits[PENALTY] * tours.tally[BANKED]
    return max(1.0, float(length) / (len(land.site) - 1 + used))


def _read(succ: Int32s, first: Int64s) -> Routes:
    routes: Routes = []
    for head in first:
        route, node = [], int(head)
        while node:
            route.append(node)
            node = int(succ[node])
        if route:
            routes.append(route)
    return routes
