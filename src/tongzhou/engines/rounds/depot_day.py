"""One depot's day by PyVRP: vehicle kinds, several trips, shifts and windows; rests fit by construction.

Rests are not in PyVRP's model. Windows and shifts are planned narrower by all the rests a shift may need,
so that a rest before any leg still finds every window open.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyvrp

from tongzhou.engines.certificate import Budget

from .city import City, Fleet, Ints, Run, metres
from .polish import Stop as StopRule
from .timetable import Stop, drive_day, seconds

BLOCKED = 10**6  # metres put on a closed street


def plan_depot(
    city: City, depot: int, members: Sequence[int], fleet: Sequence[Fleet], *, seed: int, budget: Budget
) -> tuple[list[Run], list[int], int]:
    """Runs of one depot, the members left out, and iterations used."""
    fleet = [kind for kind in fleet if kind.count > 0]
    if not members or not fleet:
        return [], list(members), 0
    far = _distances(city, depot, members)
    data = _problem(city, depot, members, fleet, far)
    stop = StopRule(budget, budget.clock() if budget.clock else 0.0)
    result = pyvrp.solve(data, stop=stop, seed=seed, display=False, collect_stats=False)
    runs: list[Run] = []
    used: dict[int, int] = {}
    served: set[int] = set()
    for route in result.best.routes() if result.is_feasible() else ():
        kind = route.vehicle_type()
        used[kind] = used.get(kind, 0) + 1
        run = _run(city, depot, members, fleet[kind], used[kind], route, far)
        if run is not None:
            runs.append(run)
            served |= {visit.idx for visit in route if visit.is_client()}
    return runs, [member for k, member in enumerate(members) if k not in served], stop.iterations


def rest_allowance(city: City) -> int:
    """Seconds of rest a whole shift may need."""
    return city.policy.rest * -(-city.policy.shift // city.policy.duty)


def _distances(city: City, depot: int, members: Sequence[int]) -> Ints:
    xy = np.vstack((city.depots.xy[depot : depot + 1], city.points.xy[list(members)]))
    far = metres(xy, xy)
    number = {city.points.ids[member]: k for k, member in enumerate(members, 1)}
    number[city.depots.ids[depot]] = 0
    for a, b in city.blocked:
        if a in number and b in number:
            far[number[a], number[b]] += BLOCKED
            far[number[b], number[a]] += BLOCKED
    return far


def _problem(city: City, depot: int, members: Sequence[int], fleet: Sequence[Fleet], far: Ints) -> pyvrp.ProblemData:
    policy, allowance = city.policy, rest_allowance(city)
    opens, closes = int(city.depots.opens[depot]), int(city.depots.closes[depot])
    points = city.points
    prize = 40 * int(np.median(far[0])) + 10 * int(far[0].max()) + 1000
    clients = [
        pyvrp.Client(
            k,
            [int(points.demand[member])],
            service_duration=int(points.service[member]),
            tw_early=int(points.early[member]),
            tw_late=max(int(points.early[member]), int(points.late[member]) - allowance),
            prize=prize,
            required=False,
        )
        for k, member in enumerate(members, 1)
    ]
    kinds = [
        pyvrp.VehicleType(
            kind.count,
            [kind.capacity],
            tw_early=opens,
            tw_late=max(opens, closes - allowance),
            shift_duration=policy.shift - allowance,
            reload_depots=[0] if policy.trips > 1 else [],
            max_reloads=policy.trips - 1,
        )
        for kind in fleet
    ]
    places = [pyvrp.Location(0, 0)] * (len(members) + 1)
    home = pyvrp.Depot(0, tw_early=opens, tw_late=closes, service_duration=policy.loading)
    return pyvrp.ProblemData(places, clients, [home], kinds, [far], [seconds(far, policy.speed)])


def _run(
    city: City, depot: int, members: Sequence[int], kind: Fleet, number: int, route: pyvrp.Route, far: Ints
) -> Run | None:
    """The timetable of one route with its rests; None where a rest does not fit (its points are then left
    out).
    """
    policy, drive = city.policy, seconds(far, city.policy.speed)
    trips: list[list[int]] = [[]]
    for visit in list(route)[1:-1]:
        if visit.is_client():
            trips[-1].append(visit.idx + 1)
        elif trips[-1]:
            trips.append([])
    trips = [trip for trip in trips if trip]
    closes = int(city.depots.closes[depot])
    stops, length = [], 0
    for trip in trips:
        way = [0, *trip, 0]
        length += int(sum(far[a, b] for a, b in pairwise(way)))
        stops.append(Stop(0, 0, closes, policy.loading, False))
        for a, b in pairwise(way[:-1]):
            member = members[b - 1]
            early, late = int(city.points.early[member]), int(city.points.late[member])
            stops.append(Stop(int(drive[a, b]), early, late, int(city.points.service[member]), True))
        stops.append(Stop(int(drive[trip[-1], 0]), 0, closes, 0, False))
    begin = int(route.start_time())
    day = drive_day(stops, begin, policy)
    if day is None or day[2] - begin > policy.shift:
        return None
    names = tuple(tuple(city.points.ids[members[node - 1]] for node in trip) for trip in trips)
    home = city.depots.ids[depot]
    return Run(home, f"{home}/{kind.kind}/{number}", kind.kind, names, begin, day[2], length, day[0], day[1])
