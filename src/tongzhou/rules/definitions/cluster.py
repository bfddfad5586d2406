"""Cluster: how many cases in how many days in what sort of place; every edition has other numbers."""

from __future__ import annotations

from datetime import date

from tongzhou.rules.definition import Proposal, relaxes, rule, tells
from tongzhou.rules.given import Given
from tongzhou.rules.inputs import Unruled, days, term
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import vocabulary


def question_day(given: Given) -> date | None:
    """The day asked about: the edition of that day counts; without one, the day of the last case."""
    return given.asked or max(given["case_days"] or [], default=None)


@rule(
    "CLUSTER",
    inputs=(
        term("place", "场所", "kind of place", terms="place_kinds"),
        days("case_days", "病例日期", "day of each case", names=("cases_on",), event=True),
        days("asymptomatic_days", "无症状感染者日期", "day of each asymptomatic infection", event=True),
    ),
    answers=(tells("true", "聚集性疫情", "case_days", "place"), relaxes("false", "非聚集性疫情", "case_days")),
    judged_on=question_day,
)
def cluster(given: Given, pack: Pack) -> Proposal:
    given.need("case_days")
    least, window = pack.whole("min_cases"), pack.whole("window_days")
    found = list(given["case_days"])
    counted = bool(pack.parameters["asymptomatic_counts"])
    if counted:
        found += given["asymptomatic_days"] or []
    most = most_within(found, window)
    if most < least:
        return Proposal(
            False,
            f"at most {most} cases within {window} days, {least} needed",
            f"{window} 天内最多 {most} 例，需 {least} 例",
            despite=("place",) if counted else ("place", "asymptomatic_days"),
        )
    given.need("place")
    kind = given["place"]
    words = given.declared.by_name["place"].vocabulary.terms[kind]
    if kind in pack.terms("too_wide"):
        return Proposal(False, f"{words.en} is not a small place", f"{words.zh}不是小范围场所")
    if words.within != "small":
        raise Unruled(
            f"{words.en}: nobody has ruled whether it is a small place", f"{words.zh}是否属小范围场所，需裁定"
        )
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


def can_hold_one(pack: Pack, place: str) -> bool | None:
    """Whether a kind or name of place is small enough for a cluster; None where it names no known kind."""
    found = vocabulary("place_kinds").find(place)
    if found is None:
        return False if vocabulary("regions").find(place) else None
    return found.code not in pack.terms("too_wide")
