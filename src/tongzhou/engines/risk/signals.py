"""Early-warning signals of a unit's published series: what somebody should look at today, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..certificate import Text
from .asked import Series


@dataclass(frozen=True)
class Limits:
    """When a signal is raised; a deployment signs its own (rulebooks/policies/early_warning.yaml)."""

    silent_days: int = 2  # days without a publication
    growth_ratio: float = 2.0  # this week's new cases over those of the week before
    growth_least: int = 10  # new cases in the week, below which a ratio says nothing
    quiet_days: int = 14  # days without a new case after which one is a new start
    # Where cases are held one by one (not asked by `signals`): sources unknown, 7-1-7, contacts seen,
    # positive results of a week.
    unlinked_share: float = 0.5
    found_days: int = 7
    reported_days: int = 1
    responded_days: int = 7
    in_time_share: float = 0.8
    seen_share: float = 0.8
    positivity_share: float = 0.1
    positivity_least: int = 10


@dataclass(frozen=True)
class Signal:
    """One signal: a stable `code`, the day it stands on, and one sentence in both languages."""

    code: str
    day: dt.date
    text: Text


def signals(series: Series, as_of: dt.date, limits: Limits = Limits()) -> list[Signal]:
    """The signals of a unit at the close of `as_of`; a series of nothing but noughts has none."""
    known = sorted(day for day in series.cumulative if day <= as_of)
    if not known:
        return [Signal("never_reported", as_of, Text("从未公布过数字", "nothing was ever published"))]
    found = []
    last = known[-1]
    silent = (as_of - last).days
    if silent >= limits.silent_days:
        text = Text(f"已 {silent} 天未公布（末次 {last}）", f"silent for {silent} days (last {last})")
        found.append(Signal("silent", as_of, text))
    fresh = series.fresh(last)
    if taken := series.taken_back(last):
        text = Text(f"订减 {taken} 例：请核对", f"{taken} withdrawn: to be explained")
        found.append(Signal("withdrawn", last, text))
    if fresh is not None and fresh > 0:
        found += _starts(series, last, fresh, limits)
    found += _grows(series, last, limits)
    return found


def _starts(series: Series, last: dt.date, fresh: int, limits: Limits) -> list[Signal]:
    if series.cumulative[last] == fresh:
        return [Signal("first_case", last, Text(f"首次出现病例：{fresh} 例", f"the first case ever: {fresh}"))]
    before = [series.fresh(last - dt.timedelta(days=back)) for back in range(1, limits.quiet_days + 1)]
    if all(new == 0 for new in before):
        n = limits.quiet_days
        return [
            Signal("new_start", last, Text(f"连续 {n} 天无新增后再现病例", f"a case again after {n} days without one"))
        ]
    return []


def _grows(series: Series, last: dt.date, limits: Limits) -> list[Signal]:
    """This week's new cases over those of the week before. Where publication began in the week before, it had at most
    all there were by its end: growth over that is certain, and at the beginning it is what there is to go by.
    """
    week = [series.fresh(last - dt.timedelta(days=back)) for back in range(7)]
    before = [series.fresh(last - dt.timedelta(days=back)) for back in range(7, 14)]
    first = min(series.cumulative)
    begun = [n for back, n in enumerate(before, 7) if last - dt.timedelta(days=back) > first]
    if None in week or None in begun:
        return []  # a hole is not a nought: nothing is said of growth over it
    now, then, most = sum(n or 0 for n in week), sum(n or 0 for n in before), ("", "")
    if None in before and len(begun) < len(before):
        then, most = series.cumulative[last] - now, ("至多 ", "at most ")
    if now < limits.growth_least or now < limits.growth_ratio * max(then, 1):
        return []
    zh = f"一周新增 {now} 例，前一周{most[0] or ' '}{then} 例"
    en = f"{now} new in a week, {most[1]}{then} in the week before"
    return [Signal("growth", last, Text(zh, en))]
