"""A made-up province on a day of shortage."""

import numpy as np

from .model import EXPOSURES, Batches, Items, Needs, Roads, Sites, Supply


def province(
    *, seed: int, items: int = 60, sites: int = 400, prefectures: int = 17, supply_days: float = 2.0
) -> Supply:
    """Two provincial warehouses and one per prefecture; stock for about ``supply_days`` days of all sites."""
    rng = np.random.default_rng(seed)
    goods = tuple(f"I{k:03}" for k in range(items))
    places = tuple(f"P{k:02}" for k in range(prefectures))
    names = tuple(f"S{k:04}" for k in range(sites))
    home = rng.integers(0, prefectures, sites)
    pairs = [(s, g) for s in range(sites) for g in range(items)]
    rate = np.round(rng.lognormal(3, 1, len(pairs)))
    litres = np.round(rng.uniform(0.05, 5, items), 2)
    need = np.bincount([g for _, g in pairs], rate, items)
    owners = ["", "", *places]
    share = np.r_[0.45, 0.35, np.full(prefectures, 0.2 / prefectures)]
    table = [(g, w) for g in range(items) for w in range(len(owners))]
    amount = [int(need[g] * share[w] * supply_days * rng.uniform(0.3, 1.7)) for g, w in table]
    load = np.array(
        [sum(rate[k] * litres[g] for k, (s, g) in enumerate(pairs) if home[s] == p) for p in range(prefectures)]
    )
    unknown = rng.random(len(pairs)) < 0.2
    return Supply(
        Items(goods, ("件",) * items, np.ones(items, np.int64), litres, np.full(items, 0.1)),
        Batches(
            tuple(f"B{g:03}-{w:02}" for g, w in table), tuple(goods[g] for g, _ in table),
            tuple(f"W{w:02}" for _, w in table), tuple(owners[w] for _, w in table), ("件",) * len(table),
            np.array(amount, np.int64), rng.integers(5, 700, len(table)).astype(np.float64),
            (rng.random(len(table)) < 0.05).astype(np.int64),
        ),
        Sites(names, tuple(places[k] for k in home), rng.integers(0, len(EXPOSURES), sites)),
        Needs(
            tuple(names[s] for s, _ in pairs), tuple(goods[g] for _, g in pairs), ("件",) * len(pairs),
            np.floor(rate * rng.exponential(1, len(pairs))).astype(np.int64), np.where(unknown, np.nan, rate),
            np.round(rate * rng.uniform(0.6, 1.6, len(pairs))),
        ),
        Roads(
            tuple(w for w in ("W00", "W01") for _ in places), places * 2, 
            np.round(rng.uniform(10, 500, 2 * prefectures)),
            np.tile(np.round(load * rng.uniform(0.8, 4, prefectures)), 2),
        ),
    )  # fmt: skip
