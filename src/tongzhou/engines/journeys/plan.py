"""Plan point-to-point journeys: a day for everyone, trains and full coaches first, the rest pooled on the
way.
"""

from collections import defaultdict
from collections.abc import Callable

import numpy as np

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
)

from .check import check_journeys
from .days import persons_by_day
from .model import Floats, Groups, Ints, Kind, Leg, Places, Policy
from .pool import Loads, backwards, explain, full_loads, minutes_bound, pool, ride_minutes

Legs = tuple[Leg, ...]


def plan_journeys(
    places: Places,
    groups: Groups,
    policy: Policy,
    *,
    seed: int,
    budget: Budget,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Plan[Legs], tuple[Problem, ...]]:
    """Vehicles, their ways and manifests for all groups.

    The objective is the number of vehicles, bounded below by persons over places for each destination;
    vehicle minutes and their bound are among the certificate's terms. The budget is shared by persons to be
    pooled.
    """
    problems = _impossible(places, groups, policy)
    coach = _coach(policy)
    if coach is None:
        return _empty(groups, problems, seed)
    wrong = {problem.subject.removeprefix("group ") for problem in problems}
    usable = np.array([k for k, name in enumerate(groups.ids) if name not in wrong], np.int64)
    legs: list[Leg] = []
    fewest, least, iterations = 0, 0.0, 0
    done, everyone = 0, max(1, int(groups.persons[usable].sum()))
    for goal in np.unique(groups.destination[usable]):
        rows = usable[groups.destination[usable] == goal]
        days = int(groups.last[rows].max()) + 1
        trained, rows_left = _trains(places, groups, policy, rows, int(goal))
        legs += trained
        part = Groups(groups.ids, groups.origin, groups.destination, rows_left, groups.first, groups.last)
        capacity = policy.places(coach)
        fewest += _fewest(places, groups, policy, rows, int(goal), capacity)
        least += sum(float(leg.minutes) for leg in trained)
        plan = persons_by_day(part, rows, capacity, days)
        for day in range(days):
            share = float(plan[:, day].sum()) / everyone
            more, bottom, used = _one_day(
                places, groups, policy, coach, rows, plan[:, day], day, int(goal), seed, _part(budget, share)
            )
            legs += more
            least += bottom
            iterations += used
        done += int(groups.persons[rows].sum())
        progress(done / everyone)
    return _certify(places, groups, policy, tuple(legs), problems, fewest, least, seed, iterations, budget)


def _one_day(
    places: Places,
    groups: Groups,
    policy: Policy,
    coach: Kind,
    rows: Ints,
    persons: Ints,
    day: int,
    goal: int,
    seed: int,
    budget: Budget,
) -> tuple[list[Leg], float, int]:
    """Legs of one destination and day, a bound on the minutes of their ways, and iterations."""
    capacity, home = policy.places(coach), places.xy[goal]
    queue: dict[int, list[list[int]]] = defaultdict(list)  # village → [group, persons]
    for row, count in zip(rows, persons, strict=True):
        if count:
            queue[int(groups.origin[row])].append([int(row), int(count)])
    waiting = {village: sum(count for _, count in line) for village, line in queue.items()}
    direct, rest = full_loads(waiting, capacity)
    loads: list[tuple[list[tuple[int, int]], bool]] = [(load, True) for load in direct]
    least, used = 0.0, 0
    for load in direct:
        least += float(ride_minutes(np.vstack((places.xy[load[0][0]], home)), policy)[0])
    if rest:
        pooled, used = pool(places.xy, home, rest, capacity, policy, seed=seed, budget=budget)
        loads += [(load, False) for load in pooled]
        least += _bottom(places, home, rest, pooled, capacity, policy)
    legs = []
    for number, (load, full) in enumerate(loads, 1):
        legs.append(_leg(places, groups, policy, coach, queue, load, full, day, goal, number))
    return legs, least, used


def _bottom(
    places: Places, home: Floats, rest: dict[int, int], pooled: Loads,
    capacity: int, policy: Policy,
) -> float:  # fmt: skip
    """A bound on driving minutes of the leftovers, served unsplit or split: persons one by one cost no
    more.
    """
    parts = [(village, 1) for village in sorted(rest) for _ in range(rest[village])]
    if len(parts) > 700:  # a person a row: too large a table for its worth
        return 0.0
    instance = backwards(places.xy, home, parts, capacity, policy)
    driven = sum(float(_drive(places, home, load, policy)) for load in pooled)
    return minutes_bound(instance, driven)


def _drive(
    places: Places, home: Floats, load: list[tuple[int, int]], policy: Policy
) -> int:  # fmt: skip
    way = np.vstack([places.xy[village] for village, _ in load] + [home])
    return int(ride_minutes(way, policy)[0]) - policy.boarding_minutes * (len(load) - 1)


def _leg(
    places: Places, groups: Groups, policy: Policy, kind: Kind, queue: dict[int, list[list[int]]],
    load: list[tuple[int, int]], full: bool, day: int, goal: int, number: int,
) -> Leg:  # fmt: skip
    """Name the passengers: groups of a village board in the order they stand in its queue."""
    manifest: list[tuple[str, str, int]] = []
    for village, size in load:
        line = queue[village]
        while size:
            row, count = line[0]
            take = min(size, count)
            manifest.append((places.ids[village], groups.ids[row], take))
            line[0][1] -= take
            size -= take
            if line[0][1] == 0:
                line.pop(0)
    way = np.vstack([places.xy[village] for village, _ in load] + [places.xy[goal]])
    km = float(np.sqrt(((way[1:] - way[:-1]) ** 2).sum(axis=1)).sum() * policy.road_factor)
    name = places.ids[goal]
    stops = tuple(places.ids[village] for village, _ in load)
    total = int(ride_minutes(way, policy)[0])
    return Leg(
        f"{name}/{day}/{kind.name}/{number}",
        kind.name,
        day,
        name,
        stops,
        tuple(manifest),
        round(km, 3),
        total,
        full,
    )


def _trains(
    places: Places,
    groups: Groups,
    policy: Policy,
    rows: Ints,
    goal: int,
) -> tuple[list[Leg], Ints]:
    """Trains that one station fills on one day, and the persons left of every group."""
    number = {name: k for k, name in enumerate(groups.ids)}
    persons = groups.persons.copy()
    legs: list[Leg] = []
    for kind in policy.kinds:
        if not kind.rail or not places.station[goal]:
            continue
        room = policy.places(kind)
        for origin in np.unique(groups.origin[rows]):
            if not places.station[origin] or room <= 0:
                continue
            for day in range(int(groups.last[rows].max()) + 1):
                here = [int(k) for k in rows if groups.origin[k] == origin and groups.first[k] <= day <= groups.last[k]]
                while int(persons[here].sum()) >= room:
                    queue = {int(origin): [[k, int(persons[k])] for k in here if persons[k]]}
                    load = [(int(origin), room)]
                    leg = _leg(places, groups, policy, kind, queue, load, True, day, goal, len(legs) + 1)
                    legs.append(leg)
                    for _, name, count in leg.manifest:
                        persons[number[name]] -= count
    return legs, persons


def _fewest(
    places: Places,
    groups: Groups,
    policy: Policy,
    rows: Ints,
    goal: int,
    capacity: int,
) -> int:
    """No plan to this destination has fewer vehicles: who cannot fill a train at a station needs coaches."""
    persons = int(groups.persons[rows].sum())
    trains = [policy.places(kind) for kind in policy.kinds if kind.rail] if places.station[goal] else []
    room = max(trains, default=0)
    by_rail = 0
    for origin in np.unique(groups.origin[rows]):
        here = int(groups.persons[rows][groups.origin[rows] == origin].sum())
        if places.station[origin] and 0 < min(trains, default=here + 1) <= here:
            by_rail += here
    coaches = -(-(persons - by_rail) // capacity)
    over = persons - coaches * capacity
    return coaches + (-(-over // max(room, capacity)) if over > 0 else 0)


def _impossible(places: Places, groups: Groups, policy: Policy) -> list[Problem]:
    found = []
    for k, name in enumerate(groups.ids):
        code, zh, en = "", "", ""
        if groups.persons[k] <= 0:
            code, zh, en = "no_persons", "人数不为正", "has no persons"
        elif groups.first[k] > groups.last[k] or groups.last[k] < 0:
            code, zh, en = "days_reversed", "最早出发日晚于最晚出发日", "can leave first after its last day"
        elif groups.origin[k] == groups.destination[k]:
            code, zh, en = "already_there", "出发地就是目的地", "starts where it wants to go"
        elif _coach(policy) is None:
            code, zh, en = "no_vehicle", "没有可用车辆", "finds no road vehicle with a place to use"
        if code:
            found.append(Problem(code, f"group {name}", Text(f"{name}：{zh}。", f"Group {name} {en}."), field="groups"))
    return found


def _coach(policy: Policy) -> Kind | None:
    road = [kind for kind in policy.kinds if not kind.rail and policy.places(kind) > 0]
    return max(road, key=policy.places, default=None)


def _part(budget: Budget, share: float) -> Budget:
    iterations = None if budget.iterations is None else max(1, int(budget.iterations * share))
    return Budget(iterations, None if budget.seconds is None else budget.seconds * share, budget.clock)


def _stopped(budget: Budget) -> str:
    return "iterations" if budget.seconds is None else "seconds"


def _empty(groups: Groups, problems: list[Problem], seed: int) -> tuple[Plan[Legs], tuple[Problem, ...]]:
    effort = Effort(seed, 0, stopped_by="empty")
    return Plan((), Certificate("journeys", 0.0, 0.0, "vehicles", effort=effort)), tuple(problems)


def _certify(
    places: Places, groups: Groups, policy: Policy, legs: Legs, problems: list[Problem], fewest: int,
    least: float,
    seed: int, iterations: int, budget: Budget,
) -> tuple[Plan[Legs], tuple[Problem, ...]]:  # fmt: skip
    left = [problem.subject.removeprefix("group ") for problem in problems]
    faults = check_journeys(places, groups, policy, legs, left)
    seats = {kind.name: policy.places(kind) for kind in policy.kinds}
    aboard, offered = sum(leg.persons for leg in legs), sum(seats[leg.kind] for leg in legs)
    stop = policy.boarding_minutes
    driven = sum(leg.minutes - stop * (len(leg.stops) - 1) for leg in legs)
    text = Text(f"座位使用 {aboard}/{offered}。", f"{aboard} of {offered} places are used.")
    binding = (Binding("places", aboard, offered, "places", text),) if legs else ()
    certificate = Certificate(
        engine="journeys",
        objective=float(len(legs)),
        bound=float(fewest),
        unit="vehicles",
        faults=faults,
        bound_method=Text(
            "各目的地人数除以每车可乘人数，向上取整", "persons over places for each destination, rounded up"
        ),
        terms=(
            Term("persons", aboard, "persons"),
            Term("vehicle_km", round(sum(leg.km for leg in legs), 1), "km"),
            Term("driving_minutes", driven, "vehicle minutes"),
            Term("driving_minutes_bound", round(least, 1), "vehicle minutes"),
        ),
        binding=binding,
        reasons=tuple(
            Reason(
                leg.vehicle,
                explain([(0, 0)] * (len(leg.stops) - 1) + [(0, leg.persons)], seats[leg.kind], leg.full),
            )
            for leg in legs
        ),
        effort=Effort(seed, iterations, budget.iterations, budget.seconds, _stopped(budget)),
    )
    return Plan(legs, certificate), tuple(problems)
