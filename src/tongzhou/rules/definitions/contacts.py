"""Close contact of edition 6 (CC-E6): who is one, and until when a contact is observed."""

from __future__ import annotations

from datetime import date, timedelta

from tongzhou.rules.definition import Proposal, first_day, helps, relaxes, restricts, rule
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, day, flag, term
from tongzhou.rules.kinds import NEVER_HAPPENED
from tongzhou.rules.pack import Pack

SAMPLED = (
    *("sampled", "sampling_day", "positive_sample", "positive_sampling", "first_positive_sample", "首次阳性采样日期"),
    *("first_positive_sampling", "first_positive_sampling_date", "first_positive_day", "first_positive_date"),
    *("first_positive_test", "阳性采样日期"),
)
ISOLATED = (
    *("isolation", "isolation_day", "isolation_start", "isolation_date", "isolation_time", "isolation_of_case"),
    *("isolated_on", "isolated_at", "isolated_day", "case_isolated", "case_isolation", "window_end", "隔离日期"),
)

OF_THE_CASE = (
    day("onset", "发病日期", "day of onset of the case", names=("symptom_onset", "发病日"), never=True, event=True),
    day("first_positive", "首次阳性采样日", "day of the first positive sample", names=SAMPLED, event=True),
    flag("case_symptoms", "病例有症状", "the case has symptoms", names=("case_symptomatic",)),
    day("isolated", "病例隔离日", "day the case was isolated", names=ISOLATED, never=True, event=True),
)


def question_day(given: Given) -> date | None:
    """A release is judged on the day of release, a contact on the latest day that the question names."""
    named = [first_day(given, (name,)) for name in ("onset", "first_positive", "contact_day")]
    known = [found for found in named if found is not None]
    last = first_day(given, ("last_exposure",))
    # The 14 days here only choose the edition; the pack's own number sets the release.
    return max(known) if known else last + timedelta(days=14) if last else None


@rule(
    "CC-E6",
    inputs=(
        *OF_THE_CASE,
        day(
            "contact_day",
            "接触日期",
            "day of contact, the first of several",
            names=("contact", "contact_date", "first_contact", "contact_from", "首次接触日期"),
            event=True,
        ),
        day("last_exposure", "末次接触日期", "last day of contact", names=("last_contact", "contact_to"), event=True),
        flag("protected", "有效防护", "effective protection", names=("effective_protection", "防护")),
        term("category", "接触方式", "how they met", names=("接触类别",), terms="contact_categories", open_list=True),
        flag("source_excluded", "来源病例已排除", "the suspected source was excluded", names=("source_case_excluded",)),
        flag(
            "symptoms",
            "接触者有症状",
            "the contact has symptoms",
            names=("symptomatic", "症状"),
            yes=("有症状",),
            no=("无症状",),
        ),
    ),
    answers=(
        restricts("close", "密切接触者", "contact_day"),
        relaxes("not_close", "非密切接触者", "contact_day"),
        relaxes("release_at", "解除观察时间", "last_exposure"),
        relaxes("release_at_once", "立即解除", "source_excluded"),
        helps("transfer_fever_clinic", "转发热门诊"),
    ),
    judged_on=question_day,
    synonyms={"not_close": ("general_contact", "general")},
)
def close_contact(given: Given, pack: Pack) -> Proposal:
    if given.said("last_exposure") and not given.said("contact_day"):
        return observation(given, pack)
    start = window_start(given, pack)
    outside = _outside(given, start)
    if outside:
        return outside
    if given["protected"]:
        return Proposal("not_close", "effective protection was worn", "有有效防护", despite=("category",))
    if given["category"] == "general":
        return Proposal("not_close", "general contact: inform and advise only", "一般接触者：只告知和指导")
    if start is None:
        raise Insufficient(*([] if given["contact_day"] else ["contact_day"]), "onset")
    given.need("contact_day", "protected")
    contact = given["contact_day"]
    return Proposal(
        "close",
        f"contact {contact} without protection, window opens {start}",
        f"{contact} 无有效防护接触，窗口始于 {start}",
    )


def _outside(given: Given, start: date | None) -> Proposal | None:
    """Every day of the contact lies before the window, or after the isolation of the case."""
    first = given["contact_day"]
    last, isolated = given["last_exposure"] or first, given["isolated"]
    if first is None:
        return None
    if last < first:
        raise DataError("the last contact lies before the first", "末次接触早于首次接触")
    idle = ("protected", "category", "symptoms", "source_excluded")
    if start is not None and last < start and not given.unknown("last_exposure"):
        en, zh = f"contact until {last}, window opens {start}", f"接触至 {last}，窗口始于 {start}"
        return Proposal("not_close", en, zh, despite=(*idle, "isolated"))
    if start is not None and first < start and given.unknown("last_exposure"):
        raise Insufficient("last_exposure")
    if isinstance(isolated, date) and first > isolated:
        en, zh = f"contact {first}, case isolated {isolated}", f"接触 {first}，病例已于 {isolated} 隔离"
        return Proposal("not_close", en, zh, despite=(*idle, "last_exposure"))
    return None


def window_start(given: Given, pack: Pack) -> date | None:
    """Two days before onset; without symptoms, two days before the first positive sample was taken.

    A case of whom nobody knows the day of onset is not a case without symptoms.
    """
    onset, sampled, isolated = given["onset"], given["first_positive"], given["isolated"]
    known = onset if isinstance(onset, date) else None
    _plausible(known, sampled, isolated, pack)
    if known is None:
        silent = given["case_symptoms"] is False or onset is NEVER_HAPPENED
        unsaid = not given.said("onset") and "onset" not in given.nulls and not given.said("case_symptoms")
        known = sampled if silent or unsaid else None
    elif given["case_symptoms"] is False:
        raise DataError("a day of onset, and no symptoms", "有发病日期却称无症状")
    return known - timedelta(days=pack.whole("look_back_days")) if known else None


def _plausible(onset: date | None, sampled: date | None, isolated: object, pack: Pack) -> None:
    """A month mistyped must not release a contact."""
    term = timedelta(days=pack.whole("plausible_days"))
    if onset and isinstance(isolated, date) and isolated < onset - term:
        raise DataError(f"isolated {isolated}, long before onset {onset}", f"隔离 {isolated} 远早于发病 {onset}")
    if sampled and isinstance(isolated, date) and onset is None and isolated < sampled - 2 * term:
        raise DataError(f"isolated {isolated}, long before the sample", f"隔离 {isolated} 远早于采样 {sampled}")
    if onset and sampled and not onset - term <= sampled <= onset + 4 * term:
        raise DataError(f"onset {onset} and first positive {sampled}", f"发病 {onset} 与首次阳性 {sampled} 相距过远")


def observation(given: Given, pack: Pack) -> Proposal:
    """The last exposure is day 0; release at the close of the last day of observation. Symptoms go first."""
    if given["symptoms"]:
        return Proposal(
            "transfer_fever_clinic",
            "symptoms: report at once, fever clinic in a dedicated vehicle",
            "出现症状：立即报告，专车转运至发热门诊",
        )
    if given["source_excluded"]:
        return Proposal("release_at_once", "the suspected source case was excluded", "来源疑似病例已排除")
    given.need("last_exposure")
    last, days = given["last_exposure"], pack.whole("observation_days")
    end = last + timedelta(days=days)
    en, zh = f"{days} days after the last exposure on {last}", f"末次接触 {last} 起 {days} 天"
    return Proposal({"release_at": f"{end}T24:00"}, en, zh, answer="release_at")
