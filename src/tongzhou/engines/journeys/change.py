"""What would change it: contrastive re-solves, yesterday's plan beside today's, and what short rides cost."""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from tongzhou.engines.certificate import Budget, Change, Difference, Fairness, Problem, Text, WhatIf

from .model import Groups, Leg, Places, Policy
from .plan import plan_journeys

Legs = tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Leaves:
    """A question: what if a group left on ``day`` (or, without one, did not travel at all)?"""

    group: str
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Seats:
    """A question: what if this share of the seats were used?"""

    occupancy: float


def what_if(
    places: Places, groups: Groups, policy: Policy, legs: Legs, change: Leaves | Seats, *, seed: int = 1,
    budget: Budget | None = None,
) -> WhatIf:  # fmt: skip
    """What a change would cost in vehicles, and which groups would travel on another day. Solved again from nothing."""
    objective = float(len(legs))
    asked, rules = groups, policy
    if isinstance(change, Seats):
        question = Text(f"若座位用 {change.occupancy:.0%}？", f"What if {change.occupancy:.0%} of the seats were used?")
        if not 0 < change.occupancy <= 1:
            return _wrong(question, objective, "occupancy", "应在 0 与 1 之间。", "Must be above 0 and at most 1.")
        rules = replace(policy, occupancy=change.occupancy)
    else:
        en = f"left on day {change.day}" if change.day is not None else "did not travel"
        zh = f"第 {change.day} 天走" if change.day is not None else "不走"
        question = Text(f"若 {change.group} {zh}？", f"What if {change.group} {en}?")
        if change.group not in groups.ids:
            return _wrong(question, objective, f"group {change.group}", "没有此批人员。", "There is no such group.")
        k = groups.ids.index(change.group)
        if change.day is None:
            asked = _without(groups, k)
        elif change.day < 0:
            return _wrong(question, objective, "day", "天数从 0 起。", "Days count from 0.")
        else:
            first, last = groups.first.copy(), groups.last.copy()
            first[k] = last[k] = change.day
            asked = replace(groups, first=first, last=last)
    plan, problems = plan_journeys(places, asked, rules, seed=seed, budget=budget or Budget(iterations=2000))
    blocking = tuple(problem for problem in problems if problem.blocking)
    if blocking:
        return WhatIf(question, objective, None, problems=blocking)
    return WhatIf(question, objective, float(len(plan.rows)), difference(legs, plan.rows).moved, tuple(problems))


def _wrong(question: Text, before: float, subject: str, zh: str, en: str) -> WhatIf:
    return WhatIf(question, before, None, problems=(Problem("unknown_row", subject, Text(zh, en)),))


def _without(groups: Groups, k: int) -> Groups:
    keep = np.array([n for n in range(len(groups.ids)) if n != k], np.int64)
    return Groups(
        tuple(groups.ids[n] for n in keep.tolist()), groups.origin[keep], groups.destination[keep],
        groups.persons[keep], groups.first[keep], groups.last[keep], groups.provenance,
    )  # fmt: skip


def difference(before: Legs, after: Legs, *, churn_price: float = 0.0) -> Difference:
    """Two plans by group: on which days its people travel, and how many on each. ``churn_price``: vehicles a group
    that was told a day already is worth."""
    old, new = _days(before), _days(after)
    both = old.keys() & new.keys()
    moved = tuple(Change(name, _said(old[name]), _said(new[name]), churn_price) for name in sorted(both)
                  if old[name] != new[name])  # fmt: skip
    return Difference(
        len(both) - len(moved), moved, tuple(sorted(new.keys() - both)), tuple(sorted(old.keys() - both)), churn_price
    )


def _days(legs: Legs) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for leg in legs:
        for _stop, group, persons in leg.manifest:
            found[group][leg.day] += persons
    return {group: dict(days) for group, days in found.items()}


def _said(days: dict[int, int]) -> str:
    return ", ".join(f"day {day}: {n}" for day, n in sorted(days.items()))


def price_of_short_rides(
    places: Places, groups: Groups, policy: Policy, legs: Legs, *, seed: int = 1, budget: Budget | None = None
) -> Fairness:
    """Vehicles that the limit on everybody's ride costs, against a plan that lets people ride as long as it likes."""
    loose = replace(policy, stretch=10.0, extra_minutes=24 * 60)
    plan, _problems = plan_journeys(places, groups, loose, seed=seed, budget=budget or Budget(iterations=2000))
    fair, efficient = float(len(legs)), float(min(len(plan.rows), len(legs)))
    text = Text(
        f"限制乘车时间需 {fair:.0f} 辆，不限则 {efficient:.0f} 辆",
        f"{fair:.0f} vehicles with the limit on rides, {efficient:.0f} without",
    )
    return Fairness(fair, efficient, "vehicles", text)
