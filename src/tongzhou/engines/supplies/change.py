"""What would change it: contrastive re-solves, yesterday's plan beside today's, and what fairness costs."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from tongzhou.engines.certificate import Change, Difference, Fairness, Problem, Text, WhatIf

from .check import check_supplies
from .model import Delivery, Policy, Supply, Whole
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


@dataclass(frozen=True, slots=True)
class Give:
    """A question: what if this site were given ``units`` of an item first, before anybody else?"""

    site: str
    item: str
    units: int


def what_if(
    supply: Supply, policy: Policy, rows: tuple[Delivery, ...], change: MoreUnits | MoreTrucks | Give
) -> WhatIf:
    """What a change would be worth in days of the worst clock, and who would get more or less."""
    before = check_supplies(supply, policy, rows)
    if isinstance(change, Give):
        return _given_first(supply, policy, rows, change, before.objective)
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


def _given_first(supply: Supply, policy: Policy, rows: tuple[Delivery, ...], ask: Give, before: float) -> WhatIf:
    """The goods are taken from the shelves first, the rest is planned anew, and both are checked together."""
    zh, en = (
        f"若先给 {ask.site} {ask.units} 的 {ask.item}？",
        f"What if {ask.site} had {ask.units} of {ask.item} first?",
    )
    question = Text(zh, en)
    pairs = list(zip(supply.needs.site, supply.needs.item, strict=True))
    if (ask.site, ask.item) not in pairs or ask.site not in supply.sites.ids:
        return _unknown(question, before, f"need {ask.site}/{ask.item}")
    place = supply.sites.prefecture[supply.sites.ids.index(ask.site)]
    usable, _bad = usable_batches(supply, policy)
    first, units = _from_the_shelves(supply, usable, ask, place)
    batches, item = dict(zip(supply.batches.ids, supply.batches.area, strict=True)), supply.items.ids.index(ask.item)
    taken = sum(row.units for row in first if not batches[row.batch])
    mine = np.array([to == place for to in supply.roads.prefecture])
    room = supply.roads.truck_litres - mine * taken * float(supply.items.litres[item])
    total = sum(int(usable[k]) for k, area in enumerate(supply.batches.area)
                if not area and supply.batches.item[k] == ask.item)  # fmt: skip
    reserve = float(supply.items.reserve[item])
    if sum(row.units for row in first) < ask.units or room.min() < 0 or taken > total * (1 - reserve):
        text = Text("库存、储备或运力不足。", "Stock, reserve or trucks do not allow it.")
        return WhatIf(question, before, None, problems=(Problem("no_room", f"need {ask.site}/{ask.item}", text),))
    k = pairs.index((ask.site, ask.item))
    # The count as it is by now, and the goods on top; nothing more is taken off for the days since.
    now = np.floor(still_there(supply, usable_needs(supply)[0])).astype(np.int64)
    held = now + (np.arange(len(pairs)) == k) * ask.units
    # The reserve stays what it was: a share of the whole, not of what is left.
    kept = supply.items.reserve.copy()
    if total > taken:
        kept[item] = min(1.0, total * reserve / (total - taken))
    rest = replace(
        supply, items=replace(supply.items, reserve=kept), batches=replace(supply.batches, units=units),
        needs=replace(supply.needs, on_hand=held, counted_days=None), roads=replace(supply.roads, truck_litres=room),
    )  # fmt: skip
    plan, _problems = plan_supplies(rest, policy)
    together = check_supplies(supply, policy, _merged(first + plan.rows))
    return WhatIf(question, before, together.objective, difference(rows, first + plan.rows).moved, together.faults)


def _from_the_shelves(supply: Supply, usable: Whole, ask: Give, place: str) -> tuple[tuple[Delivery, ...], Whole]:
    """Batches for the asked units, the prefecture's own first, first expiring first; and what is left of all."""
    left, roads = supply.batches.units.copy(), set(zip(supply.roads.warehouse, supply.roads.prefecture, strict=True))
    b, need, found = supply.batches, ask.units, list[Delivery]()
    order = sorted(np.flatnonzero(usable).tolist(), key=lambda k: (not b.area[k], b.expires_days[k], b.ids[k]))
    for k in order:
        near = b.area[k] == place or (not b.area[k] and (b.warehouse[k], place) in roads)
        take = min(need, int(usable[k])) if near and b.item[k] == ask.item else 0
        if take > 0:
            found.append(Delivery(ask.site, ask.item, b.ids[k], take))
            left[k] -= take
            need -= take
    return tuple(found), left


def _merged(rows: tuple[Delivery, ...]) -> tuple[Delivery, ...]:
    units: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        units[row.site, row.item, row.batch] += row.units
    return tuple(Delivery(*key, count) for key, count in sorted(units.items()))


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
