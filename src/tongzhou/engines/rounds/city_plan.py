"""A city's delivery day: cluster first, route second; and its re-plan after one change."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from tongzhou.engines.certificate import (
    Binding,
    Budget,
    Certificate,
    Effort,
    Plan,
    Problem,
    Reason,
    Term,
    Text,
    difference,
)

from .city import City, Fleet, Points, Run, metres
from .city_check import check_city
from .clusters import allocate
from .depot_day import plan_depot

Runs = tuple[Run, ...]


def plan_city(city: City, *, seed: int, budget: Budget) -> tuple[Plan[Runs], tuple[Problem, ...]]:
    """Give every point a depot with stock, then every depot its runs; the budget is shared by number of
    points.

    Same seed and same iterations give the same plan. Points that cannot be served come back as problems.
    """
    problems = _impossible(city)
    part = _without(city, problems)
    depot_of, _, short = allocate(part)
    problems += short
    runs: list[Run] = []
    iterations = 0
    for depot, name in enumerate(city.depots.ids):
        members = [int(k) for k in np.flatnonzero(depot_of == depot)]
        fleet = [kind for kind in city.fleet if kind.depot == name]
        more, left, used = plan_depot(
            part, depot, members, fleet, seed=seed, budget=_part(budget, len(members) / max(1, len(depot_of)))
        )
        runs += more
        iterations += used
        problems += _left_out(part, name, left)
    return _certify(city, tuple(runs), problems, _effort(seed, iterations, budget))


def replan_city(
    city: City, plan: Plan[Runs], depot: str, *, frozen: Collection[str], seed: int, budget: Budget
) -> tuple[Plan[Runs], tuple[Problem, ...]]:
    """Plan one depot again after a change in ``city`` (a vehicle fewer, a street closed); all else stays.

    ``frozen`` vehicles are loaded: they keep their runs, and their kind has as many vehicles fewer to give.
    """
    kept = [run for run in plan.rows if run.depot != depot or run.vehicle in frozen]
    held = {run.vehicle for run in kept}
    before = {name for run in plan.rows for trip in run.trips for name in trip}
    busy = {name for run in kept for trip in run.trips for name in trip}
    free = [k for k, name in enumerate(city.points.ids) if name in before and name not in busy]
    number = city.depots.ids.index(depot)
    fleet = [
        replace(kind, count=kind.count - sum(run.depot == depot and run.kind == kind.kind for run in kept))
        for kind in city.fleet
        if kind.depot == depot
    ]
    runs, left, used = plan_depot(city, number, free, fleet, seed=seed, budget=budget)
    runs = [run if run.vehicle not in held else replace(run, vehicle=f"{run.vehicle}b") for run in runs]
    names = [name for k, name in enumerate(city.points.ids) if name not in before]
    text = Text("在原计划中就未安排。", "It was already left out of the plan before.")
    problems = [Problem("left_before", f"point {name}", text) for name in names] + _left_out(city, depot, left)
    return _certify(city, tuple(kept + runs), problems, _effort(seed, used, budget), yesterday=plan.rows)


def flow_bound(city: City, left: Collection[str] = ()) -> float:
    """Metres no plan serving all points but ``left`` can undercut: the larger of two bounds.

    Each unit rides out and back from a depot under the stocks in a vehicle of the largest capacity (a
    flow); and every point is left by two legs, each no shorter than to its nearest neighbours.
    """
    part = _without(city, [Problem("left", f"point {name}", Text("", "")) for name in left])
    if not part.points.ids or not city.fleet:
        return 0.0
    _, unit_metres, _ = allocate(part)
    ride = 2.0 * unit_metres / max(kind.capacity for kind in city.fleet)
    everything = np.vstack((part.points.xy, part.depots.xy))
    near = cKDTree(everything).query(part.points.xy, k=[2, 3])[0] if len(everything) > 2 else None
    home = metres(part.points.xy, part.depots.xy).min(axis=1)
    # A point alone on its round leaves and returns by the same depot; otherwise by two different neighbours.
    two = 2 * home if near is None else np.minimum(np.ceil(near - 1e-9).sum(axis=1), 2 * home)
    legs = float(two.sum()) / 2
    return max(ride, legs)


def _effort(seed: int, iterations: int, budget: Budget) -> Effort:
    stopped = "iterations" if budget.seconds is None else "seconds"
    return Effort(seed, iterations, budget.iterations, budget.seconds, stopped)


def _part(budget: Budget, share: float) -> Budget:
    iterations = None if budget.iterations is None else max(1, int(budget.iterations * share))
    return Budget(iterations, None if budget.seconds is None else budget.seconds * share, budget.clock)


def _impossible(city: City) -> list[Problem]:
    """Points that no vehicle could serve alone: too much for any, or a window that is reversed or out of
    hours.
    """
    largest = max((kind.capacity for kind in city.fleet if kind.count > 0), default=0)
    found = []
    for k, name in enumerate(city.points.ids):
        demand, early, late = (int(row[k]) for row in (city.points.demand, city.points.early, city.points.late))
        if demand > largest:
            text = Text(
                f"需求 {demand} 超过最大车辆载量 {largest}；请拆分。",
                f"Demand {demand} exceeds the largest vehicle's {largest}: split it.",
            )
            found.append(Problem("demand_over_capacity", f"point {name}", text, field="demand"))
        elif early > late or early > city.depots.closes.max(initial=0):
            text = Text(
                f"时间窗 {early}–{late} 秒在开放时间之外或前后颠倒。",
                f"The window {early}–{late} s is reversed or outside all opening hours.",
            )
            found.append(Problem("window_impossible", f"point {name}", text, field="early"))
    return found


def _without(city: City, problems: Sequence[Problem]) -> City:
    gone = {problem.subject.removeprefix("point ") for problem in problems}
    keep = [k for k, name in enumerate(city.points.ids) if name not in gone]
    if len(keep) == len(city.points.ids):
        return city
    p, rows = city.points, np.array(keep, np.int64)
    ids = tuple(p.ids[k] for k in keep)
    columns = (p.xy[rows], p.demand[rows], p.early[rows], p.late[rows], p.service[rows])
    return replace(city, points=Points(ids, *columns, provenance=p.provenance))


def _left_out(city: City, depot: str, left: Sequence[int]) -> list[Problem]:
    text = Text(
        f"仓库 {depot} 的车辆、班次或时间窗不够。",
        f"Depot {depot} has no vehicle, shift or time left for its window.",
    )
    return [Problem("fleet_exhausted", f"point {city.points.ids[k]}", text, field="fleet") for k in left]


def _certify(
    city: City, runs: Runs, problems: Sequence[Problem], effort: Effort, yesterday: Runs | None = None
) -> tuple[Plan[Runs], tuple[Problem, ...]]:
    left = [problem.subject.removeprefix("point ") for problem in problems]
    total, faults = check_city(city, runs, left)
    changed = None if yesterday is None else difference(_vehicle_of(yesterday), _vehicle_of(runs))
    certificate = Certificate(
        engine="rounds",
        objective=float(total),
        bound=min(flow_bound(city, left), float(total)),
        unit="metres",
        faults=faults,
        bound_method=Text("库存约束的往返流与最近邻两者取大", "larger of the stock flow out and back and nearest legs"),
        terms=(
            Term("vehicles", len(runs), "vehicles"),
            Term("trips", sum(len(run.trips) for run in runs), "trips"),
        ),
        binding=_binding(city, runs),
        reasons=tuple(_reason(city, run) for run in runs),
        effort=effort,
        difference=changed,
    )
    return Plan(runs, certificate), tuple(problems)


def _vehicle_of(runs: Runs) -> dict[str, str]:
    return {name: run.vehicle for run in runs for trip in run.trips for name in trip}


def _binding(city: City, runs: Runs) -> tuple[Binding, ...]:
    """Depots that give out all but 2 % of their stock."""
    demand = dict(zip(city.points.ids, city.points.demand, strict=True))
    found = []
    for name, stock in zip(city.depots.ids, city.depots.stock, strict=True):
        given = sum(int(demand[p]) for run in runs if run.depot == name for trip in run.trips for p in trip)
        if stock and given >= 0.98 * stock:
            text = Text(
                f"仓库 {name} 发出 {given}/{stock}，更近的点只能由别处供给。",
                f"Depot {name} gives {given} of {stock}: nearer points must be served from elsewhere.",
            )
            found.append(Binding(f"stock of {name}", given, float(stock), "units", text))
    return tuple(found)


def _reason(city: City, run: Run) -> Reason:
    stops, hours = sum(map(len, run.trips)), (run.end - run.start) / 3600
    kinds: dict[tuple[str, str], Fleet] = {(kind.depot, kind.kind): kind for kind in city.fleet}
    capacity = kinds[(run.depot, run.kind)].capacity
    zh = f"{len(run.trips)} 趟 {stops} 点，{hours:.1f} 小时，休息 {len(run.rests)} 次，每趟至多装 {capacity}。"
    en = f"{len(run.trips)} trips, {stops} points, {hours:.1f} h, {len(run.rests)} rests, ≤ {capacity} a trip."
    chain = ("shift",) if run.end - run.start > 0.95 * city.policy.shift else ()
    return Reason(run.vehicle, Text(zh, en), chain)
