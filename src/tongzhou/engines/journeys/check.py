"""The independent checker of journeys: recounts persons, places, days and every passenger's ride in plain
loops.
"""

import math
from collections import Counter
from collections.abc import Sequence

from tongzhou.engines.certificate import Problem, Text

from .model import Groups, Leg, Places, Policy


def check_journeys(
    places: Places, groups: Groups, policy: Policy, legs: Sequence[Leg], left: Sequence[str] = ()
) -> tuple[Problem, ...]:
    """Every fault of a plan: persons not carried exactly once, too many aboard, wrong day or place, rides
    too long.
    """
    faults: list[Problem] = []
    where = {name: k for k, name in enumerate(places.ids)}
    group = {name: k for k, name in enumerate(groups.ids)}
    kinds = {kind.name: kind for kind in policy.kinds}
    carried: Counter[str] = Counter()
    for leg in legs:
        kind = kinds.get(leg.kind)
        if kind is None or leg.destination not in where or any(stop not in where for stop in leg.stops):
            faults.append(
                _fault("unknown", leg.vehicle, "车型或地点不存在", "uses a kind or place that does not exist")
            )
            continue
        if leg.persons > int((kind.seats - kind.rear) * policy.occupancy):
            faults.append(_fault("too_many_aboard", leg.vehicle, f"乘 {leg.persons} 人", f"carries {leg.persons}"))
        if kind.rail and not all(places.station[where[stop]] for stop in (*leg.stops, leg.destination)):
            faults.append(_fault("no_station", leg.vehicle, "停靠非车站", "stops where there is no station"))
        rides = _rides(places, policy, leg, where)
        for stop, name, persons in leg.manifest:
            carried[name] += persons
            if name not in group or stop not in leg.stops or persons <= 0:
                faults.append(_fault("manifest", leg.vehicle, f"名单中 {name} 有误", f"lists {name} wrongly"))
                continue
            k = group[name]
            if places.ids[groups.origin[k]] != stop or places.ids[groups.destination[k]] != leg.destination:
                faults.append(_fault("wrong_place", name, "上车或到达地点不对", "boards or arrives at a wrong place"))
            if not groups.first[k] <= leg.day <= groups.last[k]:
                faults.append(_fault("wrong_day", name, f"第 {leg.day} 天不可出发", f"cannot leave on day {leg.day}"))
            direct = _minutes(places, policy, where[stop], where[leg.destination])
            if rides[leg.stops.index(stop)] > policy.stretch * direct + policy.extra_minutes + 1e-9:
                faults.append(_fault("ride_too_long", name, "乘车时间过长", "rides too long"))
    for name, k in group.items():
        wanted = 0 if name in left else int(groups.persons[k])
        if carried[name] != wanted:
            faults.append(
                _fault("persons", name, f"{carried[name]}/{wanted} 人有座", f"has {carried[name]} of {wanted}")
            )
    return tuple(faults)


def _rides(places: Places, policy: Policy, leg: Leg, where: dict[str, int]) -> list[int]:
    """Minutes from leaving each stop to the destination: driving, and boarding at the stops between."""
    rides, ahead = [], 0
    way = [where[stop] for stop in leg.stops] + [where[leg.destination]]
    for k in range(len(way) - 2, -1, -1):
        ahead += _minutes(places, policy, way[k], way[k + 1])
        rides.append(ahead)
        ahead += policy.boarding_minutes
    return rides[::-1]


def _minutes(places: Places, policy: Policy, a: int, b: int) -> int:
    km = math.dist(places.xy[a], places.xy[b]) * policy.road_factor
    return math.ceil(km / policy.speed_kmh * 60 - 1e-9)


def _fault(code: str, subject: str, zh: str, en: str) -> Problem:
    return Problem(code, subject, Text(f"{subject}：{zh}。", f"{subject} {en}."))
