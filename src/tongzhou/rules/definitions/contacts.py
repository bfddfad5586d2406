"""Close contact of edition 6 (CC-E6): who is one, and until when a contact is observed."""

from __future__ import annotations

from datetime import date, timedelta

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Contradiction, Given, Insufficient
from tongzhou.rules.pack import Pack

ONSET = ("onset", "symptom_onset")
SAMPLED = (
    "first_positive",
    "first_positive_sampling",
    "first_positive_sample",
    "first_positive_sampling_date",
    "first_positive_day",
    "positive_sampling",
    "first_positive_date",
    "first_positive_test",
    "positive_sample",
    "sampling_day",
    "sampled",
)
ISOLATED = (
    "isolated",
    "isolation",
    "isolation_day",
    "isolation_start",
    "isolated_on",
    "isolated_at",
    "case_isolated",
    "case_isolation",
    "isolation_of_case",
    "isolation_date",
    "isolated_day",
    "isolation_time",
    "window_end",
)
CONTACT = ("contact_day", "contact", "contact_date")
LAST_EXPOSURE = ("last_exposure", "last_contact")
NOT_A_CATEGORY = ("none", "general", "general contact", "no category")


def question_day(given: Given) -> date | None:
    """A release is judged on the day of release, a contact on the latest day that the question names."""
    last = given.first_day(LAST_EXPOSURE)
    named = [day for names in (ONSET, SAMPLED, CONTACT) if (day := given.first_day(names)) is not None]
    # The 14 days here only choose the edition; the pack's own number sets the release.
    return max(named) if named else last + timedelta(days=14) if last else None


@rule("CC-E6", judged_on=question_day, synonyms={"not_close": ("general_contact", "general")})
def close_contact(given: Given, pack: Pack) -> Proposal:
    if given.has(*LAST_EXPOSURE) and not given.has(*CONTACT):
        return observation(given, pack)
    start, contact = window_start(given, pack), given.day(*CONTACT)
    isolated, protected = given.day(*ISOLATED), given.flag("protected", "effective_protection")
    category = given.word("category")
    as_of = given.day("as_of", "date")
    if contact is not None and as_of is not None and contact > as_of:
        raise Contradiction("the contact lies after the day the question is asked on", "接触日期晚于提问日期")
    if contact is not None and start is not None and contact < start:
        return Proposal("not_close", f"contact {contact}, window opens {start}", f"接触 {contact}，窗口始于 {start}")
    if contact is not None and isolated is not None and contact > isolated:
        return Proposal(
            "not_close",
            f"contact {contact}, case isolated {isolated}",
            f"接触 {contact}，病例已于 {isolated} 隔离",
        )
    if protected:
        return Proposal("not_close", "effective protection was worn", "有效防护")
    if category in NOT_A_CATEGORY:
        return Proposal("not_close", "general contact: inform and advise only", "一般接触者：只告知和指导")
    lacking = [
        name
        for name, value in (
            ("onset or first_positive", start),
            ("contact_day", contact),
            ("protected", protected),
        )
        if value is None
    ]
    if lacking:
        raise Insufficient(*lacking)
    return Proposal(
        "close",
        f"contact {contact} without protection, window opens {start}",
        f"{contact} 无有效防护接触，窗口始于 {start}",
    )


def window_start(given: Given, pack: Pack) -> date | None:
    """Two days before onset; without symptoms, two days before the first positive sample was taken."""
    first = given.day(*ONSET) or given.day(*SAMPLED)
    return first - timedelta(days=pack.whole("look_back_days")) if first else None


def observation(given: Given, pack: Pack) -> Proposal:
    """The last exposure is day 0; release at the close of the last day of observation."""
    last = given.day(*LAST_EXPOSURE)
    given.need(last_exposure=last)
    assert last is not None
    if given.flag("source_excluded", "source_case_excluded"):
        return Proposal("release_at_once", "the suspected source case was excluded", "来源疑似病例已排除")
    if given.flag("symptoms", "symptomatic"):
        return Proposal(
            "transfer_fever_clinic",
            "symptoms: report at once, fever clinic in a dedicated vehicle",
            "出现症状：立即报告，专车转运至发热门诊",
        )
    days = pack.whole("observation_days")
    end = last + timedelta(days=days)
    return Proposal(
        {"release_at": f"{end}T24:00"},
        f"{days} days after the last exposure on {last}",
        f"末次接触 {last} 起 {days} 天",
    )
