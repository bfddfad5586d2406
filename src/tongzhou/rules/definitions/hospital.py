"""Fangcang admission and staff, and where each category of person is placed."""

from __future__ import annotations

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Given, Insufficient, every, unreadable
from tongzhou.rules.pack import Pack

TYPES = ("mild", "moderate", "severe", "critical")


@rule("FANGCANG", synonyms={"refuse_route_hospital": ("refuse",)})
def fangcang(given: Given, pack: Pack) -> Proposal:
    kind, age = given.word("type", "severity"), given.exact("age")
    if kind is not None and kind not in TYPES:
        raise unreadable("type", kind, f"one of {', '.join(TYPES)}", f"{'、'.join(TYPES)} 之一")
    comorbidity = given.flag("comorbidity")
    conditions = {
        "confirmed": given.flag("confirmed"),
        "type": None if kind is None else kind in ("mild", "moderate"),
        "age": None if age is None else pack.whole("age_least") <= age <= pack.whole("age_most"),
        "self_care": given.flag("self_care"),
        "comorbidity": None if comorbidity is None else not comorbidity,
        "flu_neg": given.flag("flu_neg"),
    }
    if every(conditions):
        return Proposal("admit", "all conditions of admission are met", "符合收治条件")
    failed = ", ".join(name for name, met in conditions.items() if met is False)
    return Proposal(
        "refuse_route_hospital", f"not met: {failed}; find a place in hospital", f"不符合：{failed}；转送医院"
    )


@rule("FANGCANG-STAFF")
def usable_beds(given: Given, pack: Pack) -> Proposal:
    """Whole beds that the shift's doctors and nurses can serve, never more than physically free."""
    doctors, nurses = given.count("doctors"), given.count("nurses")
    beds = given.count("beds", "physical_free", "free")
    given.need(doctors=doctors, nurses=nurses)
    assert doctors is not None and nurses is not None
    per = pack.whole("beds_per_team")
    by_doctors = doctors * per // pack.whole("doctors_per_team")
    by_nurses = nurses * per // pack.whole("nurses_per_team")
    usable = min(by_doctors, by_nurses) if beds is None else min(by_doctors, by_nurses, beds)
    return Proposal(
        {"usable": usable},
        f"doctors for {by_doctors} beds, nurses for {by_nurses}",
        f"医生可管 {by_doctors} 张，护士可管 {by_nurses} 张",
    )


@rule(
    "PLACE",
    synonyms={
        "hospital": ("designated_hospital", "hospital_single"),
        "designated_hospital": ("hospital",),
        "overflow_hospital_hotel_or_fangcang": ("overflow", "fangcang", "hotel_or_fangcang"),
        "central_observation_separate": ("central_observation", "central_separate"),
        "central_observation": ("central", "central_single"),
    },
)
def place(given: Given, pack: Pack) -> Proposal:
    """The four categories have four separate kinds of place; home is none of them."""
    category, severe = given.word("category"), given.flag("severe")
    if category is None:
        raise Insufficient("category")
    named = category.rpartition(" ")
    if named[2] in ("mild", "severe"):
        if severe not in (None, named[2] == "severe"):
            raise unreadable("severe", severe, f"what {category} says", f"与 {category} 一致")
        category, severe = named[0], named[2] == "severe"
    if category in ("close contact", "contact"):
        return Proposal("central_observation", "close contacts: central observation", "密切接触者：集中观察")
    if category in ("fever", "fever not excluded"):
        return Proposal(
            "central_observation_separate",
            "fever: central observation apart from suspected cases",
            "发热患者：集中观察，与疑似病例分开",
        )
    # Twice negative but clinically still suspected counts as suspected.
    if category not in ("confirmed", "suspected", "suspected double negative but clinical"):
        raise unreadable("category", category, "one of the four categories", "四类人员之一")
    if severe is None:
        raise Insufficient("severe")
    confirmed = category == "confirmed"
    if severe:
        return Proposal("designated_hospital" if confirmed else "hospital", "severe: hospital", "重症：医院收治")
    bed = given.flag("hospital_bed")
    if bed is None:
        raise Insufficient("hospital_bed")
    if bed:
        return Proposal("designated_hospital" if confirmed else "hospital", "a hospital bed is free", "有空余床位")
    if confirmed:
        return Proposal(
            "overflow_hospital_hotel_or_fangcang",
            "mild, no bed: requisitioned hospital, hotel or Fangcang",
            "轻症无床位：征用医院、酒店或方舱",
        )
    return Proposal(
        "central_single",
        "no bed: a single room in a central place; home is forbidden",
        "无床位：集中单间隔离；不得居家",
    )
