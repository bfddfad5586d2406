"""People who work: paid (PAY), rested (R-01, R-03, R-04, R-05)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from tongzhou.rules.definition import UNVERIFIED, Proposal, relaxes, rule, tells
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, count, day, flag, number, other, term
from tongzhou.rules.pack import Pack, trimmed
from tongzhou.rules.words import vocabulary


@rule(
    "PAY",
    inputs=(
        term("region", "地区", "province or city of work", terms="regions", names=("省份", "省")),
        other("class", "类别", "class of the work, 1 or 2", names=("类", "category")),
        number("days", "工作天数", "days worked, halves allowed", names=("天数",), least=0, most=400),
        other("hours_by_day", "每日工时", "hours worked, one figure a day", names=("hours", "工时")),
        flag("doubled", "加倍", "the doubling applies, by the roster", names=("翻倍",)),
    ),
    answers=(relaxes("yuan", "金额", "class"),),
)
def allowance(given: Given, pack: Pack) -> Proposal:
    """Days × rate of the class; doubled only in Hubei, where the roster says that the doubling applies."""
    kind, hubei, days = _class(given), _in_hubei(given), _days_paid(given, pack)
    if kind == "both":
        return Proposal(UNVERIFIED, "two classes on one day: the rule for it is from memory", "同日两类：规定未经核对")
    lacking = [name for name, value in (("region", hubei), ("days", days), ("class", kind)) if value is None]
    if lacking:
        raise Insufficient(*lacking)
    if hubei:
        given.need("doubled")
    assert days is not None
    factor = pack.whole("hubei_factor") if given["doubled"] and hubei else 1
    yuan = days * pack.whole(f"class_{kind}_yuan_per_day") * factor
    return Proposal(
        {"yuan": int(yuan) if yuan.denominator == 1 else float(yuan)},
        f"class {kind}, {float(days):g} days, factor {factor}",
        f"{kind} 类，{float(days):g} 天，{factor} 倍",
        answer="yuan",
        despite=() if hubei else ("doubled",),
    )


def _class(given: Given) -> str | None:
    value = given["class"]
    if value is None:
        return None
    term = None if isinstance(value, bool | float) else vocabulary("work_classes").find(value)
    if isinstance(value, list) and value:
        found = [vocabulary("work_classes").find(item) for item in value]
        if all(found):
            codes = {one.code for one in found if one}
            return "both" if len(codes) > 1 else codes.pop()
    if term is None:
        raise given.declared.by_name["class"].refuse(value, "1 or 2", " 1 或 2")
    return term.code


def _in_hubei(given: Given) -> bool | None:
    """By the region, else by the place; both must agree."""
    region = given["region"]
    codes = [vocabulary("regions").terms[region].codes[0]] if region else []
    if given.place is not None:
        codes.append(given.place)
    found = {trimmed(code)[:2] == "42" for code in codes}
    if len(found) > 1:
        raise DataError("region and place differ", "地区与地点不一致")
    return found.pop() if found else None


def _days_paid(given: Given, pack: Pack) -> Fraction | None:
    """Days as stated, or by the hours of each day: up to four are half a day."""
    days, hours = given["days"], given["hours_by_day"]
    if hours is None:
        return days  # type: ignore[no-any-return]
    one = given.declared.by_name["hours_by_day"]
    values = hours if isinstance(hours, list) else [hours]
    if not values or not all(
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 24 for value in values
    ):
        raise one.refuse(hours, "hours of each day, 0 to 24", "每日工时（0 至 24）")
    half = pack.number("half_day_hours")
    counted = sum((Fraction(0 if value == 0 else 1 if value <= half else 2, 2) for value in values), Fraction(0))
    if days is not None and days != counted:
        raise DataError(f"{float(days):g} days, but the hours make {float(counted):g}", "天数与工时不一致")
    return counted


@rule(
    "R-05",
    inputs=(
        count(
            "worked_days_in_row",
            "连续工作天数",
            "days worked in a row",
            names=("worked_days", "工作天数"),
            least=0,
            most=400,
        ),
        count("rest_days", "休息天数", "days rested", names=("休息",), least=0, most=400),
    ),
    answers=(relaxes("ok", "符合", "worked_days_in_row", "rest_days"), tells("violation", "违反")),
    synonyms={"ok": ("met", "pass", "compliant", "no_violation")},
)
def rest_days(given: Given, pack: Pack) -> Proposal:
    given.need("worked_days_in_row", "rest_days")
    worked, rested = given["worked_days_in_row"], given["rest_days"]
    due = worked // pack.whole("per_worked_days") * pack.whole("rest_days")
    en, zh = f"{rested} rest days for {worked} worked, {due} due", f"工作 {worked} 天应休 {due} 天，已休 {rested} 天"
    return Proposal("violation" if rested < due else "ok", en, zh)


@rule(
    "R-01",
    "R-03",
    inputs=(
        number(
            "zone_hours",
            "隔离区工时",
            "hours in the isolation zone",
            names=("hours", "工时"),
            unit="h",
            least=0,
            most=72,
        ),
    ),
    answers=(relaxes("ok", "未超过", "zone_hours"), tells("warn_over_recommendation", "超过建议时长")),
    synonyms={"ok": ("within", "within_recommendation", "pass")},
)
def hours_in_zone(given: Given, pack: Pack) -> Proposal:
    given.need("zone_hours")
    limit = pack.number("max_hours")
    if given["zone_hours"] > pack.exact("max_hours"):
        return Proposal("warn_over_recommendation", f"more than {limit} h in the zone", f"在隔离区超过 {limit} 小时")
    return Proposal("ok", f"at most {limit} h in the zone", f"在隔离区不超过 {limit} 小时")


@rule(
    "R-04",
    inputs=(
        term("hospital", "医院类型", "kind of hospital", terms="hospital_kinds"),
        day("since", "开始日期", "first day of continuous work", names=("start", "work_since"), event=True),
        count(
            "days_in_row",
            "连续工作天数",
            "days of continuous work",
            names=("worked_days_in_row", "continuous_days", "days"),
            least=0,
            most=400,
        ),
    ),
    answers=(relaxes("ok", "符合", "hospital"), tells("violation", "超过一个月")),
)
def continuous_work(given: Given, pack: Pack) -> Proposal:
    """At most one month by the calendar; in hospitals for severe cases shorter, and the text does not say how much."""
    given.need("hospital")
    days = _days_worked(given)
    if days is None:
        raise Insufficient("days_in_row")
    since, today = _first_day(given, days), given.asked
    over = since is not None and today is not None and today >= _month_later(since)
    if over or days > pack.whole("month_at_most_days"):
        return Proposal("violation", f"{days} days in a row, more than a month", f"连续工作 {days} 天，超过一个月")
    if given["hospital"] == "severe":
        en = "the text says only that it is shorter for severe cases"
        return Proposal("needs_ruling", en, "重症医院应更短，文件未规定天数，需裁定")
    if days > pack.whole("month_at_least_days") and since is None:
        raise Insufficient("since")
    return Proposal("ok", f"{days} days in a row, at most a month", f"连续工作 {days} 天，未超过一个月")


def _first_day(given: Given, days: int) -> date | None:
    """As said, else counted back from the day asked about."""
    today, since = given.asked, given["since"]
    if since is None and today is not None and days > 0 and not given.unknown("since"):
        return today - timedelta(days=days - 1)
    return since  # type: ignore[no-any-return]


def _days_worked(given: Given) -> int | None:
    since, today, days = given["since"], given.asked, given["days_in_row"]
    if since is None or today is None:
        return None if days is None else int(days)
    counted: int = (today - since).days + 1
    if days is not None and days != counted:
        raise DataError(f"{days} days in a row, but {counted} since {since}", "连续工作天数与开始日期不一致")
    return counted


def _month_later(since: date) -> date:
    year, month = (since.year + 1, 1) if since.month == 12 else (since.year, since.month + 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(since.day, last))
