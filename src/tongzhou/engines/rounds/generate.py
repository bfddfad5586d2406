"""Instances with a seed: one-depot problems for tests, and a day in a city of several centres."""

import numpy as np

from tongzhou.engines.certificate import Provenance

from .city import City, Depots, Fleet, Points
from .model import Instance


def one_depot(customers: int, *, seed: int, windows: bool = False, capacity: int = 100) -> Instance:
    """Clustered customers on a 1,000 × 1,000 field, demands 1–20, a window for each where asked for."""
    rng = np.random.default_rng(seed)
    hearts = rng.uniform(0, 1000, (max(1, customers // 40), 2))
    xy = hearts[rng.integers(len(hearts), size=customers + 1)] + rng.normal(0, 80, (customers + 1, 2))
    xy = np.asarray(np.round(np.clip(xy, 0, 1000)), float)
    demand = np.r_[0, rng.integers(1, 21, customers)]
    if not windows:
        return Instance(f"field-{customers}-{seed}", demand, capacity, xy=xy)
    reach = np.hypot(*(xy - xy[0]).T)
    opens = np.round(rng.uniform(reach, 4000))
    early, late = np.r_[0.0, opens[1:]], np.r_[8000.0, opens[1:] + rng.integers(60, 600, customers)]
    service = np.r_[0.0, np.full(customers, 10.0)]
    name = f"field-tw-{customers}-{seed}"
    return Instance(name, demand, capacity, xy=xy, early=early, late=late, service=service, rounding="dimacs")


def wuhan_like_day(*, seed: int, points: int = 7148, depots: int = 24, windowed: float = 0.6) -> City:
    """Points of a large city (30 km across, dense centres), depots whose stocks just cover the demand.

    7,148 is the number of residential compounds Wuhan closed off in February 2020; positions, demands and
    stocks are made up. Units are boxes for about 40 households; stock exceeds demand by 5 % but not where
    it is wanted.
    """
    rng = np.random.default_rng(seed)
    hearts, weight = rng.uniform(0, 30_000, (40, 2)), rng.dirichlet(np.ones(40))
    xy = hearts[rng.choice(40, size=points, p=weight)] + rng.normal(0, 1_200, (points, 2))
    demand = rng.integers(1, 9, points)
    open_all_day = rng.random(points) > windowed
    begins = rng.choice([8, 10, 13, 15], size=points) * 3600
    early = np.where(open_all_day, 8 * 3600, begins)
    late = np.where(open_all_day, 18 * 3600, begins + 2 * 3600)
    service = rng.integers(3, 9, points) * 60
    where = xy[rng.choice(points, size=depots, replace=False)] + rng.normal(0, 500, (depots, 2))
    share = rng.dirichlet(np.full(depots, 8.0))
    stock = np.ceil(share * demand.sum() * 1.05).astype(np.int64)
    ids = tuple(f"D{k + 1:02d}" for k in range(depots))
    fleet = []
    for name, amount in zip(ids, stock, strict=True):
        fleet += [
            Fleet(name, "van", int(np.ceil(amount / 90)), 60),
            Fleet(name, "truck", int(np.ceil(amount / 400)), 150),
        ]
    return City(
        Points(
            tuple(f"P{k + 1:05d}" for k in range(points)),
            xy,
            demand,
            early,
            late,
            service,
            Provenance("generated", 0.0),
        ),
        Depots(ids, where, stock, np.full(depots, 7 * 3600), np.full(depots, 19 * 3600)),
        tuple(fleet),
    )
