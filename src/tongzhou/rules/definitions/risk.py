"""Area risk of a county (RISK-01) and Hubei's merge of urban districts (RISK-02)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tongzhou.rules import moments
from tongzhou.rules.definition import DATA_ERROR, INSUFFICIENT, Proposal, relaxes, rule, tells
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, count, days, flag, other
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import is_blank, is_unknown, vocabulary

LIGHT_TO_HEAVY = ("low", "medium", "high")


@rule(
    "RISK-01",
    inputs=(
        count(
            "cumulative",
            "累计确诊",
            "confirmed cases in all",
            names=("cumulative_confirmed", "累计"),
            least=0,
            most=100_000_000,
        ),
        other("new_by_day", "逐日新增", "new cases by day", names=("新增",)),
        count(
            "new_14d", "14 天新增", "new cases of the window", names=("new_confirmed_14d",), least=0, most=100_000_000
        ),
        days("missing_days", "缺报日期", "days without a report"),
        flag("cluster_14d", "聚集性疫情", "a cluster in the window, signed by an expert", names=("cluster",)),
    ),
    answers=(relaxes("low", "低风险", "cumulative"), tells("medium", "中风险"), tells("high", "高风险")),
)
def area_risk(given: Given, pack: Pack) -> Proposal:
    """Inputs are asked for in the order of the rule: one that it does not reach is not missing."""
    limit, days = pack.whole("cumulative_over"), pack.whole("window_days")
    cumulative, cluster = given["cumulative"], given["cluster_14d"]
    new = new_in_window(given, days)
    if cluster and new == 0:
        en = f"a cluster is reported while no case is new in {days} days: check both"
        raise DataError(en, f"{days} 天内无新增病例却报告聚集性疫情：请核对")
    if cumulative is not None and new is not None and new > cumulative:
        en = f"{new} new cases in {days} days but {cumulative} in all"
        raise DataError(en, f"{days} 天内新增 {new} 例，累计却只有 {cumulative} 例")
    if cumulative is None:
        inputs = {"cumulative": None, "new_by_day": new, "cluster_14d": cluster}
        raise Insufficient(*(name for name, value in inputs.items() if value is None))
    if cumulative == 0:
        return Proposal("low", "no confirmed case ever", "无确诊病例", despite=("cluster_14d",))
    if new is None:
        raise Insufficient("new_by_day")
    if new == 0:
        zh = f"连续 {days} 天无新增确诊病例"
        return Proposal("low", f"no new case in {days} days", zh, despite=("cluster_14d",))
    if cumulative <= limit:
        return Proposal(
            "medium",
            f"{new} new in {days} days, {cumulative} in all, not more than {limit}",
            f"{days} 天内新增 {new} 例，累计 {cumulative} 例，不超过 {limit} 例",
        )
    if cluster is None:
        raise Insufficient("cluster_14d")
    en, zh = f"{cumulative} in all, more than {limit}", f"累计 {cumulative} 例，超过 {limit} 例"
    if cluster:
        return Proposal("high", f"{en}, and a cluster in {days} days", f"{zh}，{days} 天内有聚集性疫情")
    return Proposal("medium", f"{en}, but no cluster in {days} days", f"{zh}，{days} 天内无聚集性疫情")


def new_in_window(given: Given, days: int) -> int | None:
    """New cases in the window that closes on the day asked about; a day without a report makes it unknown."""
    total, by_day, missing = given["new_14d"], _by_day(given), given["missing_days"] or []
    if not by_day and not missing:
        if by_day is not None and total:
            raise DataError("new_14d is not zero but new_by_day is empty", "14 天新增非零而逐日新增为空")
        return total if by_day is None else 0
    as_of = given.asked
    if as_of is None:
        raise Insufficient("date")
    first = as_of - timedelta(days=days - 1)
    silent = {day for day in missing if first <= day <= as_of}
    summed = 0
    for day, value in (by_day or {}).items():
        if day > as_of:
            raise DataError(f"new_by_day: {day} lies after {as_of}", f"逐日新增：{day} 晚于 {as_of}")
        if day < first:
            continue
        if value is None:
            silent.add(day)
        else:
            summed += value
    if silent:
        raise Insufficient(*(f"new_by_day[{day}]" for day in sorted(silent)))
    if by_day is None:
        return total  # type: ignore[no-any-return]
    if total is not None and total != summed:
        raise DataError(
            f"new_14d is {total} but the days add up to {summed}", f"14 天新增为 {total}，逐日相加为 {summed}"
        )
    return summed


def _by_day(given: Given) -> dict[date, int | None] | None:
    value: Any = given["new_by_day"]
    if value is None:
        return None
    one = given.declared.by_name["new_by_day"]
    if not isinstance(value, dict):
        raise one.refuse(value, "a mapping of days to cases", "按日期填写的病例数")
    found: dict[date, int | None] = {}
    for key, cases in value.items():
        try:
            day = moments.as_day(key)
        except moments.Unreadable:
            raise one.refuse(key, "a day (YYYY-MM-DD)", "日期（如 2020-03-05）") from None
        if day in found:
            raise DataError(f"new_by_day: {day} is there twice", f"逐日新增：{day} 重复")
        known = None if is_blank(cases) or is_unknown(cases) else cases
        if known is not None and (isinstance(known, bool) or not isinstance(known, int) or known < 0):
            raise one.refuse(known, "a number of cases", "病例数")
        found[day] = known
    return found


@rule(
    "RISK-02",
    inputs=(other("districts", "各区等级", "levels of the districts", names=("levels", "各区")),),
    answers=(relaxes("low", "低风险", "districts"), tells("medium", "中风险"), tells("high", "高风险")),
)
def merged_urban_area(given: Given, pack: Pack) -> Proposal:
    """The heaviest level of the districts; an unknown district matters unless another is already high."""
    raw: Any = given["districts"]
    values = list(raw.values()) if isinstance(raw, dict) else raw
    if not values:
        raise Insufficient("districts")
    one = given.declared.by_name["districts"]
    if not isinstance(values, list):
        raise one.refuse(values, "a list of levels", "风险等级列表")
    levels = [_level(given, value) for value in values]
    known = [level for level in levels if level in LIGHT_TO_HEAVY]
    if "high" not in known:
        if DATA_ERROR in levels:
            raise DataError("the figures of a district contradict each other", "某区数据自相矛盾")
        if len(known) < len(levels):
            raise Insufficient("districts")
    heaviest = max(known, key=LIGHT_TO_HEAVY.index)
    zh = vocabulary("risk_levels").terms[heaviest].zh
    en = f"heaviest of {len(levels)} districts: {heaviest}"
    return Proposal(heaviest, en, f"{len(levels)} 个区取最高等级：{zh}")


def _level(given: Given, value: Any) -> str | None:
    if is_blank(value) or is_unknown(value) or value == INSUFFICIENT:
        return None
    if value == DATA_ERROR:
        return DATA_ERROR
    term = vocabulary("risk_levels").find(value)
    if term is None:
        raise given.declared.by_name["districts"].refuse(value, "low, medium or high", "低、中、高风险之一")
    return term.code
