"""Discharge (DISCH-T7), after discharge (AFTER) and release of asymptomatic persons (ASYM)."""

from __future__ import annotations

from datetime import timedelta

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Given, Insufficient, every, unreadable
from tongzhou.rules.pack import Pack


def negatives_hold(given: Given, hours: int) -> bool | None:
    """Two negatives with no positive after the first, far enough apart; None when no test is on record."""
    negatives, positives = given.moments("negatives"), given.moments("positives") or []
    if negatives is None:
        return None
    since = [moment for moment in negatives if not positives or moment > positives[-1]]
    return len(since) >= 2 and since[-1] - since[0] >= timedelta(hours=hours)


@rule("DISCH-T7")
def discharge(given: Given, pack: Pack) -> Proposal:
    """All four conditions. Whether day 3 itself is enough stays unruled until the pack says so."""
    days, limit = given.exact("days_normal_temp", "days_normal_temperature"), pack.whole("normal_temp_days")
    counts = day_itself_counts(given, pack)
    at_limit = days is not None and days == limit
    others = {
        "symptoms_improved": given.flag("symptoms_improved"),
        "imaging_improved": given.flag("imaging_improved"),
        "negatives": negatives_hold(given, pack.whole("negatives_apart_h")),
    }
    warm = (
        None if days is None else True if at_limit and counts is None else days > limit or (at_limit and bool(counts))
    )
    conditions = {"days_normal_temp": warm, **others}
    if not every(conditions):
        failed = ", ".join(name for name, met in conditions.items() if met is False)
        return Proposal(False, f"not met: {failed}", f"不符合：{failed}")
    if at_limit and counts is None:
        return Proposal(
            "needs_ruling",
            f"exactly {limit} days: the text can be read both ways",
            f"恰好 {limit} 天：条文两可，需裁定",
        )
    return Proposal(True, "all four conditions are met", "四项条件均符合")


def day_itself_counts(given: Given, pack: Pack) -> bool | None:
    reading = given.word("reading")
    if reading is not None and reading not in ("strict", "at least", "non strict", "non-strict"):
        raise unreadable("reading", reading, "strict or at_least", "strict 或 at_least")
    if reading is not None:
        return reading != "strict"
    strict = given.flag("strict")
    if strict is not None:
        return not strict
    ruled: bool | None = pack.parameters["day_itself_counts"]
    return ruled


@rule(
    "AFTER",
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
    again = given.flag("re_positive")
    if again is None:
        raise Insufficient("re_positive")
    symptoms, worse = given.flag("symptoms"), given.flag("ct_worse")
    if not again:
        days = pack.whole("isolation_days")
        return Proposal(
            "continue_follow_up",
            f"isolation for {days} days and follow-up go on",
            f"继续 {days} 天隔离管理与随访",
        )
    if symptoms or worse:
        return Proposal(
            "confirmed_designated_hospital",
            "positive again with symptoms or a worse CT: a confirmed case",
            "复阳且有症状或影像加重：按确诊病例收治",
        )
    given.need(symptoms=symptoms, ct_worse=worse)
    return Proposal(
        "convalescent_continue_isolation",
        "positive again without symptoms: isolation goes on",
        "复阳无症状：继续隔离",
    )


@rule(
    "ASYM",
    synonyms={
        "confirmed": ("confirmed_case", "becomes_confirmed", "correct_to_confirmed"),
        "continue_observation": ("not_yet", "continue", "hold", "keep"),
    },
)
def asymptomatic(given: Given, pack: Pack) -> Proposal:
    if given.flag("symptoms"):
        return Proposal(
            "confirmed", "symptoms appeared: the record becomes a confirmed case", "出现症状：订正为确诊病例"
        )
    days = given.count("observation_days")
    conditions = {
        "observation_days": None if days is None else days >= pack.whole("observation_days"),
        "negatives": negatives_hold(given, pack.whole("negatives_apart_h")),
    }
    if every(conditions):
        return Proposal(
            "release_then_14_more",
            "observed long enough and twice negative; follow-up goes on",
            "观察期满且两次阴性；继续随访",
        )
    failed = ", ".join(name for name, met in conditions.items() if met is False)
    return Proposal("continue_observation", f"not met: {failed}", f"不符合：{failed}")
