"""Clinical type of an adult (SEV) and severe signs of a child (SEV-CHILD)."""

from __future__ import annotations

from fractions import Fraction

from tongzhou.rules.definition import UNVERIFIED, Proposal, helps, relaxes, rule
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, Unruled, flag, number
from tongzhou.rules.pack import Pack

CRITICAL = ("mechanical_ventilation", "shock", "organ_failure")
CHILD_SIGNS = ("assisted_breathing", "nasal_flaring", "retractions", "drowsiness", "convulsions")
BREATHING = (
    number(
        "rr",
        "呼吸频率",
        "breaths a minute",
        names=("resp_rate", "respiratory_rate", "呼吸"),
        unit="/min",
        least=4,
        most=120,
    ),
    number(
        "spo2",
        "指氧饱和度",
        "oxygen saturation at rest, %",
        names=("spo2_rest_room_air", "sao2", "oxygen_saturation", "血氧", "血氧饱和度", "氧饱和度"),
        unit="%",
        least=20,
        most=100,
    ),
)


@rule(
    "SEV",
    inputs=(
        flag("pneumonia", "影像学肺炎", "pneumonia on imaging", names=("肺炎", "imaging_pneumonia")),
        *BREATHING,
        number(
            "pf", "氧合指数", "PaO2/FiO2 in mmHg", names=("pao2_fio2", "p_f_ratio"), unit="mmHg", least=60, most=700
        ),
        number("altitude_m", "海拔", "altitude in metres", names=("altitude",), unit="m", least=-200, most=9000),
        number(
            "pressure_mmhg", "大气压", "air pressure in mmHg", names=("pressure",), unit="mmHg", least=250, most=800
        ),
        number(
            "lesion_progress_pct",
            "病灶进展",
            "growth of lesions within 24–48 h, %",
            names=("lesion_progress_24_48h_pct", "lesion_progress"),
            unit="%",
            least=0,
            most=1000,
        ),
        flag("mechanical_ventilation", "机械通气", "on mechanical ventilation", names=("ventilation", "ventilated")),
        flag("respiratory_failure", "呼吸衰竭", "respiratory failure needing ventilation", names=("呼衰",)),
        flag("shock", "休克", "shock"),
        flag(
            "organ_failure",
            "器官衰竭",
            "other organ failure needing intensive care",
            names=("organ_failure_icu", "other_organ_failure", "其他器官衰竭"),
        ),
        number("age", "年龄", "age in years", names=("age_years",), least=0, most=130),
    ),
    answers=(
        helps("critical", "危重型"),
        helps("severe", "重型"),
        relaxes("moderate", "普通型", "pneumonia", "rr", "spo2"),
        relaxes("mild", "轻型", "pneumonia", "rr", "spo2"),
    ),
)
def adult(given: Given, pack: Pack) -> Proposal:
    """Any one severe limit decides; to call somebody less than severe, breathing and oxygen must be known.

    Blood gas, imaging progress and critical events count when given: they are not taken of everybody.
    """
    if given.any_true(CRITICAL):
        return Proposal(
            "critical",
            "ventilation, shock or organ failure needing intensive care",
            "需机械通气、休克或其他器官衰竭需监护",
        )
    failing = given.any_true(("respiratory_failure",))
    if failing and given["mechanical_ventilation"] is None:
        return Proposal("critical", "respiratory failure needing ventilation", "呼吸衰竭需机械通气")
    if severe := breathing_or_oxygen(given, pack):
        return severe
    if failing:
        raise DataError("respiratory failure, and no ventilation: a clinician looks", "呼吸衰竭却未通气：请医师核对")
    oxygenation, lesion = _oxygenation(given, pack), given["lesion_progress_pct"]
    if isinstance(oxygenation, Fraction) and oxygenation <= pack.whole("pf_at_most"):
        en = f"PaO2/FiO2 {float(oxygenation):.0f}, limit {pack.number('pf_at_most')}"
        return Proposal("severe", en, f"氧合指数 {float(oxygenation):.0f}，标准 {pack.number('pf_at_most')}")
    grew = lesion is not None and lesion > pack.whole("lesion_progress_over_pct")
    if grew and pack.parameters["lesion_limb_read"]:
        return Proposal("severe", "lesions grew by more than the limit within 24–48 h", "24–48 小时病灶明显进展")
    if grew or oxygenation == UNVERIFIED:
        en = "the answer hangs on a limb of this edition that was not read in a text"
        return Proposal(UNVERIFIED, en, "结论取决于本版中未经核对的条款")
    if given["age"] is not None and given["age"] < pack.whole("adult_from_years"):
        raise Unruled("a child: ask SEV-CHILD", "儿童：请按儿童标准判定")
    given.need("pneumonia", "rr", "spo2")
    if given["pneumonia"]:
        return Proposal("moderate", "pneumonia on imaging, no severe sign", "影像学见肺炎，无重型表现")
    return Proposal("mild", "no pneumonia on imaging, no severe sign", "影像学无肺炎，无重型表现")


def breathing_or_oxygen(given: Given, pack: Pack) -> Proposal | None:
    """Either limit alone is severe; a figure that cannot be read hides not the other."""
    wrong: DataError | None = None
    for name, limit, en, zh in (
        ("rr", "rr_at_least", "breathing rate at least", "呼吸频率达到重型标准"),
        ("spo2", "spo2_at_most", "oxygen saturation at most", "指氧饱和度达到重型标准"),
    ):
        try:
            value = given[name]
        except DataError as error:
            wrong = error
            continue
        if value is not None and limit in pack.parameters:
            bound = pack.whole(limit)
            if value >= bound if name == "rr" else value <= bound:
                return Proposal("severe", f"{en} {bound}", zh)
    if wrong:
        raise wrong
    return None


def _oxygenation(given: Given, pack: Pack) -> Fraction | str | None:
    """PaO2/FiO2 in mmHg, corrected above the pack's altitude; the exponent's sign differs by edition."""
    ratio, altitude = given["pf"], given["altitude_m"]
    if ratio is None or altitude is None or altitude <= pack.whole("altitude_over_m"):
        return ratio  # type: ignore[no-any-return]
    exponent = pack.parameters["altitude_exponent"]
    if exponent is None:
        return UNVERIFIED
    given.need("pressure_mmhg")
    return ratio * Fraction(given["pressure_mmhg"] / pack.whole("sea_level_mmhg")) ** int(exponent)  # type: ignore[no-any-return]


@rule(
    "SEV-CHILD",
    inputs=(
        number("age_months", "月龄", "age in months", least=0, most=216),
        number("age_years", "年龄", "age in years", names=("age",), least=0, most=18),
        *BREATHING,
        number(
            "high_fever_days", "持续高热天数", "days of high fever", names=("fever_days", "高热天数"), least=0, most=60
        ),
        flag("assisted_breathing", "辅助呼吸", "assisted breathing"),
        flag("nasal_flaring", "鼻翼扇动", "nasal flaring"),
        flag("retractions", "三凹征", "retractions", names=("three_concave_sign",)),
        flag("drowsiness", "嗜睡", "drowsiness", names=("drowsy", "lethargy", "精神差")),
        flag("convulsions", "惊厥", "convulsions", names=("convulsion", "seizure", "抽搐")),
        flag("feeding_difficulty", "拒食或喂养困难", "refuses food", names=("refuses_food", "拒食", "喂养困难")),
        flag("dehydration", "脱水", "dehydration", names=("dehydrated", "脱水征")),
    ),
    answers=(helps("severe", "重型"), relaxes("not_severe", "无重型表现", "rr")),
    synonyms={"not_severe": ("no",)},
)
def child(given: Given, pack: Pack) -> Proposal:
    """Bedside signs, any one is enough. "not_severe" speaks only of the signs that were given."""
    if given.any_true(CHILD_SIGNS):
        return Proposal("severe", "laboured breathing, drowsiness or convulsions", "辅助呼吸、嗜睡或惊厥")
    if given["feeding_difficulty"] and given["dehydration"]:
        return Proposal("severe", "feeding difficulty with dehydration", "拒食或喂养困难伴脱水")
    if severe := breathing_or_oxygen(given, pack):
        return severe
    fever = given["high_fever_days"]
    if fever is not None and fever > pack.whole("high_fever_over_days"):
        return Proposal("severe", "high fever for more than three days", "持续高热超过 3 天")
    if given["feeding_difficulty"] or given["dehydration"]:
        given.need("feeding_difficulty", "dehydration")
    months, rr = _months(given), given["rr"]
    if rr is None or months is None:
        raise Insufficient(*(name for name, value in (("age_months", months), ("rr", rr)) if value is None))
    limit = breathing_limit(months, pack)
    if rr >= limit:
        return Proposal("severe", f"breathing rate at least {limit} at this age", f"该年龄呼吸频率达到 {limit} 次/分")
    seen = given["spo2"] is not None
    return Proposal(
        "not_severe",
        f"no severe sign among those given; breathing below {limit}{'' if seen else '; oxygen saturation not given'}",
        f"所给体征中无重型表现；呼吸低于 {limit} 次/分{'' if seen else '；未给血氧'}",
    )


def breathing_limit(months: Fraction, pack: Pack) -> int:
    """Breaths a minute. The bands meet at 12 months: there the lower, more protective limit counts."""
    if months < 2:
        return pack.whole("rr_under_2_months")
    if months < 12:
        return pack.whole("rr_2_to_12_months")
    return pack.whole("rr_1_to_5_years") if months <= 60 else pack.whole("rr_over_5_years")


def _months(given: Given) -> Fraction | None:
    months, years = given["age_months"], given["age_years"]
    if months is not None and years is not None and not 0 <= months - 12 * years < 12:
        raise DataError("age in months and in years differ", "月龄与年龄不一致")
    return months if months is not None else None if years is None else years * 12
