"""One destination, one day: full loads first, then leftovers as a routing problem with the ride limit as
windows.

Read a bus's way backwards, from the destination out to its first village: the time at which it passes a
village is the time its passengers will ride. "No longer than 1.5 × direct plus an hour" is then a closing
time at the village, and the way back to the depot costs nothing, because a bus ends where its last
passengers began.
"""

from collections.abc import Mapping

import numpy as np

from tongzhou.engines.certificate import Budget, Text
from tongzhou.engines.rounds import bound, sisr
from tongzhou.engines.rounds.model import Instance

from .model import Floats, Ints, Policy, minutes

Loads = list[list[tuple[int, int]]]  # for each vehicle, in order of boarding: (village, persons)


def full_loads(waiting: Mapping[int, int], capacity: int) -> tuple[Loads, dict[int, int]]:
    """Vehicles filled in one village, and who is left."""
    direct: Loads = []
    rest: dict[int, int] = {}
    for village in sorted(waiting):
        whole, over = divmod(waiting[village], capacity)
        direct += [[(village, capacity)]] * whole
        if over:
            rest[village] = over
    return direct, rest


def pool(
    xy: Floats,
    home: Floats,
    rest: Mapping[int, int],
    capacity: int,
    policy: Policy,
    *,
    seed: int,
    budget: Budget,
) -> tuple[Loads, int]:
    """Buses for the leftovers: the fewest that total persons allow, one more until everyone has a seat.

    A village's leftover may be split at first into parts no larger than a third of a bus, so that full
    buses exist.
    """
    parts = [(village, size) for village in sorted(rest) for size in _parts(rest[village], max(1, capacity // 3))]
    instance = backwards(xy, home, parts, capacity, policy)
    buses = -(-sum(rest.values()) // capacity)
    iterations, routes, share = 0, None, 0.6
    while True:
        allowed, part = _with_fleet(instance, buses), _share(budget, share)
        routes, left, effort = sisr.solve(allowed, seed=seed, budget=part, start=routes)
        iterations += effort.iterations
        if not left:
            return [_boarding(route, parts) for route in routes], iterations
        # A further bus for every six parts left out, at least one; later tries begin with the routes there are.
        buses += max(1, len(left) // 6)
        share = 0.2


def backwards(xy: Floats, home: Floats, parts: list[tuple[int, int]], capacity: int, policy: Policy) -> Instance:
    """The routing instance of the module's docstring; distances and times in minutes, the depot is the
    destination.
    """
    places = np.vstack((home[None, :], xy[[village for village, _ in parts]]))
    matrix = minutes(places[:, None, :], places[None, :, :], policy).astype(float)
    direct = matrix[0].copy()
    matrix[:, 0] = 0.0
    late = np.floor(policy.stretch * direct + policy.extra_minutes)
    late[0] = 1e6
    boarding = float(policy.boarding_minutes)
    service = np.r_[0.0, np.full(len(parts), boarding)]
    # Parts of one village count as a stop each, even where they share a bus: on the safe side. The ride
    # counts from the end of boarding, so a village's own boarding is not in its own limit.
    demand = np.array([0, *(size for _, size in parts)], np.int64)
    return Instance(
        "pool", demand, capacity, matrix=matrix, early=np.zeros_like(late), late=late, service=service,
        rounding="round",
    )  # fmt: skip


def minutes_bound(instance: Instance, length: float) -> float:
    """A proven lower bound on the vehicle-minutes of these leftovers (windows are dropped, capacity is
    kept).
    """
    lower, _ = bound.lower_bound(instance, length, work=2e7)
    return lower


def _parts(persons: int, size: int) -> list[int]:
    return [size] * (persons // size) + ([persons % size] if persons % size else [])


def _share(budget: Budget, share: float) -> Budget:
    iterations = None if budget.iterations is None else max(1, int(budget.iterations * share))
    return Budget(iterations, None if budget.seconds is None else budget.seconds * share, budget.clock)


def _with_fleet(instance: Instance, buses: int) -> Instance:
    return Instance(
        instance.name, instance.demand, instance.capacity, matrix=instance.matrix, early=instance.early,
        late=instance.late, service=instance.service, vehicles=buses, rounding=instance.rounding,
    )  # fmt: skip


def _boarding(route: list[int], parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """From backwards to forwards: the farthest boards first; parts of a village in a row board together."""
    load: list[tuple[int, int]] = []
    for node in reversed(route):
        village, size = parts[node - 1]
        if load and load[-1][0] == village:
            load[-1] = (village, load[-1][1] + size)
        else:
            load.append((village, size))
    return load


def explain(load: list[tuple[int, int]], capacity: int, full: bool) -> Text:
    """Why this bus exists."""
    persons = sum(size for _, size in load)
    if full:
        return Text(f"一村满员直达，{persons} 人。", f"One village fills it: {persons} persons, direct.")
    return Text(
        f"{len(load)} 村拼车 {persons}/{capacity} 人。",
        f"{len(load)} villages share it, {persons} of {capacity} places.",
    )


def ride_minutes(way: Floats, policy: Policy) -> Ints:
    """Minutes from leaving each stop to the end of the way (stops then destination), boarding on the way
    included.
    """
    legs = minutes(way[:-1], way[1:], policy)
    stops = np.r_[np.full(len(legs) - 1, policy.boarding_minutes), 0]
    return np.cumsum((legs + stops)[::-1])[::-1]
