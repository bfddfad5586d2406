"""Needs met (GAP) and planned (LMIS), goods per patient-day (PAHO), the ten-yuan pack (PACK10)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from tongzhou.rules.definition import Proposal, relaxes, rule, tells
from tongzhou.rules.definitions.epidemic_free import one_decimal
from tongzhou.rules.given import Given, failed
from tongzhou.rules.inputs import DataError, count, flag, number
from tongzhou.rules.pack import Pack

MANY = 1_000_000_000


@rule(
    "GAP",
    inputs=(
        number("need", "需求", "what is needed", names=("demand", "需求量"), least=0, most=MANY),
        number("gap", "缺口", "what is lacking", names=("shortfall", "缺口量"), least=0, most=MANY),
    ),
    answers=(relaxes("met_pct", "满足率", "need", "gap"),),
    timeless=True,
)
def need_met(given: Given, pack: Pack) -> Proposal:
    given.need("need", "gap")
    need, gap = given["need"], given["gap"]
    if need == 0 or gap > need:
        en, zh = f"gap {float(gap):g} of a need of {float(need):g}", f"需求 {float(need):g}，缺口 {float(gap):g}"
        raise DataError(en, zh)
    outcome = {"met_pct": one_decimal(need - gap, need)}
    return Proposal(outcome, "need less gap, of need", "（需求－缺口）/需求", answer="met_pct")


@rule(
    "LMIS",
    inputs=(
        count("people", "人数", "people", names=("hcw", "staff"), least=0, most=MANY),
        number("sets", "每日套数", "sets a day each", names=("sets_per_day",), least=0, most=100),
        count("days", "天数", "days", least=0, most=3660),
        number("buffer_pct", "储备百分比", "buffer in percent", names=("buffer",), unit="%", least=0, most=500),
        count("sites", "地点数", "sites", least=1, most=100_000),
    ),
    answers=(relaxes("order", "订货量", "people", "sets", "days", "buffer_pct"),),
    timeless=True,
)
def planned_order(given: Given, pack: Pack) -> Proposal:
    """People × sites × sets a day × days, and the order with its buffer, rounded up to whole pieces."""
    given.need("people", "sets", "days", "buffer_pct")
    buffer, sites = given["buffer_pct"], given["sites"]
    if 0 < buffer < 1:
        raise given.declared.by_name["buffer_pct"].refuse(
            float(buffer), "percent: 40, not 0.4", "百分数：应填 40 而非 0.4"
        )
    quantity = given["people"] * given["sets"] * given["days"] * (1 if sites is None else sites)
    order = ceil(quantity * (1 + buffer / 100))
    return Proposal(
        {"qty": _plain(quantity), "order": order},
        "people × sites × sets × days, then the buffer",
        "人数×地点×每日套数×天数，再加储备",
        answer="order",
    )


@rule(
    "PAHO",
    inputs=(
        count("patients", "患者数", "patients", least=0, most=10_000_000),
        count("days", "天数", "days", least=0, most=3660),
    ),
    answers=(relaxes("needs", "需要量", "patients", "days"),),
)
def patient_days(given: Given, pack: Pack) -> Proposal:
    given.need("patients", "days")
    total = given["patients"] * given["days"]
    needs: dict[str, int] = {item: total * pack.whole(f"{item}_per_patient_day") for item in ("gown", "medical_mask")}
    return Proposal(needs, f"{total} patient-days", f"{total} 个患者日", answer="needs")


@rule(
    "PACK10",
    inputs=(
        number("price", "价格", "price of the pack", unit="元", least=0, most=10_000),
        number("weight_kg", "重量", "weight in kg", names=("重量千克", "weight"), unit="kg", least=0, most=500),
        number("weight_jin", "重量（斤）", "weight in jin, two to a kg", names=("斤",), unit="斤", least=0, most=1000),
        count("varieties", "品种数", "kinds of vegetable", names=("kinds", "品种"), least=0, most=100),
        flag("bundled", "捆绑销售", "sold only with other goods", names=("bundling", "tie_in", "搭售", "捆绑")),
    ),
    answers=(relaxes("pass", "符合", "price", "varieties"), tells("fail", "不符合")),
    synonyms={"pass": ("ok",)},
)
def low_price_pack(given: Given, pack: Pack) -> Proposal:
    price, kinds, bundled, weight = given["price"], given["varieties"], given["bundled"], _weight(given)
    limits = {
        "price": None if price is None else price <= pack.exact("price_yuan"),
        "weight_kg": None if weight is None else weight >= pack.exact("weight_kg"),
        "varieties": None if kinds is None else kinds >= pack.whole("min_varieties"),
        "bundled": None if bundled is None else not bundled,
    }
    if False in limits.values():
        return Proposal("fail", *failed(given, limits))
    given.need("price", "varieties", *([] if weight is not None else ["weight_kg"]))
    return Proposal("pass", "price, weight and varieties fit", "价格、重量、品种符合")


def _weight(given: Given) -> Fraction | None:
    kg, jin = given["weight_kg"], given["weight_jin"]
    if kg is not None and jin is not None and jin != 2 * kg:
        raise DataError("weight in kg and in jin differ", "千克数与斤数不一致")
    return kg if kg is not None else None if jin is None else jin / 2


def _plain(value: Fraction | int) -> int | float:
    return int(value) if Fraction(value).denominator == 1 else float(value)
