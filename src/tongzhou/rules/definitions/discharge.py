"""Discharge (DISCH-T7), after discharge (AFTER) and release of asymptomatic persons (ASYM)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tongzhou.rules.definition import NEEDS_RULING, Proposal, relaxes, rule, tells
from tongzhou.rules.given import Given, Insufficient, every, failed
from tongzhou.rules.inputs import DataError, count, day, flag, moments_of, number, text
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import folded

SAMPLES = (
    moments_of(
        "negatives", "阴性采样时间", "when the negative samples were taken", names=("negative_samples",), event=True
    ),
    moments_of(
        "positives",
        "阳性采样时间",
        "when positive samples were taken",
        names=("positive_samples", "later_positive", "positive", "阳性"),
        event=True,
    ),
)


def negatives_hold(given: Given, hours: int) -> bool | None:
    """Two negatives with no positive after the first, far enough apart; None when no test is on record.

    Two samples of which only the days are known are far enough apart where the days say so by themselves.
    """
    values, positives = given["negatives"], given["positives"] or []
    if values is None:
        return None
    if not positives and len(values) >= 2 and not all(isinstance(one, datetime) for one in values):
        plain = sorted(one.date() if isinstance(one, datetime) else one for one in values)
        if plain[-1] - plain[0] >= timedelta(hours=hours, days=1):
            return True
    negatives, last = given.moments("negatives") or [], max(given.moments("positives") or [], default=None)
    since = [moment for moment in negatives if last is None or moment > last]
    return len(since) >= 2 and since[-1] - since[0] >= timedelta(hours=hours)


@rule(
    "DISCH-T7",
    inputs=(
        number(
            "days_normal_temp",
            "体温正常天数",
            "days of normal temperature",
            names=("days_normal_temperature", "体温正常"),
            least=0,
            most=400,
        ),
        flag(
            "symptoms_improved",
            "呼吸道症状好转",
            "respiratory symptoms clearly improved",
            names=("症状好转",),
            unsaid=("尚未评估", "not judged yet"),
        ),
        flag(
            "imaging_improved",
            "影像学好转",
            "imaging clearly improved",
            names=("ct_improved", "影像好转"),
            unsaid=("尚未检查", "not done yet"),
        ),
        *SAMPLES,
        text("reading", "条文读法", "how the question reads the text: strict or at_least"),
        flag("strict", "严格读法", "the question reads the text strictly"),
    ),
    answers=(
        relaxes("true", "可出院", "days_normal_temp", "symptoms_improved", "imaging_improved", "negatives"),
        tells("false", "暂不出院"),
    ),
)
def discharge(given: Given, pack: Pack) -> Proposal:
    """All four conditions. Whether day 3 itself is enough stays unruled until the pack says so, not the question."""
    days, limit, counts = (
        given["days_normal_temp"],
        pack.whole("normal_temp_days"),
        pack.parameters["day_itself_counts"],
    )
    at_limit = days is not None and days == limit
    strictly = _reads_strictly(given)
    warm = None if days is None else True if at_limit and counts is None else days > limit or bool(at_limit and counts)
    conditions = {
        "days_normal_temp": False if at_limit and counts is None and strictly else warm,
        "symptoms_improved": given["symptoms_improved"],
        "imaging_improved": given["imaging_improved"],
        "negatives": negatives_hold(given, pack.whole("negatives_apart_h")),
    }
    if not every(conditions):
        return Proposal(False, *failed(given, conditions))
    if at_limit and counts is None:
        en, zh = f"exactly {limit} days: the text can be read both ways", f"恰好 {limit} 天：条文两可，需裁定"
        return Proposal(NEEDS_RULING, en, zh)
    return Proposal(True, "all four conditions are met", "四项条件均符合")


def _reads_strictly(given: Given) -> bool:
    """A question may read the text more strictly than the pack, never more freely."""
    reading = given["reading"]
    if reading is not None and folded(reading) not in ("strict", "atleast", "nonstrict"):
        raise given.declared.by_name["reading"].refuse(reading, "strict or at_least", " strict 或 at_least")
    return bool(given["strict"] or (reading is not None and folded(reading) == "strict"))


@rule(
    "AFTER",
    inputs=(
        day("discharged", "出院日期", "day of discharge", names=("discharge", "discharge_day"), event=True),
        flag("re_positive", "复阳", "positive again"),
        flag("symptoms", "有症状", "with symptoms", names=("症状",), yes=("有症状",), no=("无症状",)),
        flag("ct_worse", "影像加重", "CT got worse", names=("imaging_worse", "CT 加重")),
        count("days_since", "出院后天数", "days since discharge", least=0, most=1000),
        *SAMPLES,
    ),
    answers=(
        tells("confirmed_designated_hospital", "按确诊病例送定点医院"),
        tells("convalescent_continue_isolation", "恢复期，继续隔离"),
        tells("continue_follow_up", "继续隔离管理与随访"),
        relaxes("released", "解除隔离", "re_positive", "symptoms", "discharged", "negatives"),
        tells("destination", "出院去向", "discharged"),
    ),
    judged_on=("discharged",),
    synonyms={
        "confirmed_designated_hospital": (
            "confirmed",
            "confirmed_case",
            "designated_hospital",
            "hospital",
            "confirmed_to_designated_hospital",
        ),
        "continue_follow_up": ("continue_isolation", "follow_up"),
    },
)
def after_discharge(given: Given, pack: Pack) -> Proposal:
    """Positive again first; else where to after discharge and until when, by the edition of place and day."""
    again, symptoms, worse = given["re_positive"], given["symptoms"], given["ct_worse"]
    if again is None and not given.unknown("re_positive") and given["discharged"]:
        return _destination(given, pack)
    if again is None:
        raise Insufficient("re_positive")
    if not again:
        if given["positives"]:
            raise DataError("not positive again, and a positive sample after discharge", "未复阳却有阳性采样")
        return _follow_up(given, pack)
    if symptoms or worse:
        en, zh = (
            "positive again with symptoms or a worse CT: a confirmed case",
            "复阳且有症状或影像加重：按确诊病例收治",
        )
        return Proposal("confirmed_designated_hospital", en, zh)
    given.need("symptoms", "ct_worse")
    en, zh = "positive again without symptoms: isolation goes on", "复阳无症状：继续隔离"
    return Proposal("convalescent_continue_isolation", en, zh)


def _destination(given: Given, pack: Pack) -> Proposal:
    where, days = pack.terms("destination")[0], pack.whole("isolation_days")
    until = given["discharged"] + timedelta(days=days)
    outcome = {"destination": where, "isolation_until": f"{until}T24:00" if days else None}
    en = f"{where.replace('_', ' ')}, isolation for {days} days"
    zh = {"home": "回家", "designated_station": "指定康复驿站", "home_or_central": "居家或集中"}[where]
    return Proposal(outcome, en, f"{zh}，隔离管理 {days} 天", answer="destination")


def _follow_up(given: Given, pack: Pack) -> Proposal:
    days, discharged, today = pack.whole("isolation_days"), given["discharged"], given.asked
    over = discharged is not None and today is not None and today >= discharged + timedelta(days=days)
    tested = negatives_hold(given, pack.whole("negatives_apart_h")) if pack.parameters["negatives_to_release"] else True
    if over and tested and given["symptoms"] is False and _after(given, discharged):
        en, zh = f"{days} days are over, twice negative, no symptoms", f"满 {days} 天，两次阴性，无症状"
        return Proposal("released", en, zh)
    en, zh = f"isolation for {days} days and follow-up go on", f"继续 {days} 天隔离管理与随访"
    return Proposal("continue_follow_up", en, zh)


def _after(given: Given, discharged: date) -> bool:
    """The samples are of the time after discharge: those that led to it release nobody a second time."""
    return all((one.date() if isinstance(one, datetime) else one) > discharged for one in given["negatives"] or [])


@rule(
    "ASYM",
    inputs=(
        count(
            "observation_days", "观察天数", "days of central observation", names=("days", "观察期"), least=0, most=400
        ),
        flag(
            "symptoms", "出现症状", "symptoms appeared", names=("symptomatic", "症状"), yes=("有症状",), no=("无症状",)
        ),
        *SAMPLES,
    ),
    answers=(
        relaxes("release_then_14_more", "解除集中观察，再随访 14 天", "observation_days", "negatives"),
        tells("confirmed", "订正为确诊病例"),
        tells("continue_observation", "继续集中观察"),
    ),
    synonyms={
        "confirmed": ("confirmed_case", "becomes_confirmed", "correct_to_confirmed"),
        "continue_observation": ("not_yet", "continue", "hold", "keep"),
    },
)
def asymptomatic(given: Given, pack: Pack) -> Proposal:
    if given["symptoms"]:
        en, zh = "symptoms appeared: the record becomes a confirmed case", "出现症状：订正为确诊病例"
        return Proposal("confirmed", en, zh)
    days = given["observation_days"]
    conditions = {
        "observation_days": None if days is None else days >= pack.whole("observation_days"),
        "negatives": negatives_hold(given, pack.whole("negatives_apart_h")),
    }
    if every(conditions):
        en, zh = "observed long enough and twice negative; follow-up goes on", "观察期满且两次阴性；继续随访"
        return Proposal("release_then_14_more", en, zh)
    return Proposal("continue_observation", *failed(given, conditions))
