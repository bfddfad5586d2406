"""What would change it: contrastive re-solves, yesterday's plan beside today's, and what fairness costs."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from tongzhou.engines.certificate import Change, Difference, Fairness, Problem, Text, WhatIf

from .check import check_supplies
from .model import Delivery, Policy, Supply
from .plan import plan_supplies
from .sound import still_there, usable_batches, usable_needs


@dataclass(frozen=True, slots=True)
class MoreUnits:
    """A question: what if a batch held ``units`` more (fewer, if negative)?"""

    batch: str
    units: int


@dataclass(frozen=True, slots=True)
class MoreTrucks:
    """A question: what if ``litres`` more could be driven into a prefecture?"""

    prefecture: str
    litres: float


def what_if(supply: Supply, policy: Policy, rows: tuple[Delivery, ...], change: MoreUnits | MoreTrucks) -> WhatIf:
    """What a change would be worth in days of the worst clock, and who would get more or less."""
    before = check_supplies(supply, policy, rows)
    if isinstance(change, MoreUnits):
        question = Text(
            f"若批次 {change.batch} 多 {change.units}？", f"What if batch {change.batch} held {change.units} more?"
        )
        if change.batch not in supply.batches.ids:
            return _unknown(question, before.objective, f"batch {change.batch}")
        k = supply.batches.ids.index(change.batch)
        units = supply.batches.units.copy()
        units[k] = max(0, int(units[k]) + change.units)
        asked = replace(supply, batches=replace(supply.batches, units=units))
    else:
        litres = f"{change.litres:g}"
        question = Text(
            f"若 {change.prefecture} 多 {litres} 升运力？",
            f"What if trucks to {change.prefecture} took {litres} L more?",
        )
        if change.prefecture not in supply.roads.prefecture:
            return _unknown(question, before.objective, f"prefecture {change.prefecture}")
        mine = np.array([place == change.prefecture for place in supply.roads.prefecture])
        asked = replace(
            supply, roads=replace(supply.roads, truck_litres=supply.roads.truck_litres + mine * change.litres)
        )
    plan, problems = plan_supplies(asked, policy)
    blocking = tuple(p for p in problems if p.blocking)
    if blocking:
        return WhatIf(question, before.objective, None, problems=blocking)
    return WhatIf(question, before.objective, plan.certificate.objective, difference(rows, plan.rows).moved)


def _unknown(question: Text, before: float, subject: str) -> WhatIf:
    return WhatIf(
        question, before, None, problems=(Problem("unknown_row", subject, Text("没有此行。", "No such row.")),)
    )


def difference(before: tuple[Delivery, ...], after: tuple[Delivery, ...]) -> Difference:
    """Two plans by site and item. Goods that have not left cost nothing to send elsewhere: the churn price is 0."""
    old, new = (_by_need(rows) for rows in (before, after))
    both = old.keys() & new.keys()
    moved = tuple(Change("/".join(key), str(old[key]), str(new[key])) for key in sorted(both) if old[key] != new[key])
    added = tuple("/".join(key) for key in sorted(new.keys() - both))
    removed = tuple("/".join(key) for key in sorted(old.keys() - both))
    return Difference(len(both) - len(moved), moved, added, removed)


def price_of_fairness(supply: Supply, policy: Policy, rows: tuple[Delivery, ...]) -> Fairness:
    """Needs below target under this plan against the plan that fills the smallest users first.

    Filling the smallest daily users first brings the most needs to their target with the same goods; those who use
    most then wait. Trucks are left out on the efficient side, so the price is an upper bound.
    """
    rate, _problems = usable_needs(supply)
    units, _bad = usable_batches(supply, policy)
    got, have = _by_need(rows), still_there(supply, rate)
    rows_of: dict[str, list[int]] = {}
    for k in np.flatnonzero(np.isfinite(rate) & (rate > 0)).tolist():
        rows_of.setdefault(supply.needs.item[k], []).append(k)
    fair = efficient = 0
    for item, mine in rows_of.items():
        reserve = float(supply.items.reserve[supply.items.ids.index(item)])
        held = sum(int(units[b]) * (1 - reserve if not supply.batches.area[b] else 1)
                   for b in range(len(units)) if supply.batches.item[b] == item)  # fmt: skip
        for k in mine:
            days = (float(have[k]) + got[supply.needs.site[k], item]) / float(rate[k])
            fair += days < policy.target_days - 1e-9
        for missing in sorted(max(0.0, float(rate[k]) * policy.target_days - float(have[k])) for k in mine):
            held -= missing
            efficient += held < -1e-9
    text = Text(
        f"公平计划 {fair} 项未达标，先满足小用户则 {efficient} 项",
        f"{fair} needs below target, {efficient} if the smallest users were filled first",
    )
    return Fairness(fair, efficient, "needs below target", text)


def _by_need(rows: tuple[Delivery, ...]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row.site, row.item] += row.units
    return found
