"""Groups and everybody else at once, exactly, where the part is small enough: what the flow cannot do."""

from collections import defaultdict
from typing import Any

import numpy as np

from .model import Ints
from .suit import NEVER, Part

MOST_PAIRS = 20_000  # suiting pairs of a patient and a ward up to which a part is solved exactly
BUDGET = 20.0  # of CP-SAT's deterministic time


def small(part: Part) -> bool:
    return int((part.cost < NEVER).sum()) <= MOST_PAIRS


def with_groups(part: Part, start: Ints) -> tuple[Ints, int]:
    """The columns of the best plan found from ``start`` on, and a proven bound in metres: the plan's own if it is best.

    One worker and a budget in deterministic time: the same part has the same plan anywhere.
    """
    from ortools.sat.python import cp_model  # loads pandas: half a second for whoever only shows a page

    model = cp_model.CpModel()
    places: list[dict[int, Any]] = []
    for row, costs in enumerate(part.cost):
        places.append({int(column): model.new_bool_var("") for column in np.flatnonzero(costs < NEVER)})
        model.add_exactly_one(places[row].values())
    for column, room in enumerate(part.room.tolist()):
        model.add(sum(one[column] for one in places if column in one) <= room)
    for rows in part.groups:
        _together(model, part, [places[row] for row in rows.tolist()])
    model.minimize(
        sum(int(part.cost[row, column]) * var for row, one in enumerate(places) for column, var in one.items())
    )
    for row, one in enumerate(places):
        for column, var in one.items():
            model.add_hint(var, column == start[row])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = BUDGET
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    bound = int(np.ceil(solver.best_objective_bound - 1e-6))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return start, bound
    return np.array([next(c for c, var in one.items() if solver.value(var)) for one in places], np.int64), bound


def _together(model: Any, part: Part, members: list[dict[int, Any]]) -> None:
    """All of a group in one ward, its extra beds included, or all waiting."""
    wards: list[dict[int, list[Any]]] = []
    for one in members:
        by_ward: dict[int, list[Any]] = defaultdict(list)
        for column, var in one.items():
            by_ward[-1 if column == part.waiting else int(part.ward[column])].append(var)
        wards.append(by_ward)
    for ward in set().union(*wards):
        first = sum(wards[0].get(ward, []))
        for other in wards[1:]:
            model.add(sum(other.get(ward, [])) == first)
