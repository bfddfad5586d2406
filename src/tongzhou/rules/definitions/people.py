"""People: stranded (STR-01), visited (VISIT), paid (PAY), rested (R-01, R-03, R-05)."""

from __future__ import annotations

from datetime import time
from typing import Any

from tongzhou.rules.evaluate import UNVERIFIED, Proposal, rule
from tongzhou.rules.given import Given, Insufficient, unreadable
from tongzhou.rules.pack import Pack


@rule("STR-01")
def stranded(given: Given, pack: Pack) -> Proposal:
    days = given.count("days")
    given.need(days=days)
    assert days is not None
    yuan = min(days * pack.whole("yuan_per_day"), pack.whole("cap_yuan"))
    return Proposal(
        {"yuan": yuan},
        f"{days} days, capped at {pack.number('cap_yuan')}",
        f"{days} 天，上限 {pack.number('cap_yuan')} 元",
    )


@rule(
    "VISIT",
    synonyms={"done": ("ok", "met", "visited"), "due": ("due_today", "open", "pending", "not_yet_due")},
)
def visit(given: Given, pack: Pack) -> Proposal:
    group = given.word("group")
    if group is None:
        raise Insufficient("group")
    if group in pack.terms("unverified_groups"):
        return Proposal(UNVERIFIED, "the frequency for this group is from memory", "该人群频次未经核对")
    if group in pack.terms("weekly_groups"):
        return _weekly(given, pack)
    if group not in pack.terms("daily_groups"):
        raise unreadable("group", group, "a group of the pack", "规则包中的人群")
    contacts = given.count("contacts_today")
    if contacts is not None and contacts >= pack.whole("per_day"):
        return Proposal("done", "heard from today", "今日已联系")
    now = _clock(given.value("now"))
    given.need(contacts_today=contacts, now=now)
    assert now is not None
    if now >= time(pack.whole("overdue_from_hour")):
        return Proposal(
            "overdue_escalate",
            "not heard from today: visit now, then tell the township",
            "今日未联系：立即上门并报告乡镇（街道）",
        )
    return Proposal("due", "not heard from yet today", "今日尚未联系")


def _weekly(given: Given, pack: Pack) -> Proposal:
    contacts = given.count("contacts_week", "contacts_this_week")
    given.need(contacts_week=contacts)
    assert contacts is not None
    done = contacts >= pack.whole("per_week")
    return Proposal("done" if done else "due", f"{contacts} contacts this week", f"本周已联系 {contacts} 次")


def _clock(value: Any) -> time | None:
    """A time of day; YAML reads an unquoted 18:00 as 1080 minutes."""
    if value is None:
        return None
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return time(value // 60, value % 60)
        return time.fromisoformat(str(value)[-5:])
    except ValueError:
        raise unreadable("now", value, "a time of day (HH:MM)", "时刻（HH:MM）") from None


@rule("PAY", synonyms={})
def allowance(given: Given, pack: Pack) -> Proposal:
    """Days × rate of the class; doubled only in Hubei, where the roster says that the doubling applies."""
    days, region, kind = given.exact("days"), given.word("region"), given.value("class")
    doubled = given.flag("doubled")
    if isinstance(kind, list):
        return Proposal(UNVERIFIED, "two classes on one day: the rule for it is from memory", "同日两类：规定未经核对")
    kind = int(kind) if kind in ("1", "2") else kind
    if kind not in (1, 2, None):
        raise unreadable("class", kind, "1 or 2", "1 或 2")
    given.need(region=region, days=days, **{"class": kind})
    if region == "hubei":
        given.need(doubled=doubled)
    assert days is not None
    factor = pack.whole("hubei_factor") if doubled and region == "hubei" else 1
    yuan = days * pack.whole(f"class_{kind}_yuan_per_day") * factor
    return Proposal(
        {"yuan": int(yuan) if yuan.denominator == 1 else float(yuan)},
        f"class {kind}, {float(days):g} days, factor {factor}",
        f"{kind} 类，{float(days):g} 天，{factor} 倍",
    )


@rule("R-05", synonyms={"ok": ("met", "pass", "compliant", "no_violation")})
def rest_days(given: Given, pack: Pack) -> Proposal:
    worked, rested = given.count("worked_days_in_row", "worked_days"), given.count("rest_days")
    given.need(worked_days_in_row=worked, rest_days=rested)
    assert worked is not None and rested is not None
    due = worked // pack.whole("per_worked_days") * pack.whole("rest_days")
    if rested < due:
        return Proposal(
            "violation",
            f"{rested} rest days for {worked} worked, {due} due",
            f"工作 {worked} 天应休 {due} 天，已休 {rested} 天",
        )
    return Proposal(
        "ok",
        f"{rested} rest days for {worked} worked, {due} due",
        f"工作 {worked} 天应休 {due} 天，已休 {rested} 天",
    )


@rule("R-01", "R-03", synonyms={"ok": ("within", "within_recommendation", "pass")})
def hours_in_zone(given: Given, pack: Pack) -> Proposal:
    hours = given.exact("zone_hours")
    given.need(zone_hours=hours)
    assert hours is not None
    limit = pack.number("max_hours")
    if hours > pack.exact("max_hours"):
        return Proposal("warn_over_recommendation", f"more than {limit} h in the zone", f"在隔离区超过 {limit} 小时")
    return Proposal("ok", f"at most {limit} h in the zone", f"在隔离区不超过 {limit} 小时")
