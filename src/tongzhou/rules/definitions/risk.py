"""Area risk of a county (RISK-01) and Hubei's merge of urban districts (RISK-02)."""

from __future__ import annotations

from datetime import date, timedelta

from tongzhou.rules.evaluate import DATA_ERROR, INSUFFICIENT, Proposal, rule
from tongzhou.rules.given import Contradiction, Given, Insufficient, as_day, unreadable
from tongzhou.rules.pack import Pack

LIGHT_TO_HEAVY = ("low", "medium", "high")
ZH = {"low": "低风险", "medium": "中风险", "high": "高风险"}


@rule("RISK-01", judged_on=("as_of",))
def area_risk(given: Given, pack: Pack) -> Proposal:
    """Inputs are asked for in the order of the rule: one that it does not reach is not missing."""
    limit, days = pack.whole("cumulative_over"), pack.whole("window_days")
    cumulative = given.count("cumulative", "cumulative_confirmed")
    cluster = given.flag("cluster_14d", "cluster")
    new = new_in_window(given, days)
    if cluster and new == 0:
        raise Contradiction(
            f"a cluster is reported while no case is new in {days} days: check both",
            f"{days} 天内无新增病例却报告聚集性疫情：请核对",
        )
    if cumulative is not None and new is not None and new > cumulative:
        raise Contradiction(
            f"{new} new cases in {days} days but {cumulative} in all",
            f"{days} 天内新增 {new} 例，累计却只有 {cumulative} 例",
        )
    if cumulative is None:
        inputs = {"cumulative": None, "new_by_day": new, "cluster_14d": cluster}
        raise Insufficient(*(name for name, value in inputs.items() if value is None))
    if cumulative == 0:
        return Proposal("low", "no confirmed case ever", "无确诊病例")
    if new is None:
        raise Insufficient("new_by_day")
    if new == 0:
        return Proposal("low", f"no new case in {days} days", f"连续 {days} 天无新增确诊病例")
    if cumulative <= limit:
        return Proposal(
            "medium",
            f"{new} new in {days} days, {cumulative} in all, not more than {limit}",
            f"{days} 天内新增 {new} 例，累计 {cumulative} 例，不超过 {limit} 例",
        )
    if cluster is None:
        raise Insufficient("cluster_14d")
    if cluster:
        return Proposal(
            "high",
            f"{cumulative} in all, more than {limit}, and a cluster in {days} days",
            f"累计 {cumulative} 例，超过 {limit} 例，{days} 天内有聚集性疫情",
        )
    return Proposal(
        "medium",
        f"{cumulative} in all, more than {limit}, but no cluster in {days} days",
        f"累计 {cumulative} 例，超过 {limit} 例，{days} 天内无聚集性疫情",
    )


def new_in_window(given: Given, days: int) -> int | None:
    """New cases in the window that closes on `as_of`; a day without a report makes it unknown."""
    total = given.count("new_14d", "new_confirmed_14d")
    by_day = given.mapping("new_by_day")
    missing = given.items("missing_days") or []
    as_of = given.day("as_of", "date")
    if not by_day and not missing:
        if by_day is not None and total:
            raise Contradiction("new_14d is not zero but new_by_day is empty", "new_14d 非零而 new_by_day 为空")
        return total if by_day is None else 0
    if as_of is None:
        raise Insufficient("as_of")
    first = as_of - timedelta(days=days - 1)
    silent = [_iso(day) for day in missing if first <= as_day("missing_days", day) <= as_of]
    summed = 0
    for key, value in (by_day or {}).items():
        day = as_day("new_by_day", key)
        if first <= day <= as_of:
            summed += _cases(value, day, silent)
    if silent:
        raise Insufficient(*(f"new_by_day[{day}]" for day in sorted(set(silent))))
    if by_day is None:
        return total
    if total is not None and total != summed:
        raise Contradiction(
            f"new_14d is {total} but the days add up to {summed}", f"new_14d 为 {total}，逐日相加为 {summed}"
        )
    return summed


@rule("RISK-02", judged_on=("as_of",))
def merged_urban_area(given: Given, pack: Pack) -> Proposal:
    """The heaviest level of the districts; an unknown district matters unless another is already high."""
    raw = given.value("districts", "levels")
    levels = list(raw.values()) if isinstance(raw, dict) else raw
    if not levels:
        raise Insufficient("districts")
    if not isinstance(levels, list):
        raise unreadable("districts", levels, "a list of levels", "风险等级列表")
    strange = [level for level in levels if level not in (*LIGHT_TO_HEAVY, DATA_ERROR, INSUFFICIENT, None)]
    if strange:
        raise unreadable("districts", strange[0], "low, medium or high", "low、medium 或 high")
    known = [level for level in levels if level in LIGHT_TO_HEAVY]
    if "high" not in known:
        if DATA_ERROR in levels:
            raise Contradiction("the figures of a district contradict each other", "某区数据自相矛盾")
        if len(known) < len(levels):
            raise Insufficient("districts (level of every district)")
    heaviest = max(known, key=LIGHT_TO_HEAVY.index)
    return Proposal(
        heaviest,
        f"heaviest of {len(levels)} districts: {heaviest}",
        f"{len(levels)} 个区取最高等级：{ZH[heaviest]}",
    )


def _cases(value: object, day: date, silent: list[str]) -> int:
    if value is None:
        silent.append(day.isoformat())
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise unreadable(f"new_by_day[{day}]", value, "a number of cases", "病例数")
    return value


def _iso(day: object) -> str:
    return as_day("missing_days", day).isoformat()
