"""Instances with a seed: a province's workers going back to the factories of the coast."""

import numpy as np

from tongzhou.engines.certificate import Provenance

from .model import Groups, Places


def return_to_work(
    *, seed: int, workers: int = 50_000, villages: int = 1_200, goals: int = 40, days: int = 3
) -> tuple[Places, Groups]:
    """Villages in a province of 500 × 400 km, destinations 300–1,100 km to the east and south; all made up.

    A village sends most of its people to a few destinations, as kin and foremen do; half of the groups can
    leave on any day, the others only from or until some day.
    """
    rng = np.random.default_rng(seed)
    hearts = rng.uniform((0, 0), (500, 400), (max(1, villages // 30), 2))
    home = hearts[rng.integers(len(hearts), size=villages)] + rng.normal(0, 12, (villages, 2))
    angle, reach = rng.uniform(-1.2, 0.4, goals), rng.uniform(300, 1100, goals)
    away = np.array([500.0, 200.0]) + np.stack((np.cos(angle), np.sin(angle)), axis=1) * reach[:, None]
    station = np.r_[rng.random(villages) < 0.05, rng.random(goals) < 0.7]
    ids = tuple([f"V{k + 1:04d}" for k in range(villages)] + [f"G{k + 1:02d}" for k in range(goals)])
    weight = rng.dirichlet(np.full(goals, 2.0))
    ties = rng.dirichlet(weight * 12, villages)
    people = rng.multinomial(workers, rng.dirichlet(np.full(villages, 3.0)))
    sent = np.vstack([rng.multinomial(people[k], ties[k]) for k in range(villages)])
    origin, goal = np.nonzero(sent)
    count = len(origin)
    first = np.where(rng.random(count) < 0.75, 0, rng.integers(0, days, count))
    last = np.where(rng.random(count) < 0.65, days - 1, rng.integers(0, days, count))
    groups = Groups(
        tuple(f"W{k + 1:05d}" for k in range(count)),
        origin,
        villages + goal,
        sent[origin, goal],
        first,
        np.maximum(first, last),
        Provenance("generated", 0.0),
    )
    return Places(ids, np.vstack((home, away)), station), groups
