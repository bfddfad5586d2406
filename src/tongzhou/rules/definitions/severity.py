"""Clinical type of an adult (SEV) and severe signs of a child (SEV-CHILD)."""

from __future__ import annotations

from fractions import Fraction

from tongzhou.rules.evaluate import UNVERIFIED, Proposal, rule
from tongzhou.rules.given import Given, Insufficient, unreadable
from tongzhou.rules.pack import Pack

CRITICAL = (
    ("mechanical_ventilation", "ventilation", "ventilated", "respiratory_failure"),
    ("shock",),
    ("organ_failure", "organ_failure_icu", "other_organ_failure"),
)
CHILD_SIGNS = (
    ("assisted_breathing", "nasal_flaring", "three_concave_sign", "retractions"),
    ("drowsiness", "drowsy", "lethargy", "convulsions", "convulsion"),
)
SPO2 = ("spo2", "spo2_rest_room_air")
RR = ("rr", "resp_rate")


@rule("SEV")
def adult(given: Given, pack: Pack) -> Proposal:
    """Any one severe limit decides; to call somebody less than severe, breathing and oxygen must be known.

    Blood gas, imaging progress and critical events count when given: they are not taken of everybody.
    """
    if any(given.flag(*names) for names in CRITICAL):
        return Proposal(
            "critical",
            "ventilation, shock or organ failure needing intensive care",
            "需机械通气、休克或其他器官衰竭需监护",
        )
    rr, spo2 = given.exact(*RR), _percent(given)
    if rr is not None and rr >= pack.whole("rr_at_least"):
        return Proposal("severe", f"breathing rate at least {pack.number('rr_at_least')}", "呼吸频率达到重型标准")
    if spo2 is not None and spo2 <= pack.whole("spo2_at_most"):
        return Proposal("severe", f"oxygen saturation at most {pack.number('spo2_at_most')}", "指氧饱和度达到重型标准")
    unverified = False
    oxygenation = _oxygenation(given, pack)
    if oxygenation == "unverified":
        unverified = True
    elif isinstance(oxygenation, Fraction) and oxygenation <= pack.whole("pf_at_most"):
        return Proposal(
            "severe",
            f"PaO2/FiO2 {float(oxygenation):.0f}, limit {pack.number('pf_at_most')}",
            f"氧合指数 {float(oxygenation):.0f}，标准 {pack.number('pf_at_most')}",
        )
    lesion = given.exact("lesion_progress_pct", "lesion_progress_24_48h_pct", "lesion_progress")
    if lesion is not None and lesion > pack.whole("lesion_progress_over_pct"):
        if pack.parameters["lesion_limb_read"]:
            return Proposal("severe", "lesions grew by more than the limit within 24–48 h", "24–48 小时病灶明显进展")
        unverified = True
    if unverified:
        return Proposal(
            UNVERIFIED,
            "the answer hangs on a limb of this edition that was not read in a text",
            "结论取决于本版中未经核对的条款",
        )
    return _milder(given, rr, spo2)


def _milder(given: Given, rr: Fraction | None, spo2: Fraction | None) -> Proposal:
    pneumonia = given.flag("pneumonia")
    lacking = [name for name, value in (("pneumonia", pneumonia), ("rr", rr), ("spo2", spo2)) if value is None]
    if lacking:
        raise Insufficient(*lacking)
    if pneumonia:
        return Proposal("moderate", "pneumonia on imaging, no severe sign", "影像学见肺炎，无重型表现")
    return Proposal("mild", "no pneumonia on imaging, no severe sign", "影像学无肺炎，无重型表现")


def _oxygenation(given: Given, pack: Pack) -> Fraction | str | None:
    """PaO2/FiO2 in mmHg, corrected above the pack's altitude; the exponent's sign differs by edition."""
    ratio = given.exact("pf", "pao2_fio2")
    altitude, pressure = given.exact("altitude_m", "altitude"), given.exact("pressure_mmhg", "pressure")
    if ratio is None or altitude is None or altitude <= pack.whole("altitude_over_m"):
        return ratio
    exponent = pack.parameters["altitude_exponent"]
    if exponent is None:
        return "unverified"
    if not pressure:
        raise Insufficient("pressure_mmhg")
    return ratio * Fraction(pressure / pack.whole("sea_level_mmhg")) ** int(exponent)


def _percent(given: Given) -> Fraction | None:
    value = given.exact(*SPO2)
    if value is not None and value > 100:
        raise unreadable("spo2", float(value), "a percentage", "百分数")
    return value


@rule("SEV-CHILD", synonyms={"not_severe": ("no",)})
def child(given: Given, pack: Pack) -> Proposal:
    """Bedside signs, any one is enough. "not_severe" speaks only of the signs that were given."""
    if any(given.flag(name) for names in CHILD_SIGNS for name in names):
        return Proposal("severe", "laboured breathing, drowsiness or convulsions", "辅助呼吸、嗜睡或惊厥")
    if given.flag("feeding_difficulty", "refuses_food") and given.flag("dehydration", "dehydrated"):
        return Proposal("severe", "feeding difficulty with dehydration", "拒食或喂养困难伴脱水")
    spo2, fever, rr = _percent(given), given.exact("high_fever_days", "fever_days"), given.exact(*RR)
    if spo2 is not None and spo2 <= pack.whole("spo2_at_most"):
        return Proposal("severe", f"oxygen saturation at most {pack.number('spo2_at_most')}", "指氧饱和度达到重型标准")
    if fever is not None and fever > pack.whole("high_fever_over_days"):
        return Proposal("severe", "high fever for more than three days", "持续高热超过 3 天")
    months = _months(given)
    if rr is None or months is None:
        raise Insufficient(*(name for name, value in (("age_months", months), ("rr", rr)) if value is None))
    limit = breathing_limit(months, pack)
    if rr >= limit:
        return Proposal("severe", f"breathing rate at least {limit} at this age", f"该年龄呼吸频率达到 {limit} 次/分")
    seen = "" if spo2 is not None else "; oxygen saturation not given"
    return Proposal(
        "not_severe",
        f"no severe sign among those given; breathing below {limit}{seen}",
        f"所给体征中无重型表现；呼吸低于 {limit} 次/分{'' if spo2 is not None else '；未给血氧'}",
    )


def breathing_limit(months: Fraction, pack: Pack) -> int:
    """Breaths a minute. The bands meet at 12 months: there the lower, more protective limit counts."""
    if months < 2:
        return pack.whole("rr_under_2_months")
    if months < 12:
        return pack.whole("rr_2_to_12_months")
    return pack.whole("rr_1_to_5_years") if months <= 60 else pack.whole("rr_over_5_years")


def _months(given: Given) -> Fraction | None:
    months = given.exact("age_months")
    years = given.exact("age_years", "age")
    return months if months is not None else None if years is None else years * 12
