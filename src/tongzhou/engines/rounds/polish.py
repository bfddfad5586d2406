"""Hand SISR's routes to PyVRP: on windows its local search still finds what strings do not (tried: 1.9 →
1.1 %).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyvrp

from tongzhou.engines.certificate import Budget

from .model import Instance
from .terrain import lengths, survey

LARGEST = 2500  # nodes: PyVRP keeps n × n matrices of distances and of times


@dataclass
class Stop:
    """PyVRP's stopping criterion for our budgets: PyVRP asks once an iteration."""

    budget: Budget
    begun: float
    iterations: int = 0

    def __call__(self, best_cost: float) -> bool:
        if self.budget.iterations is not None and self.iterations >= self.budget.iterations:
            return True
        clock, seconds = self.budget.clock, self.budget.seconds
        if seconds is not None and clock is not None and clock() - self.begun >= seconds:
            return True
        self.iterations += 1
        return False


def polish(
    instance: Instance, routes: Sequence[Sequence[int]], *, seed: int, budget: Budget
) -> tuple[list[list[int]], int]:
    """Routes no longer than those given, and PyVRP's iterations; every customer must be in a route."""
    data = _problem(instance)
    start = pyvrp.Solution(data, [[node - 1 for node in route] for route in routes])
    stop = Stop(budget, budget.clock() if budget.clock else 0.0)
    result = pyvrp.solve(data, stop=stop, seed=seed, display=False, collect_stats=False, initial_solution=start)
    best = result.best if result.is_feasible() else start
    if start.is_feasible() and start.distance() < best.distance():
        best = start
    return [_nodes(route) for route in best.routes()], stop.iterations


def _nodes(route: pyvrp.Route) -> list[int]:
    return [visit.idx + 1 for visit in route if visit.is_client()]


def _problem(instance: Instance) -> pyvrp.ProblemData:
    land = survey(instance, ruin_neighbours=1, insert_neighbours=1)
    nodes = np.arange(len(land.site))
    pairs = np.repeat(nodes, len(nodes)), np.tile(nodes, len(nodes))
    matrix = lengths(land.xy, land.matrix, land.rule, *pairs).reshape(len(nodes), -1).astype(np.int64)
    demand, early, late, service = (land.site[:, column].tolist() for column in range(4))
    clients = [
        pyvrp.Client(k, [demand[k]], service_duration=service[k], tw_early=early[k], tw_late=late[k])
        for k in range(1, len(nodes))
    ]
    depot = pyvrp.Depot(0, tw_early=early[0], tw_late=late[0], service_duration=service[0])
    vehicles = pyvrp.VehicleType(
        min(len(clients), instance.vehicles or len(clients)),
        [instance.capacity],
        tw_early=early[0],
        tw_late=late[0],
    )
    places = [pyvrp.Location(float(x), float(y)) for x, y in land.xy]
    return pyvrp.ProblemData(places, clients, [depot], [vehicles], [matrix], [matrix])
