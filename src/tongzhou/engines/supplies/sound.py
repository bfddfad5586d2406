"""Which rows can be planned; every other row becomes a named problem."""

from collections import Counter

import numpy as np

from tongzhou.engines.certificate import Problem, Text

from .model import Policy, Real, Supply, Whole


def problem(code: str, subject: str, field: str, zh: str, en: str, blocking: bool = False) -> Problem:
    return Problem(code, subject, Text(zh, en), field, blocking)


def contradictions(supply: Supply) -> list[Problem]:
    """What makes the input contradict itself; with any of these there is no plan."""
    found = []
    for name, ids in (("item", supply.items.ids), ("batch", supply.batches.ids), ("site", supply.sites.ids)):
        for twice, count in Counter(ids).items():
            if count > 1:
                found.append(
                    problem("duplicate_id", f"{name} {twice}", "id", "编号重复。", "The id is there twice.", True)
                )
    for pair, count in Counter(zip(supply.needs.site, supply.needs.item, strict=True)).items():
        if count > 1:
            found.append(
                problem("duplicate_id", f"need {'/'.join(pair)}", "site", "同一需求两次。", "Stated twice.", True)
            )
    items, roads = supply.items, supply.roads
    columns: dict[str, Real | Whole] = {
        "batches.units": supply.batches.units, "needs.on_hand": supply.needs.on_hand, "items.litres": items.litres,
        "items.reserve": items.reserve, "roads.km": roads.km, "roads.truck_litres": roads.truck_litres,
    }  # fmt: skip
    if supply.needs.counted_days is not None:
        columns["needs.counted_days"] = supply.needs.counted_days
    for name, values in columns.items():
        for row in np.flatnonzero(~(np.isfinite(values) & (values >= 0))).tolist():
            found.append(
                problem("bad_number", f"{name} row {row + 1}", name, "应为非负数。", "Must not be negative.", True)
            )
    for row in np.flatnonzero(items.reserve > 1).tolist():
        found.append(problem("bad_number", f"item {items.ids[row]}", "reserve", "应在 0–1。", "Must be 0 to 1.", True))
    caps: dict[str, float] = {}
    for place, litres in zip(roads.prefecture, roads.truck_litres.tolist(), strict=True):
        if caps.setdefault(place, litres) != litres:
            zh, en = "两行运力不同。", "Two rows state different truck space."
            found.append(problem("contradictory_trucks", f"prefecture {place}", "truck_litres", zh, en, True))
    return found


def usable_batches(supply: Supply, policy: Policy) -> tuple[Whole, list[Problem]]:
    """Units that count by batch: right unit, not expired, medical standard where the item needs it."""
    items = {name: k for k, name in enumerate(supply.items.ids)}
    b, units, found = supply.batches, supply.batches.units.copy(), []
    housed = set(supply.roads.warehouse)
    for k, name in enumerate(b.ids):
        code = ""
        if b.item[k] not in items:
            code, zh, en = "unknown_item", f"没有物资 {b.item[k]}。", f"There is no item {b.item[k]}."
        elif b.unit[k] != supply.items.unit[items[b.item[k]]]:
            code, zh, en = (
                "unit_does_not_convert",
                f"单位 {b.unit[k]} 不能换算。",
                f"Unit {b.unit[k]} does not convert.",
            )
        elif not b.expires_days[k] >= policy.min_life_days:
            code, zh, en = "expired", "已过期或即将过期。", "Expired, or too near expiry."
        elif supply.items.medical[items[b.item[k]]] and b.standard[k] != 0:
            code, zh, en = (
                "substandard",
                "非医用标准，不计入医用。",
                "Not of medical standard: never counted as medical.",
            )
        elif not b.area[k] and b.warehouse[k] not in housed:
            code, zh, en = "no_road", "该仓库没有道路。", "No road leads from this warehouse."
        if code:
            found.append(problem(code, f"batch {name}", "", zh, en))
            units[k] = 0
    return units, found


def still_there(supply: Supply, rate: Real) -> Real:
    """What is left of each count after the days since, at the daily use (unknown use takes nothing)."""
    held = supply.needs.on_hand.astype(np.float64)
    if supply.needs.counted_days is None:
        return held
    left: Real = np.maximum(0.0, held - np.nan_to_num(rate) * supply.needs.counted_days)
    return left


def stale(supply: Supply, policy: Policy) -> list[Problem]:
    """Counts that are too old to be trusted; they are used as they are."""
    ages = supply.needs.counted_days
    if ages is None:
        return []
    return [
        problem(
            "stale_count", f"need {supply.needs.site[k]}/{supply.needs.item[k]}", "counted_days",
            f"存量为 {ages[k]:g} 天前清点，已扣除此后用量；请重新清点。",
            f"Counted {ages[k]:g} days ago; the use since is taken off. Count again.",
        )
        for k in np.flatnonzero(ages > policy.stale_days).tolist()
    ]  # fmt: skip


def usable_needs(supply: Supply) -> tuple[Real, list[Problem]]:
    """Daily rate by need row: observed burn, else the prior, else NaN with a problem."""
    items = {name: k for k, name in enumerate(supply.items.ids)}
    sites = {name: k for k, name in enumerate(supply.sites.ids)}
    places, n, found = set(supply.roads.prefecture), supply.needs, []
    rate: Real = np.where(np.isfinite(n.burn), n.burn, n.prior)
    for k in range(len(n.site)):
        code = ""
        if n.site[k] not in sites or n.item[k] not in items:
            code, zh, en = "unknown_row", "没有该点位或物资。", "There is no such site or item."
        elif n.unit[k] != supply.items.unit[items[n.item[k]]]:
            code, zh, en = (
                "unit_does_not_convert",
                f"单位 {n.unit[k]} 不能换算。",
                f"Unit {n.unit[k]} does not convert.",
            )
        elif np.isinf(n.burn[k]) or np.isinf(n.prior[k]):
            code, zh, en = "bad_number", "日用量不是有限数。", "Daily use is not a finite number."
        elif not np.isfinite(rate[k]):
            code, zh, en = "demand_unknown", "有需求而无数量。", "Needed, but neither use nor a prior is known."
        elif rate[k] < 0:
            code, zh, en = "bad_number", "日用量为负。", "Daily use is negative."
        elif supply.sites.prefecture[sites[n.site[k]]] not in places:
            code, zh, en = "no_road", "没有通往该市州的道路。", "No road leads to this prefecture."
        if code:
            found.append(problem(code, f"need {n.site[k]}/{n.item[k]}", "", zh, en))
            rate[k] = np.nan
    return rate, found
