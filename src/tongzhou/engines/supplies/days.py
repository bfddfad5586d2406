"""Fourteen days with lead times: for each item one linear program over all places, trucks shared out between items.

A place is a prefecture or a site. A unit that leaves the province's store on day *t* is there on day *t* + lead. What
a place lacks is priced by its share of the place's whole need in rising steps, so that nobody lacks much while others
lack nothing: a linear stand-in for the max-min of the daily plan. Flows over time: Ahuja, Magnanti & Orlin 1993.
"""

from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from tongzhou.engines.certificate import Binding, Certificate, Effort, Plan, Problem, Reason, Term, Text

from .days_sound import contradictions, out_of_reach
from .model import EXPOSURES, Horizon, Real, Whole

STEPS = ((0.10, 1.0), (0.15, 2.0), (0.25, 4.0), (0.50, 8.0))  # share of the need lacked, price of each lacked day
FEW = 50  # places up to which presolving takes longer than it saves (measured)
TRUCK = 1e-4  # price of a litre on the road, so that nothing travels for nothing


class Shipment(NamedTuple):
    """``units`` of an item leave the province's store for a place on a day (0 is today)."""

    place: str
    item: str
    day: int
    units: int


def plan_days(horizon: Horizon, *, seed: int = 0) -> tuple[Plan[tuple[Shipment, ...]], tuple[Problem, ...]]:
    """Shipments of all days, and what could not be planned.

    First every item alone without trucks: the sum of these is the bound. Where the trucks of an area cannot carry what
    that plan asks for on a day, they are shared between items as they were asked for, and those items are solved again.
    """
    faults = contradictions(horizon)
    if faults:
        return Plan((), Certificate("supplies_days", 0.0, None, "priced lacked days", faults=tuple(faults))), tuple(
            faults
        )
    free = [_solve(horizon, i, None) for i in range(len(horizon.items))]
    bound = sum(value for _ships, value in free)
    ships = np.stack([one for one, _value in free], axis=2) if free else np.zeros((0, horizon.days, 0))
    load = _load(horizon, ships)
    over = load > horizon.truck_litres + 1e-6
    rounds = 1
    if over.any():
        rounds = 2
        spare = np.maximum(0.0, horizon.truck_litres - load) / len(horizon.items)
        for i in range(len(horizon.items)):
            asked = _load(horizon, ships[:, :, i : i + 1], i)
            if (asked[over] > 0).any():
                cut = horizon.truck_litres * np.divide(asked, load, out=np.zeros_like(load), where=load > 0)
                ships[:, :, i], _value = _solve(horizon, i, np.where(over, cut, asked + spare))
    rows = _whole(horizon, ships)
    proof = check_days(horizon, rows)
    reasons = tuple(_reason(horizon, row) for row in rows)
    effort = Effort(seed, rounds, stopped_by="optimal" if rounds == 1 else "iterations")
    method = Text("各物资单独求解、不计运力之和", "sum of all items alone, trucks left out")
    proof = replace(proof, bound=min(bound, proof.objective), bound_method=method, reasons=reasons, effort=effort)
    return Plan(rows, proof), tuple(out_of_reach(horizon))


def _solve(h: Horizon, i: int, trucks: Real | None) -> tuple[Real, float]:
    """Shipments (places × days) of one item and the price of what is lacked. Variables: ship, keep, lack by step."""
    p, t = len(h.places), h.days
    need = h.rate[:, i] * t
    n = p * t
    ship, keep, lack = np.arange(n).reshape(p, t), n + np.arange(n).reshape(p, t), 2 * n + np.arange(n).reshape(p, t)
    step = 3 * n + np.arange(p * len(STEPS)).reshape(p, len(STEPS))
    store = 3 * n + p * len(STEPS) + np.arange(t)
    size = int(store[-1]) + 1
    row, column, value = [], [], []

    def put(rows: Whole, columns: Whole, sign: float) -> None:
        row.append(rows.ravel())
        column.append(columns.ravel())
        value.append(np.full(rows.size, sign))

    balance = np.arange(n).reshape(p, t)  # keep[t] − keep[t−1] − arrived − lack = −rate
    put(balance, keep, 1.0)
    put(balance[:, 1:], keep[:, :-1], -1.0)
    put(balance, lack, -1.0)
    for k in range(p):
        if h.lead[k] < t:
            put(balance[k, h.lead[k] :], ship[k, : t - h.lead[k]], -1.0)
    right = np.repeat(-h.rate[:, i], t).reshape(p, t)
    right[:, 0] += h.stock[:, i]
    central = n + np.arange(t)  # store[t] − store[t−1] + shipped = coming
    put(central, store, 1.0)
    put(central[1:], store[:-1], -1.0)
    put(np.tile(central, (p, 1)), ship, 1.0)
    arrived = h.coming[:, i].copy()
    arrived[0] += h.central[i]
    shares = n + t + np.arange(p)  # all that is lacked is in one of the steps
    put(np.repeat(shares, t).reshape(p, t), lack, 1.0)
    put(np.repeat(shares, len(STEPS)).reshape(p, len(STEPS)), step, -1.0)
    equal = sp.csr_matrix(
        (np.concatenate(value), (np.concatenate(row), np.concatenate(column))), shape=(n + t + p, size)
    )
    cost = np.zeros(size)
    cost[ship] = TRUCK * max(float(h.litres[i]), 1e-3) / max(1.0, float(h.rate[:, i].mean()))
    per_unit = h.weight / np.maximum(h.rate[:, i], 1e-9)
    cost[step] = per_unit[:, None] * np.array([price for _share, price in STEPS])[None, :]
    low, high = np.zeros(size), np.full(size, np.inf)
    high[lack] = h.rate[:, i][:, None]
    high[step] = need[:, None] * np.array([share for share, _price in STEPS])[None, :]
    low[store] = h.reserve[i] * h.central[i]
    upper, most = None, None
    if trucks is not None:
        upper, most = _truck_rows(h, i, ship, trucks, size)
    told = linprog(cost, A_ub=upper, b_ub=most, A_eq=equal, b_eq=np.concatenate([right.ravel(), arrived, np.zeros(p)]),
                   bounds=np.stack([low, high], axis=1), method="highs-ds", options={"presolve": p > FEW})  # fmt: skip
    if told.x is None:
        raise ValueError(f"item {h.items[i]}: {told.message}")
    return told.x[ship], float((cost[step] * told.x[step]).sum())


def _truck_rows(h: Horizon, i: int, ship: Whole, trucks: Real, size: int) -> tuple[sp.csr_matrix, Real]:
    """litres · shipped to an area on a day ≤ the item's share of its trucks."""
    pairs = [(a, t) for a in range(len(h.areas)) for t in range(h.days) if np.isfinite(trucks[a, t])]
    row, column = [], []
    for n, (a, t) in enumerate(pairs):
        mine = ship[np.flatnonzero(h.area == a), t]
        row.append(np.full(mine.size, n))
        column.append(mine)
    flat = np.concatenate(row) if row else np.zeros(0, int)
    matrix = sp.csr_matrix(
        (np.full(flat.size, float(h.litres[i])), (flat, np.concatenate(column) if column else flat)),
        shape=(len(pairs), size),
    )
    return matrix, np.array([trucks[a, t] for a, t in pairs])


def _load(h: Horizon, ships: Real, item: int | None = None) -> Real:
    """Litres by area and day."""
    litres = h.litres if item is None else h.litres[item : item + 1]
    by_place = ships @ litres
    load = np.zeros((len(h.areas), h.days))
    np.add.at(load, h.area, by_place)
    return load


def _whole(h: Horizon, ships: Real) -> tuple[Shipment, ...]:
    """Whole units: rounded down; what was cut off goes with the place's next shipment where the trucks have room."""
    units = np.floor(ships + 1e-9)
    cut = np.maximum(ships - units, 0.0)
    room = h.truck_litres - _load(h, units)
    rows = []
    for i, item in enumerate(h.items):
        for k, place in enumerate(h.places):
            carried = 0.0
            for t in np.flatnonzero(ships[k, :, i] > 1e-7).tolist():
                carried += float(cut[k, t, i])
                more = int(carried + 1e-6)
                if h.litres[i] > 0:
                    more = min(more, int(max(0.0, room[h.area[k], t]) / float(h.litres[i])))
                carried -= more
                room[h.area[k], t] -= more * float(h.litres[i])
                if units[k, t, i] + more > 0:
                    rows.append(Shipment(place, item, t, int(units[k, t, i]) + more))
    return tuple(rows)


def check_days(h: Horizon, rows: tuple[Shipment, ...]) -> Certificate:
    """Run the days with plain loops: stores never below their reserve, trucks never over, and what each place lacks."""
    place, item = {name: k for k, name in enumerate(h.places)}, {name: k for k, name in enumerate(h.items)}
    faults: list[Problem] = []

    def fault(code: str, subject: str, zh: str, en: str) -> None:
        faults.append(Problem(code, subject, Text(zh, en)))

    leaving: dict[tuple[int, int, int], int] = defaultdict(int)
    for one in rows:
        if one.place not in place or one.item not in item or not 0 <= one.day < h.days or one.units <= 0:
            fault("bad_shipment", f"{one.place}/{one.item}", "该行不存在或数量不为正。", "No such row, or not above 0.")
            continue
        leaving[place[one.place], item[one.item], one.day] += one.units
    price, lacked_units, lacked_days = 0.0, 0.0, 0
    for i in range(len(h.items)):
        store = float(h.central[i])
        for t in range(h.days):
            store += float(h.coming[t, i])
            store -= sum(leaving[k, i, t] for k in range(len(h.places)) if (k, i, t) in leaving)
            if store < h.reserve[i] * h.central[i] - 1e-6:
                fault("over_stock", f"{h.items[i]} day {t}", "发出多于库存或动用储备。", "More leaves than there is.")
        for k in range(len(h.places)):
            have, lacked, rate = float(h.stock[k, i]), 0.0, float(h.rate[k, i])
            for t in range(h.days):
                have += leaving.get((k, i, t - int(h.lead[k])), 0)
                used = min(have, rate)
                lacked += rate - used
                lacked_days += rate - used > 1e-6
                have -= used
            price += _price(lacked, rate, h.days) * float(h.weight[k])
            lacked_units += lacked
    binding = []
    load: dict[tuple[int, int], float] = defaultdict(float)
    for (k, i, t), units in leaving.items():
        load[int(h.area[k]), t] += units * float(h.litres[i])
    for (a, t), litres in sorted(load.items()):
        if litres > h.truck_litres[a, t] + 1e-6:
            fault("over_trucks", f"{h.areas[a]} day {t}", "超过运力。", "More than the trucks carry.")
        elif litres > 0.999 * h.truck_litres[a, t]:
            text = Text(f"第 {t} 天 {h.areas[a]} 运力用尽", f"The trucks to {h.areas[a]} are full on day {t}")
            binding.append(Binding(f"trucks {h.areas[a]} {t}", litres, float(h.truck_litres[a, t]), "L", text))
    terms = (Term("units lacked", lacked_units, "units"), Term("place-item-days short", lacked_days, "days"),
             Term("shipments", len(rows), "rows"))  # fmt: skip
    return Certificate("supplies_days", price, None, "priced lacked days", tuple(faults), terms=terms,
                       binding=tuple(binding))  # fmt: skip


def _price(lacked: float, rate: float, days: int) -> float:
    """The price of what a place lacks of an item, in lacked days of its own need, by the rising steps."""
    total, left = 0.0, lacked
    for share, price in STEPS:
        part = min(left, share * rate * days)
        total += price * part / rate if rate > 0 else 0.0
        left -= part
    return total


def _reason(h: Horizon, row: Shipment) -> Reason:
    k, i = h.places.index(row.place), h.items.index(row.item)
    rate, arrives = float(h.rate[k, i]), row.day + int(h.lead[k])
    days = row.units / rate if rate else 0.0
    zh = f"第 {row.day} 天发，第 {arrives} 天到，够用 {days:.1f} 天（日用 {rate:g}）。"
    en = f"Leaves on day {row.day}, there on day {arrives}, lasts {days:.1f} days at {rate:g} a day."
    return Reason(f"{row.place}/{row.item}/{row.day}", Text(zh, en), (f"item {row.item}",))


def horizon(
    *, seed: int, items: int = 60, places: int = 17, areas: int = 17, days: int = 14, supply: float = 0.8
) -> Horizon:
    """A made-up fortnight: what comes in covers about ``supply`` of the need, later days better than the first."""
    rng = np.random.default_rng(seed)
    rate = np.round(rng.lognormal(4 if places < 100 else 2.5, 1, (places, items)))
    need = rate.sum(0)
    growing = np.linspace(0.5, 1.5, days)[:, None] * supply
    area = np.arange(places) % areas
    litres = np.round(rng.uniform(0.05, 5, items), 2)
    load = np.zeros(areas)
    np.add.at(load, area, rate @ litres)
    exposure = rng.integers(0, len(EXPOSURES), places)
    return Horizon(
        tuple(f"S{k:03}" for k in range(places)), tuple(f"I{k:03}" for k in range(items)),
        tuple(f"P{k:02}" for k in range(areas)), area, rng.integers(0, 4, places),
        1.0 + 0.5 * (exposure < 2).astype(np.float64),
        np.floor(rate * rng.exponential(1.5, (places, items))), rate, np.floor(need * 1.0),
        np.floor(need[None, :] * growing * rng.uniform(0.8, 1.2, (days, items))), litres, np.full(items, 0.1),
        np.repeat((load * rng.uniform(1.0, 2.5, areas))[:, None], days, axis=1),
    )  # fmt: skip
