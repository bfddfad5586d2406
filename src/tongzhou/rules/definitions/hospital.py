"""Fangcang admission and staff, and where each category of person is placed."""

from __future__ import annotations

from tongzhou.rules.definition import Proposal, helps, relaxes, restricts, rule
from tongzhou.rules.definitions.severity import BREATHING
from tongzhou.rules.given import Given, Insufficient, every, failed
from tongzhou.rules.inputs import DataError, count, flag, number, term
from tongzhou.rules.pack import Pack

ADMISSION = ("confirmed", "type", "age", "self_care", "comorbidity", "flu_neg")


@rule(
    "FANGCANG",
    inputs=(
        flag("confirmed", "已确诊", "a confirmed case", names=("确诊",)),
        term("type", "临床分型", "clinical type", terms="severities", names=("severity", "分型")),
        number("age", "年龄", "age in years", names=("age_years",), least=0, most=130),
        flag("self_care", "能自理", "able to care for oneself", names=("生活自理", "自理")),
        flag(
            "comorbidity",
            "基础疾病",
            "respiratory, cardio-cerebrovascular or mental disease",
            names=("chronic", "comorbidities", "合并症"),
        ),
        flag(
            "flu_neg",
            "流感阴性",
            "influenza test negative",
            names=("influenza_negative",),
            yes=("阴性", "negative"),
            no=("阳性", "positive"),
        ),
        *BREATHING,
    ),
    answers=(
        relaxes("admit", "可收入方舱", *ADMISSION),
        helps("refuse_route_hospital", "不收，转送医院"),
    ),
    synonyms={"refuse_route_hospital": ("refuse",)},
)
def fangcang(given: Given, pack: Pack) -> Proposal:
    """All of the conditions; a breath or oxygen figure of today that is known and bad refuses as well."""
    age, sick, rr, spo2 = given["age"], given["comorbidity"], given["rr"], given["spo2"]
    conditions = {
        "confirmed": given["confirmed"],
        "type": None if given["type"] is None else given["type"] in ("mild", "moderate"),
        "age": None if age is None else pack.whole("age_least") <= age <= pack.whole("age_most"),
        "self_care": given["self_care"],
        "comorbidity": None if sick is None else not sick,
        "flu_neg": given["flu_neg"],
    }
    if spo2 is not None:
        conditions["spo2"] = spo2 > pack.whole("spo2_at_most")
    if rr is not None:
        conditions["rr"] = rr < pack.whole("rr_at_least")
    if every(conditions):
        return Proposal("admit", "all conditions of admission are met", "符合收治条件")
    en, zh = failed(given, conditions)
    return Proposal("refuse_route_hospital", f"{en}; find a place in hospital", f"{zh}；转送医院")


@rule(
    "FANGCANG-STAFF",
    inputs=(
        count("doctors", "当班医生", "doctors on shift", least=0, most=5000),
        count("nurses", "当班护士", "nurses on shift", least=0, most=20_000),
        count("beds", "可用床位", "beds physically free", names=("physical_free", "free"), least=0, most=20_000),
    ),
    answers=(relaxes("usable", "可用床位数", "doctors", "nurses"),),
)
def usable_beds(given: Given, pack: Pack) -> Proposal:
    """Whole beds that the shift's doctors and nurses can serve, never more than physically free."""
    given.need("doctors", "nurses")
    per, beds = pack.whole("beds_per_team"), given["beds"]
    by_doctors = given["doctors"] * per // pack.whole("doctors_per_team")
    by_nurses = given["nurses"] * per // pack.whole("nurses_per_team")
    usable = min(by_doctors, by_nurses) if beds is None else min(by_doctors, by_nurses, beds)
    return Proposal(
        {"usable": usable},
        f"doctors for {by_doctors} beds, nurses for {by_nurses}",
        f"医生可管 {by_doctors} 张，护士可管 {by_nurses} 张",
        answer="usable",
    )


@rule(
    "PLACE",
    inputs=(
        term("category", "人员类别", "category of the person", terms="categories"),
        flag("severe", "重症", "severely ill", names=("critical", "重型"), yes=("重症", "severe"), no=("轻症", "mild")),
        flag("hospital_bed", "医院有床", "a hospital bed is free", names=("bed", "bed_free", "医院床位")),
    ),
    answers=(
        helps("designated_hospital", "定点医院"),
        helps("hospital", "医院"),
        restricts("overflow_hospital_hotel_or_fangcang", "征用医院、酒店或方舱", "category", "hospital_bed"),
        restricts("central_single", "集中单间隔离", "category", "hospital_bed"),
        restricts("central_observation_separate", "集中观察（单独）", "category"),
        restricts("central_observation", "集中观察", "category"),
    ),
    synonyms={
        "hospital": ("designated_hospital", "hospital_single"),
        "designated_hospital": ("hospital",),
        "overflow_hospital_hotel_or_fangcang": ("overflow", "fangcang", "hotel_or_fangcang"),
        "central_observation_separate": ("central_observation", "central_separate"),
        "central_observation": ("central", "central_single"),
    },
)
def place(given: Given, pack: Pack) -> Proposal:
    """Four categories, four separate kinds of place; home is none of them. Whoever is severe goes to hospital."""
    category, severe = _category(given)
    confirmed = category == "confirmed"
    if severe:
        return Proposal("designated_hospital" if confirmed else "hospital", "severe: hospital", "重症：医院收治")
    if given.unknown("severe"):
        raise Insufficient("severe")
    if category == "close_contact":
        return Proposal("central_observation", "close contacts: central observation", "密切接触者：集中观察")
    if category == "fever":
        en, zh = "fever: central observation apart from suspected cases", "发热患者：集中观察，与疑似病例分开"
        return Proposal("central_observation_separate", en, zh)
    if severe is None:
        raise Insufficient("severe")
    given.need("hospital_bed")
    if given["hospital_bed"]:
        return Proposal("designated_hospital" if confirmed else "hospital", "a hospital bed is free", "有空余床位")
    if confirmed:
        en, zh = "mild, no bed: requisitioned hospital, hotel or Fangcang", "轻症无床位：征用医院、酒店或方舱"
        return Proposal("overflow_hospital_hotel_or_fangcang", en, zh)
    en, zh = "no bed: a single room in a central place; home is forbidden", "无床位：集中单间隔离；不得居家"
    return Proposal("central_single", en, zh)


def _category(given: Given) -> tuple[str, bool | None]:
    """Which of the four, and whether severe: whoever is severely ill goes to hospital before anybody knows the rest."""
    severe = given["severe"]
    try:
        given.need("category")
        said = given.declared.by_name["category"].vocabulary.terms[given["category"]]
    except (DataError, Insufficient):
        if severe:
            return "", True
        raise
    if not said.within:
        return said.code, severe
    stated = said.code.endswith("_severe")
    if severe not in (None, stated):
        raise DataError(f"{said.en}, and severe is {severe}", f"{said.zh}与“重症”一项矛盾")
    return said.within, stated
