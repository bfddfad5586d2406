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
from .sound import contradictions, problem, stale, still_there, usable_batches, usable_needs

Shelf = defaultdict[tuple[str, str, str], list[list[int]]]  # owner, warehouse, item → [batch, units left]
Quota = dict[tuple[str, str], dict[str, list[int]]]  # prefecture, item → warehouse → [units]
Lacking = dict[tuple[str, str], int]  # prefecture, item → units that no road brings


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
    shelf = shelves(supply, units)
    quota, lacking = route(supply, cells, shelf, drawn(cells, given.astype(np.float64)))
    given = lowered(supply, cells, given, lacking)
    deliveries = name_batches(supply, shelf, quota, cells, names, given)
    proof = check_supplies(supply, policy, deliveries)
    holds = _holds(supply, cells, given)
    reasons = tuple(
        _reason(supply, int(row), names[k], cells, k, int(given[k]), policy, holds[k]) for k, row in enumerate(rows)
    )
    effort = Effort(seed, rounds, stopped_by="optimal")
    # No plan lifts the worst clock higher than the first stop: beyond it a store or the trucks run out (max-min).
    bound = last_tau(policy) - float(stop.min()) if len(stop) else 0.0
    method = Text("首个停止点：再高则库存或运力不足", "the first stop: higher, a store or the trucks run out")
    proof = replace(proof, bound=min(bound, proof.objective), bound_method=method, reasons=reasons, effort=effort)
    return Plan(deliveries, proof), (*bad_batches, *bad_needs, *_cut_off(lacking), *stale(supply, policy))


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
        rate[rows], still_there(supply, rate)[rows], supply.sites.exposure[at],
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


def shelves(supply: Supply, units: Whole) -> Shelf:
    """What lies where, first expiring first."""
    b, shelf = supply.batches, Shelf(list)
    for k in sorted(np.flatnonzero(units).tolist(), key=lambda k: (b.expires_days[k], b.ids[k])):
        house = "" if b.area[k] else b.warehouse[k]
        shelf[b.area[k], house, b.item[k]].append([k, int(units[k])])
    return shelf


def lowered(supply: Supply, cells: Cells, given: Whole, lacking: Lacking) -> Whole:
    """Where no road brings what a prefecture was given, its best supplied sites give way until it adds up."""
    places, items = sorted(set(supply.roads.prefecture)), list(supply.items.ids)
    given = given.copy()
    for (place, item), short in lacking.items():
        mine = np.flatnonzero((cells.p == places.index(place)) & (cells.i == items.index(item)) & (given > 0))
        days = (cells.stock[mine] + given[mine]) / cells.rate[mine]
        for _ in range(short):
            k = int(np.argmax(np.where(given[mine] > 0, days, -1.0)))
            given[mine[k]] -= 1
            days[k] -= 1 / cells.rate[mine[k]]
    return given


def name_batches(
    supply: Supply, shelf: Shelf, quota: Quota, cells: Cells, names: list[tuple[str, str]], given: Whole
) -> tuple[Delivery, ...]:
    """Deliveries by batch: the prefecture's own first, then the province's by :func:`route`, first expiring first."""
    b, places, out = supply.batches, sorted(set(supply.roads.prefecture)), []
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


def route(supply: Supply, cells: Cells, shelf: Shelf, draw: Real) -> tuple[Quota, Lacking]:
    """Units by (prefecture, item) and warehouse at the fewest litre-km (a transport problem: whole vertices).

    The filling pools all warehouses; what stands where no road leads is told as lacking, as little as can be.
    """
    places = sorted(set(supply.roads.prefecture))
    stock = {(h, i): sum(e[1] for e in entries) for (area, h, i), entries in shelf.items() if not area}
    columns = [
        (h, place, i, km)
        for (h, place, km) in sorted(zip(supply.roads.warehouse, supply.roads.prefecture, supply.roads.km, strict=True))
        for i in supply.items.ids
        if stock.get((h, i), 0) and draw[places.index(place), supply.items.ids.index(i)] > 0.5
    ]
    wants = {
        (place, i): round(float(draw[p, k]))
        for p, place in enumerate(places)
        for k, i in enumerate(supply.items.ids)
        if draw[p, k] > 0.5
    }
    if not wants:
        return {}, {}
    item = {name: k for k, name in enumerate(supply.items.ids)}
    cost = np.array([float(km) * max(1e-3, float(supply.items.litres[item[i]])) for _h, _p, i, km in columns])
    stocks = {key: n for n, key in enumerate(sorted({(h, i) for h, _p, i, _km in columns}))}
    draws = {key: n for n, key in enumerate(sorted(wants))}
    at, one, every = np.arange(len(columns)), np.ones(len(columns)), np.arange(len(draws))
    row = [stocks[h, i] for h, _p, i, _km in columns], [draws[p, i] for _h, p, i, _km in columns]
    dear = 10 * float(cost.max(initial=0.0)) + 1
    told = linprog(
        np.r_[cost, np.full(len(draws), dear)],
        A_ub=sp.csr_matrix((one, (row[0], at)), shape=(len(stocks), len(columns) + len(draws))),
        b_ub=[float(stock[key]) for key in stocks],
        A_eq=sp.csr_matrix(
            (np.ones(len(columns) + len(draws)), (np.r_[row[1], every], np.r_[at, len(columns) + every])),
            shape=(len(draws), len(columns) + len(draws)),
        ),
        b_eq=[float(wants[key]) for key in draws],
        method="highs-ds",  # a vertex of a transport problem is whole
    )
    quota: Quota = defaultdict(dict)
    for (h, place, i, _), value in zip(columns, told.x[: len(columns)], strict=True):
        if round(value):
            quota[place, i][h] = [round(value)]
    lacking = {key: round(value) for key, value in zip(draws, told.x[len(columns) :], strict=True) if round(value)}
    return quota, lacking


def _cut_off(lacking: Lacking) -> list[Problem]:
    return [
        problem(
            "road_missing", f"{place}/{item}", "km",
            f"另有 {units} 个单位存放在没有道路通往 {place} 的仓库。",
            f"{units} units more stand in warehouses from which no road leads to {place}.",
        )
        for (place, item), units in lacking.items()
    ]  # fmt: skip


def _holds(supply: Supply, cells: Cells, given: Whole) -> list[tuple[Text, tuple[str, ...]]]:
    """What keeps each cell from more: its item, the trucks to its prefecture, both, or a road that is not there."""
    use, places = drawn(cells, given.astype(np.float64)), sorted(set(supply.roads.prefecture))
    room, left = cells.trucks - use @ cells.litres, cells.central - use.sum(0)
    found = []
    for p, i in zip(cells.p.tolist(), cells.i.tolist(), strict=True):
        item, place = supply.items.ids[i], places[p]
        told = [(f"item {item}", f"{item} 已发完", f"{item} is given out")] if left[i] < 1 else []
        if room[p] < cells.litres[i]:
            told.append((f"trucks {place}", f"{place} 运力用尽", f"the trucks to {place} are full"))
        if not told:
            told.append((f"roads {place}", f"余货无路到 {place}", f"what is left has no road to {place}"))
        names, zh, en = zip(*told, strict=True)
        found.append((Text("，".join(zh), " and ".join(en)), names))
    return found


def _reason(
    supply: Supply,
    row: int,
    name: tuple[str, str],
    cells: Cells,
    k: int,
    given: int,
    policy: Policy,
    holds: tuple[Text, tuple[str, ...]],
) -> Reason:
    rate, have = cells.rate[k], cells.stock[k]
    days = (have + given) / rate if rate else float("inf")
    burn, prior = supply.needs.burn[row], supply.needs.prior[row]
    basis = "observed" if np.isfinite(burn) else "prior"
    kind, kind_zh = EXPOSURES[int(cells.kind[k])], EXPOSURES_ZH[int(cells.kind[k])]
    met = days >= policy.target_days
    state_zh, state = ("已达目标", "target met") if met else (holds[0].zh, f"no more: {holds[0].en}")
    ages = supply.needs.counted_days
    old_zh = old = ""
    if ages is not None and ages[row] > 0:
        old_zh = f"{ages[row]:g} 天前清点 {supply.needs.on_hand[row]}，现约 {have:.0f}；"
        old = f"{supply.needs.on_hand[row]} counted {ages[row]:g} d ago, about {have:.0f} now; "
    used = "实测" if basis == "observed" else "系数"
    seen_zh, seen = ("不详", "not known") if np.isnan(burn) else (f"{burn:g}", f"{burn:g}")
    guess_zh, guess = ("无", "none") if np.isnan(prior) else (f"{prior:g}", f"{prior:g}")
    zh = f"{kind_zh}：实测日用 {seen_zh}，系数 {guess_zh}，取{used}；{old_zh}"
    zh += f"发 {given}，可用 {days:.1f} 天；{state_zh}。"
    en = f"{kind}: observed {seen}, prior {guess} a day, {basis} used; {old}{given} given, {days:.1f} days, {state}."
    return Reason("/".join(name), Text(zh, en), () if met else holds[1])
