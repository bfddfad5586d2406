"""Epidemic-free compounds, communities and villages of Wuhan: certificate, what it allows, shares."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Contradiction, Given, Insufficient, every, unreadable
from tongzhou.rules.pack import Pack

EVENTS = {"confirmed": "cancel", "suspected": "suspend", "fever": "suspend", "close contact": "suspend"}


def one_decimal(part: int | Fraction, whole: int | Fraction) -> float:
    """100 · part / whole, rounded half up as printed figures are."""
    exact = Fraction(100) * part / whole
    return float((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP))


@rule(
    "EF-01",
    judged_on=("application",),
    synonyms={
        "certify": ("grant", "approve", "accept", "certified", "eligible", "pass"),
        "cancel": ("cancelled",),
        "suspend": ("suspended",),
    },
)
def certificate(given: Given, pack: Pack) -> Proposal:
    if given.has("event"):
        return _revocation(given)
    applied, last = given.day("application", "applied"), given.day("last_confirmed")
    given.need(application=applied)
    assert applied is not None
    if last is not None and last > applied:
        raise Contradiction("the last case lies after the application", "末例确诊日期晚于申请日期")
    days, measures = pack.whole("days_without_case"), pack.whole("measures")
    in_place = given.count("six_in_place", "measures_in_place")
    unresolved = given.count("open_suspected_fever_contact", "open_suspected", "open")
    if in_place is not None and in_place > measures:
        raise unreadable("six_in_place", in_place, f"at most {measures}", f"不超过 {measures}")
    never_or_old = None if not given.has("last_confirmed") else last is None or (applied - last).days >= days
    conditions = {
        "last_confirmed": never_or_old,
        "open_suspected_fever_contact": None if unresolved is None else unresolved == 0,
        "six_in_place": None if in_place is None else in_place == measures,
    }
    if every(conditions):
        return Proposal(
            "certify",
            f"{days} days without a case, nobody open, {measures} measures in place",
            f"{days} 天无确诊、无未解除人员、{measures} 项措施落实",
        )
    failed = [name for name, met in conditions.items() if met is False]
    return Proposal("refuse", f"not met: {', '.join(failed)}", f"不符合：{', '.join(failed)}")


def _revocation(given: Given) -> Proposal:
    """What a later finding does to a certificate; the reason shown is the rule, never the household."""
    event = given.word("event")
    if event not in EVENTS:
        raise unreadable("event", event, f"one of {', '.join(EVENTS)}", f"{'、'.join(EVENTS)} 之一")
    return Proposal(EVENTS[event], "a certified place no longer meets the standard", "已认定的小区不再符合标准")


@rule(
    "EF-PRIV",
    judged_on=("ask",),
    synonyms={"in_batches": ("batches", "batch", "by_batches", "batches_inside", "residents_in_batches")},
)
def privilege(given: Given, pack: Pack) -> Proposal:
    days = given.count("certified_days")
    if given.flag("certified") is False:
        return Proposal("none", "the place is not certified", "未认定为无疫情小区")
    if given.word("purpose") == "shopping":
        return _shopping(given, pack)
    given.need(certified_days=days)
    assert days is not None
    if days >= pack.whole("free_after_days"):
        return Proposal(
            "free_individual",
            f"certified {days} days: each on their own, without gathering",
            f"连续 {days} 天：可个人非聚集性活动",
        )
    return Proposal(
        "in_batches",
        f"certified {days} days: in batches, by time and building",
        f"连续 {days} 天：分批、分时、分楼栋活动",
    )


def _shopping(given: Given, pack: Pack) -> Proposal:
    asked = given.day("ask", "date")
    given.need(ask=asked)
    assert asked is not None
    if asked < pack.day("shopping_from"):
        return Proposal("not_yet", "shopping trips were not allowed yet", "尚未开放外出采购")
    hours, persons = pack.whole("shopping_max_hours"), pack.whole("shopping_persons_per_day")
    return Proposal(
        {"persons_per_household_per_day": persons, "max_hours": hours},
        f"{persons} person a day, at most {hours} h",
        f"每户每天 {persons} 人，不超过 {hours} 小时",
    )


@rule("EF-SHARE")
def shares(given: Given, pack: Pack) -> Proposal:
    """Certified of all, per kind of place, in the order given; percent with one decimal."""
    answer = []
    for name in given.raw:
        if name in ("pack", "date", "as_of", "place_code"):
            continue
        pair = given.items(name)
        if pair is None or len(pair) != 2 or None in pair:
            raise Insufficient(f"{name} (certified, all)")
        certified, everything = (_count(name, value) for value in pair)
        if everything == 0 or certified > everything:
            raise Contradiction(f"{name}: {certified} of {everything}", f"{name}：{everything} 之中有 {certified}")
        answer.append(one_decimal(certified, everything))
    if not answer:
        raise Insufficient("compounds", "communities", "villages")
    return Proposal(answer, "certified of all, percent", "占全部的百分比")


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise unreadable(name, value, "a pair of counts", "一对数目")
    return value
