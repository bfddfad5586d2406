"""Cluster: how many cases in how many days in what sort of place; every edition has other numbers."""

from __future__ import annotations

from datetime import date

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Given, Insufficient, as_day
from tongzhou.rules.pack import Pack


def last_case_day(given: Given) -> date | None:
    days = given.raw.get("case_days")
    return max((as_day("case_days", day) for day in days), default=None) if isinstance(days, list) else None


@rule("CLUSTER", judged_on=last_case_day)
def cluster(given: Given, pack: Pack) -> Proposal:
    least, window = pack.whole("min_cases"), pack.whole("window_days")
    place = given.word("place")
    raw = given.items("case_days")
    if raw is None:
        raise Insufficient("case_days")
    days = [as_day("case_days", day) for day in raw]
    asymptomatic = [as_day("asymptomatic_days", day) for day in given.items("asymptomatic_days") or []]
    if pack.parameters["asymptomatic_counts"]:
        days += asymptomatic
    as_of = given.day("as_of", "date")
    if as_of is not None:
        days = [day for day in days if day <= as_of]
    most = most_within(days, window)
    found = f"at most {most} cases within {window} days, {least} needed"
    zh = f"{window} 天内最多 {most} 例，需 {least} 例"
    if most < least:
        return Proposal(False, found, zh)
    if place is None:
        raise Insufficient("place")
    if place in pack.terms("too_wide"):
        return Proposal(False, f"{place} is not a small place", f"{place} 不是小范围场所")
    return Proposal(
        True,
        f"{most} cases within {window} days in one place, {least} needed",
        f"同一场所 {window} 天内 {most} 例，需 {least} 例",
    )


def most_within(days: list[date], window: int) -> int:
    """The largest number of cases in any `window` calendar days, both ends counted."""
    days = sorted(days)
    start, most = 0, 0
    for end, day in enumerate(days):
        while (day - days[start]).days >= window:
            start += 1
        most = max(most, end - start + 1)
    return most
