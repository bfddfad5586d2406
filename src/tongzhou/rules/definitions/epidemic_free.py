"""Epidemic-free compounds, communities and villages of Wuhan: certificate, what it allows, shares."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tongzhou.rules.definition import Proposal, relaxes, rule, tells
from tongzhou.rules.definitions.reopening import day_asked_for
from tongzhou.rules.given import Given, Insufficient, every, failed
from tongzhou.rules.inputs import DataError, Unruled, count, day, flag, other, term
from tongzhou.rules.pack import Pack

# What a finding in a certified place does to its certificate; the asymptomatic counts only in the later edition.
CONSEQUENCE = {"confirmed": "cancel", "asymptomatic": "cancel", "excluded": "restore"}
WIDTH = ("building", "compound", "community", "village", "street", "county", "city")


def one_decimal(part: int | Fraction, whole: int | Fraction) -> float:
    """100 · part / whole, rounded half up as printed figures are."""
    exact = Fraction(100) * part / whole
    return float((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP))


@rule(
    "EF-01",
    inputs=(
        day("application", "申请日期", "day of application", names=("applied", "application_day"), event=True),
        day(
            "last_confirmed",
            "末例确诊日期",
            "day of the last confirmed case, or never",
            names=("last_case",),
            null_is_never=True,
            event=True,
        ),
        day(
            "last_asymptomatic",
            "末例无症状感染日期",
            "day of the last asymptomatic infection, or never",
            never=True,
            event=True,
        ),
        count(
            "open_suspected_fever_contact",
            "未解除人员数",
            "suspected, fever cases and contacts not yet released",
            names=("open_suspected", "open"),
            least=0,
            most=100_000,
        ),
        count(
            "six_in_place",
            "六项措施落实数",
            "of the six measures in place",
            names=("measures_in_place",),
            least=0,
            most=6,
        ),
        term("event", "事件", "finding in a certified place", terms="findings"),
        term("unit", "认定单位", "kind of the certified unit", terms="place_kinds"),
        term("event_in", "事件所在", "kind of place in which it was found", terms="place_kinds"),
    ),
    answers=(
        relaxes("certify", "予以认定", "application", "last_confirmed", "open_suspected_fever_contact", "six_in_place"),
        tells("refuse", "不予认定"),
        tells("cancel", "取消认定", "event"),
        tells("suspend", "暂停认定", "event"),
        relaxes("restore", "恢复认定", "event"),
    ),
    judged_on=("application",),
    synonyms={
        "certify": ("grant", "approve", "accept", "certified", "eligible", "pass"),
        "cancel": ("cancelled",),
        "suspend": ("suspended",),
        "restore": ("restored",),
    },
)
def certificate(given: Given, pack: Pack) -> Proposal:
    if given.said("event"):
        return _revocation(given, pack)
    given.need("application")
    applied, last, silent = given["application"], given["last_confirmed"], given["last_asymptomatic"]
    for name, found in (("last_confirmed", last), ("last_asymptomatic", silent)):
        if isinstance(found, date) and found > applied:
            zh = given.declared.label(name, zh=True)
            raise DataError(f"{name} lies after the application", f"{zh}晚于申请日期")
    days, measures = pack.whole("days_without_case"), pack.whole("measures")
    in_place, unresolved = given["six_in_place"], given["open_suspected_fever_contact"]
    conditions = {
        "last_confirmed": _long_ago(last, applied, days),
        "open_suspected_fever_contact": None if unresolved is None else unresolved == 0,
        "six_in_place": None if in_place is None else in_place == measures,
    }
    if pack.parameters["asymptomatic_counts"] or silent is not None:
        conditions["last_asymptomatic"] = _long_ago(silent, applied, days)
    if every(conditions):
        return Proposal(
            "certify",
            f"{days} days without a case, nobody open, {measures} measures in place",
            f"{days} 天无确诊、无未解除人员、{measures} 项措施落实",
        )
    return Proposal("refuse", *failed(given, conditions))


def _long_ago(last: object, applied: date, days: int) -> bool | None:
    """Never, or long enough ago; None where nobody said."""
    return None if last is None else (applied - last).days >= days if isinstance(last, date) else True


def _revocation(given: Given, pack: Pack) -> Proposal:
    """What a later finding does to a certificate; the reason shown is the rule, never the household."""
    given.need("event")
    event, unit, where = given["event"], given["unit"], given["event_in"]
    if event == "asymptomatic" and not pack.parameters["asymptomatic_counts"]:
        raise Unruled("this edition says nothing of asymptomatic infections", "本版未规定无症状感染者")
    wider = bool(unit and where) and WIDTH.index(_width(unit)) > WIDTH.index(_width(where))
    if wider and not pack.parameters["falls_with_compound"]:
        raise Unruled("this edition does not say that the unit falls with its compound", "本版未规定上级单位随小区取消")
    outcome = CONSEQUENCE.get(event, "suspend")
    if outcome == "restore":
        return Proposal(
            "restore",
            "excluded: the certificate holds again and the suspended days count",
            "已排除：恢复认定，暂停天数计入",
        )
    return Proposal(outcome, "a certified place no longer meets the standard", "已认定的小区不再符合标准")


def _width(kind: str) -> str:
    if kind not in WIDTH:
        raise Unruled(f"{kind}: not a unit that is certified", "不是可认定的单位")
    return kind


@rule(
    "EF-PRIV",
    inputs=(
        flag("certified", "已认定", "the place is certified", names=("认定",)),
        count(
            "certified_days",
            "连续认定天数",
            "days certified in a row, suspended days of an excluded finding included",
            names=("认定天数",),
            least=0,
            most=1000,
        ),
        term("status", "认定状态", "state of the certificate", terms="certificates"),
        term("purpose", "外出目的", "what for", terms="purposes", open_list=True),
        day("ask", "询问日期", "day asked for", event=True),
    ),
    answers=(
        relaxes("free_individual", "可个人非聚集活动", "certified_days"),
        relaxes("in_batches", "分批活动", "certified_days"),
        relaxes("shopping", "可外出采购"),
        tells("not_yet", "尚未开放"),
        tells("none", "无"),
    ),
    judged_on=("ask",),
    synonyms={"in_batches": ("batches", "batch", "by_batches", "batches_inside", "residents_in_batches")},
)
def privilege(given: Given, pack: Pack) -> Proposal:
    days, certified, status = given["certified_days"], given["certified"], given["status"]
    if status is not None and certified is not None and certified != (status == "certified"):
        raise DataError("certified, and its state says otherwise", "认定与认定状态矛盾")
    if certified is False or status in ("suspended", "cancelled"):
        if days and certified is False and status is None:
            raise DataError(f"not certified, yet certified for {days} days", f"未认定却称已认定 {days} 天")
        return Proposal("none", "the place is not certified now", "目前不是已认定的无疫情小区")
    if given["purpose"] == "shopping":
        return _shopping(given, pack)
    if given["purpose"] not in (None, "inside"):
        raise Unruled("this rule says nothing of going out for that", "本规则未规定此类外出")
    given.need("certified_days")
    if days >= pack.whole("free_after_days"):
        en, zh = f"certified {days} days: each on their own, without gathering", f"连续 {days} 天：可个人非聚集性活动"
        return Proposal("free_individual", en, zh)
    en, zh = f"certified {days} days: in batches, by time and building", f"连续 {days} 天：分批、分时、分楼栋活动"
    return Proposal("in_batches", en, zh)


def _shopping(given: Given, pack: Pack) -> Proposal:
    asked = day_asked_for(given)
    if asked < pack.day("shopping_from"):
        en, zh = "shopping trips were not allowed yet", "尚未开放外出采购"
        return Proposal("not_yet", en, zh, next_change=pack.day("shopping_from"))
    if not given["certified"] and given["certified_days"] is None and given["status"] is None:
        raise Insufficient("certified")
    hours, persons = pack.whole("shopping_max_hours"), pack.whole("shopping_persons_per_day")
    return Proposal(
        {"persons_per_household_per_day": persons, "max_hours": hours},
        f"{persons} person a day, at most {hours} h",
        f"每户每天 {persons} 人，不超过 {hours} 小时",
        answer="shopping",
    )


UNITS = (("compounds", "小区"), ("communities", "社区"), ("villages", "村"), ("streets", "街道"), ("districts", "区"))


@rule(
    "EF-SHARE",
    inputs=tuple(other(name, f"{zh}（认定，全部）", f"certified and all {name}", names=(zh,)) for name, zh in UNITS),
    answers=(relaxes("shares", "百分比"),),
)
def shares(given: Given, pack: Pack) -> Proposal:
    """Certified of all, per kind of place, in the order given; percent with one decimal."""
    kinds = [name for name, _ in UNITS]
    answer = []
    for name in (name for name in given.used if name in kinds):
        pair, one = given[name], given.declared.by_name[name]
        if not isinstance(pair, list) or len(pair) != 2:
            raise one.refuse(pair, "a pair of counts", "一对数目")
        if None in pair:
            raise Insufficient(name)
        if any(isinstance(value, bool) or not isinstance(value, int) or value < 0 for value in pair):
            raise one.refuse(pair, "a pair of counts", "一对数目")
        certified, everything = pair
        if everything == 0 or certified > everything:
            raise DataError(f"{name}: {certified} of {everything}", f"{one.zh}：{everything} 之中有 {certified}")
        answer.append(one_decimal(certified, everything))
    if not answer:
        raise Insufficient("compounds", "communities", "villages")
    return Proposal(answer, "certified of all, percent", "占全部的百分比", answer="shares")
