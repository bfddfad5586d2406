"""In which order somebody goes to their doors: who goes where is decided first, then each way by the rounds engine.

No map of a community is held. Stairwells and grids are taken to stand in the order of their numbers, as far apart as
the planner's table says: a way is right in its order, not to the metre.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from tongzhou.dayplan.visits import DayPlan, Helper, Line, Visit, weights
from tongzhou.engines.certificate import Budget, Plan, Problem, Text, quality
from tongzhou.engines.rounds.city import City, Depots, Fleet, Points, Policy, Run, metres
from tongzhou.ledger.time import local_day, zone

SEED = 1
STORE = "store"
REST = "9"  # after every day that a dose may name
Spot = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """One person's way: the engine's figures as its independent checker found them, times of the day as text."""

    trips: int
    metres: int
    bound: int
    start: str
    end: str
    feasible: bool

    @property
    def quality(self) -> Text:
        """How good the way is, as far as its bound says something."""
        return quality(self.metres, self.bound or None)


def ordered(plan: DayPlan, grids: Sequence[int], now: dt.datetime) -> tuple[DayPlan, dict[str, Way]]:
    """The plan with every door's place on its way and the hour, and each helper's way; nothing once the day is over."""
    lines, ways = {line.visit.household: line for line in plan.lines}, dict[str, Way]()
    spots = _spots([line.visit for line in plan.lines], grids)
    people = {line.helper.key: line.helper for line in plan.planned if line.helper}
    today = local_day(now)
    for key, helper in people.items():
        mine = [line for line in plan.planned if line.helper == helper]
        store, begins, n = _store(spots, helper, grids), None, 0
        for turn in sorted({_turn(line.visit, today) for line in mine}):
            part = [line for line in mine if _turn(line.visit, today) == turn]
            city = _city(part, spots, store, now, begins)
            if city is None:
                continue
            found, left = _searched(city)
            for run in found.rows:
                ways[key] = _joined(ways.get(key), _way(run, found))
                begins = -(-run.end // 60) * 60
                for stop in _stops(run, city, lines):
                    n += 1
                    lines[stop.visit.household] = replace(stop, n=n)
            for problem in left:
                house = int(problem.subject.removeprefix("point "))
                n += 1
                lines[house] = replace(lines[house], n=n, late=True)
    return replace(plan, lines=tuple(lines[line.visit.household] for line in plan.lines)), ways


def _turn(visit: Visit, today: dt.date) -> str:
    """Medicine that runs out within the days that make it urgent is brought before anything else, what runs out first
    before the rest, whatever the way."""
    soon = today + dt.timedelta(days=weights()["urgent_doses_days"])
    dose = visit.last_dose or REST
    return REST if dose > soon.isoformat() else max(dose, today.isoformat())


def _joined(first: Way | None, then: Way) -> Way:
    """One way after the other."""
    if first is None:
        return then
    return Way(
        first.trips + then.trips, first.metres + then.metres, first.bound + then.bound, first.start, then.end,
        first.feasible and then.feasible,
    )  # fmt: skip


def _searched(city: City) -> tuple[Plan[tuple[Run, ...]], tuple[Problem, ...]]:
    """A second trip for one last door is seldom tried: where a door is left out, the search goes on (of six small grids
    400 iterations left four doors out, 8,000 two, which do not fit the shift)."""
    from tongzhou.engines.rounds.city_plan import plan_city

    short, long = weights()["way"]["iterations"]
    found, left = plan_city(city, seed=SEED, budget=Budget(iterations=short))
    if left:
        again, fewer = plan_city(city, seed=SEED, budget=Budget(iterations=long))
        if len(fewer) < len(left):
            return again, fewer
    return found, left


def _spots(visits: Sequence[Visit], grids: Sequence[int]) -> dict[int, Spot]:
    """Household → where it is taken to stand, in metres."""
    table, number = weights()["way"], {grid: k for k, grid in enumerate(grids)}
    return {
        one.household: (
            number.get(one.place, 0) * float(table["grid_metres"]),
            one.stair * float(table["stair_metres"]),
        )
        for one in visits
    }


def _store(spots: Mapping[int, Spot], helper: Helper, grids: Sequence[int]) -> Spot:
    """Where carts are filled: the middle of the community."""
    across = (max(len(grids), 1) - 1) * float(weights()["way"]["grid_metres"]) / 2
    return across, float(np.mean([y for _x, y in spots.values()]))


def _city(
    mine: Sequence[Line], spots: Mapping[int, Spot], store: Spot, now: dt.datetime, after: int | None
) -> City | None:
    """Some doors of one person and the cart as the engine takes them, `after` the hour at which the way goes on; None
    once the day's hours for it are over."""
    table, local = weights()["way"], now.astimezone(zone())
    opens, closes, noon = (_seconds(table[name]) for name in ("opens", "closes", "medicine_by"))
    begins = max(opens, -(-(local.hour * 60 + local.minute) // 15) * 900)  # quarters: the plan holds while it is read
    begins = max(begins, after or 0)
    if begins >= closes:
        return None
    today = local_day(now).isoformat()
    late = [noon if begins < noon and (one.visit.last_dose or REST) <= today else closes for one in mine]
    load = [min(_load(one.visit), table["cart"]) for one in mine]
    points = Points(
        tuple(str(one.visit.household) for one in mine),
        np.array([spots[one.visit.household] for one in mine], float).reshape(-1, 2),
        np.array(load, np.int64),
        np.full(len(mine), begins, np.int64),
        np.array(late, np.int64),
        np.full(len(mine), 60 * table["at_the_door_minutes"], np.int64),
    )
    depots = Depots((STORE,), np.array([store]), np.array([sum(load)]), np.array([begins]), np.array([closes]))
    policy = Policy(
        speed=table["walk_metres_per_second"], shift=closes - begins, duty=3600 * table["duty_hours"],
        rest=60 * table["rest_minutes"], loading=60 * table["loading_minutes"], trips=table["trips"],
    )  # fmt: skip
    return City(points, depots, (Fleet(STORE, "cart", 1, table["cart"]),), policy)


def _load(visit: Visit) -> int:
    """What it takes of a cart; what nobody carries (a repair) takes nothing."""
    per_item: dict[str, int] = weights()["way"]["load"]
    return sum(per_item.get(item, 0) * n for item, n in visit.items.items())


def _stops(run: Run, city: City, lines: Mapping[int, Line]) -> list[Line]:
    """The doors of a way in order, each with its hour and the metres it adds."""
    spot = dict(zip(city.points.ids, city.points.xy, strict=True))
    found: list[Line] = []
    for trip in run.trips:
        way = np.vstack([city.depots.xy[0], *(spot[name] for name in trip), city.depots.xy[0]])
        far = metres(way, way)
        for k, (a, b) in enumerate(pairwise(range(len(trip) + 1))):
            more = int(far[a, b] + far[b, b + 1] - far[a, b + 1])
            found.append(replace(lines[int(trip[k])], at=clock(run.starts[len(found)]), metres=more))
    return found


def _way(run: Run, plan: Plan[Any]) -> Way:
    proof = plan.certificate
    bound = int(proof.bound or 0)
    return Way(len(run.trips), run.metres, bound, clock(run.start), clock(run.end), proof.feasible)


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def clock(seconds: int) -> str:
    """Seconds of the day as people read them."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
