"""The day's plan: fill, round to whole units, choose warehouses by km (HiGHS), name batches first-expiring-first."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from tongzhou.engines.certificate import Budget, Certificate, Effort, Plan, Problem, Reason, Text

from .check import check_supplies
from .fill import Cells, drawn, fill, last_tau, wanted
from .model import EXPOSURES, EXPOSURES_ZH, Delivery, Policy, Real, Supply, Whole
from .sound import contradictions, usable_batches, usable_needs


def plan_supplies(
    supply: Supply, policy: Policy | None = None, *, seed: int = 0, budget: Budget | None = None
) -> tuple[Plan[tuple[Delivery, ...]], tuple[Problem, ...]]:
    """Deliveries of one day and what could not be planned.

    The method is exact up to whole units and draws no lots: ``seed`` is recorded and ``budget`` not needed.
    """
    policy = policy or Policy()
    blocking = contradictions(supply)
    if blocking:
        empty = Certificate("supplies", 0.0, None, "days", faults=tuple(blocking), effort=Effort(seed, 0))
        return Plan((), empty), tuple(blocking)
    units, bad_batches = usable_batches(supply, policy)
    rate, bad_needs = usable_needs(supply)
    rows = sorted(np.flatnonzero(np.isfinite(rate)), key=lambda k: (supply.needs.site[k], supply.needs.item[k]))
    cells = gather(supply, policy, units, rate, np.array(rows, np.int64))
    stop, rounds = fill(cells, policy)
    given = whole_units(cells, wanted(cells, policy, stop), stop)
    names = [(supply.needs.site[k], supply.needs.item[k]) for k in rows]
    deliveries = name_batches(supply, units, cells, names, given)
    proof = check_supplies(supply, policy, deliveries)
    reasons = tuple(_reason(supply, int(row), names[k], cells, k, int(given[k]), policy) for k, row in enumerate(rows))
    effort = Effort(seed, rounds, stopped_by="optimal")
    # No plan lifts the worst clock higher than the first stop: beyond it a store or the trucks run out (max-min).
    bound = last_tau(policy) - float(stop.min()) if len(stop) else 0.0
    method = Text("首个停止点：再高则库存或运力不足", "the first stop: higher, a store or the trucks run out")
    proof = replace(proof, bound=min(bound, proof.objective), bound_method=method, reasons=reasons, effort=effort)
    return Plan(deliveries, proof), (*bad_batches, *bad_needs)


def gather(supply: Supply, policy: Policy, units: Whole, rate: Real, rows: Whole) -> Cells:
    """The arrays of :class:`Cells` from the tables."""
    items = {name: k for k, name in enumerate(supply.items.ids)}
    places = {name: k for k, name in enumerate(sorted(set(supply.roads.prefecture)))}
    sites = {name: k for k, name in enumerate(supply.sites.ids)}
    local, central = np.zeros((len(places), len(items))), np.zeros(len(items))
    for k in np.flatnonzero(units).tolist():
        area, item = supply.batches.area[k], items[supply.batches.item[k]]
        if not area:
            central[item] += units[k]
        elif area in places:
            local[places[area], item] += units[k]
    trucks = np.zeros(len(places))
    for place, litres in zip(supply.roads.prefecture, supply.roads.truck_litres, strict=True):
        trucks[places[place]] = litres
    at = np.array([sites[supply.needs.site[k]] for k in rows], np.int64)
    return Cells(
        rate[rows], supply.needs.on_hand[rows].astype(np.float64), supply.sites.exposure[at],
        np.array([items[supply.needs.item[k]] for k in rows], np.int64),
        np.array([places[supply.sites.prefecture[k]] for k in at], np.int64),
        local, np.floor(central * (1 - supply.items.reserve) + 1e-9), supply.items.litres, trucks,
    )  # fmt: skip


def whole_units(cells: Cells, real: Real, stop: Real) -> Whole:
    """Round down, then hand out what is left, one unit each, to those who stopped earliest."""
    given = np.floor(real + 1e-6).astype(np.int64)
    use = drawn(cells, given.astype(np.float64))
    total = np.zeros_like(cells.local)
    np.add.at(total, (cells.p, cells.i), given)
    spare, left, room = cells.local - total, cells.central - use.sum(0), cells.trucks - use @ cells.litres
    short = np.flatnonzero(real > given + 1e-6)
    for k in short[np.argsort(stop[short], kind="stable")].tolist():
        p, i = cells.p[k], cells.i[k]
        if spare[p, i] >= 1:
            spare[p, i] -= 1
        elif left[i] >= 1 and room[p] >= cells.litres[i] - 1e-9:
            left[i] -= 1
            room[p] -= cells.litres[i]
        else:
            continue
        given[k] += 1
    return given


def name_batches(
    supply: Supply, units: Whole, cells: Cells, names: list[tuple[str, str]], given: Whole
) -> tuple[Delivery, ...]:
    """Deliveries by batch: the prefecture's own first, then the province's by :func:`route`, first expiring first."""
    b = supply.batches
    shelf: dict[tuple[str, str, str], list[list[int]]] = defaultdict(list)
    for k in sorted(np.flatnonzero(units).tolist(), key=lambda k: (b.expires_days[k], b.ids[k])):
        house = "" if b.area[k] else b.warehouse[k]
        shelf[b.area[k], house, b.item[k]].append([k, int(units[k])])
    quota = route(supply, cells, shelf, drawn(cells, given.astype(np.float64)))
    places, out = sorted(set(supply.roads.prefecture)), []
    for (site, item), k in zip(names, range(len(given)), strict=True):
        place, need = places[cells.p[k]], int(given[k])
        sources: list[tuple[str, list[int]]] = [("", [need])]
        sources += [(house, left) for house, left in quota.get((place, item), {}).items()]
        for house, left in sources:
            take = min(need, left[0])
            for entry in shelf[place if not house else "", house, item]:
                part = min(take, entry[1])
                if part:
                    out.append(Delivery(site, item, b.ids[entry[0]], part))
                    entry[1] -= part
                    take -= part
                    need -= part
                    left[0] -= part
    return tuple(out)


def route(
    supply: Supply, cells: Cells, shelf: dict[tuple[str, str, str], list[list[int]]], draw: Real
) -> dict[tuple[str, str], dict[str, list[int]]]:
    """Units by (prefecture, item) and warehouse at the fewest litre-km (a transport problem: whole vertices)."""
    places = sorted(set(supply.roads.prefecture))
    stock = {(h, i): sum(e[1] for e in entries) for (area, h, i), entries in shelf.items() if not area}
    columns = [
        (h, place, i, km)
        for (h, place, km) in sorted(zip(supply.roads.warehouse, supply.roads.prefecture, supply.roads.km, strict=True))
        for i in supply.items.ids
        if stock.get((h, i), 0) and draw[places.index(place), supply.items.ids.index(i)] > 0.5
    ]
    if not columns:
        return {}
    item = {name: k for k, name in enumerate(supply.items.ids)}
    cost = np.array([float(km) * max(1e-3, float(supply.items.litres[item[i]])) for _h, _p, i, km in columns])
    stocks = {key: n for n, key in enumerate(sorted({(h, i) for h, _p, i, _km in columns}))}
    draws = {key: n for n, key in enumerate(sorted({(place, i) for _h, place, i, _km in columns}))}
    at, one = np.arange(len(columns)), np.ones(len(columns))
    row = np.array([stocks[h, i] for h, _p, i, _km in columns]), np.array([draws[p, i] for _h, p, i, _km in columns])
    told = linprog(
        cost,
        A_ub=sp.csr_matrix((one, (row[0], at)), shape=(len(stocks), len(columns))),
        b_ub=[float(stock[key]) for key in stocks],
        A_eq=sp.csr_matrix((one, (row[1], at)), shape=(len(draws), len(columns))),
        b_eq=[float(draw[places.index(place), item[i]]) for place, i in draws],
        method="highs-ds",  # a vertex of a transport problem is whole
    )
    quota: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(dict)
    for (h, place, i, _), value in zip(columns, told.x, strict=True):
        if round(value):
            quota[place, i][h] = [round(value)]
    return quota


def _reason(
    supply: Supply, row: int, name: tuple[str, str], cells: Cells, k: int, given: int, policy: Policy
) -> Reason:
    rate, have = cells.rate[k], cells.stock[k]
    days = (have + given) / rate if rate else float("inf")
    burn, prior = supply.needs.burn[row], supply.needs.prior[row]
    basis = "observed" if np.isfinite(burn) else "prior"
    kind, kind_zh = EXPOSURES[int(cells.kind[k])], EXPOSURES_ZH[int(cells.kind[k])]
    state = "target met" if days >= policy.target_days else "scarce"
    used = "实测" if basis == "observed" else "系数"
    seen_zh, seen = ("不详", "not known") if np.isnan(burn) else (f"{burn:g}", f"{burn:g}")
    guess_zh, guess = ("无", "none") if np.isnan(prior) else (f"{prior:g}", f"{prior:g}")
    zh = f"{kind_zh}：实测日用 {seen_zh}，系数 {guess_zh}，取{used}；发 {given}，可用 {days:.1f} 天。"
    en = f"{kind}: observed {seen}, prior {guess} a day, {basis} used; {given} given, {days:.1f} days, {state}."
    return Reason("/".join(name), Text(zh, en), () if state == "target met" else (f"item {name[1]}",))
