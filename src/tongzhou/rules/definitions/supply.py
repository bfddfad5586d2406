"""Needs met (GAP) and planned (LMIS), goods per patient-day (PAHO), the ten-yuan pack (PACK10)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from tongzhou.rules.definitions.epidemic_free import one_decimal
from tongzhou.rules.evaluate import Outcome, Proposal, rule
from tongzhou.rules.given import Contradiction, Given
from tongzhou.rules.pack import Pack


@rule("GAP")
def need_met(given: Given, pack: Pack) -> Proposal:
    need, gap = given.exact("need"), given.exact("gap")
    given.need(need=need, gap=gap)
    assert need is not None and gap is not None
    if need == 0 or gap > need:
        raise Contradiction(
            f"gap {float(gap):g} of a need of {float(need):g}", f"需求 {float(need):g}，缺口 {float(gap):g}"
        )
    return Proposal({"met_pct": one_decimal(need - gap, need)}, "need less gap, of need", "（需求－缺口）/需求")


@rule("LMIS")
def planned_order(given: Given, pack: Pack) -> Proposal:
    """People × sites × sets a day × days, and the order with its buffer, rounded up to whole pieces."""
    people, sets, days = (
        given.count("people", "hcw"),
        given.exact("sets", "sets_per_day"),
        given.count("days"),
    )
    buffer, sites = given.exact("buffer_pct", "buffer"), given.count("sites")
    given.need(people=people, sets=sets, days=days, buffer_pct=buffer)
    assert people is not None and sets is not None and days is not None and buffer is not None
    quantity = people * sets * days * (1 if sites is None else sites)
    order = ceil(quantity * (1 + buffer / 100))
    return Proposal(
        {"qty": _plain(quantity), "order": order},
        "people × sites × sets × days, then the buffer",
        "人数×地点×每日套数×天数，再加储备",
    )


@rule("PAHO")
def patient_days(given: Given, pack: Pack) -> Proposal:
    patients, days = given.count("patients"), given.count("days")
    given.need(patients=patients, days=days)
    assert patients is not None and days is not None
    needs: dict[str, int | float] = {
        item: patients * days * pack.whole(f"{item}_per_patient_day") for item in ("gown", "medical_mask")
    }
    return Proposal(needs, f"{patients * days} patient-days", f"{patients * days} 个患者日")


@rule("PACK10", synonyms={"pass": ("ok",)})
def low_price_pack(given: Given, pack: Pack) -> Proposal:
    price, weight, kinds = given.exact("price"), given.exact("weight_kg"), given.count("varieties")
    bundled = given.flag("bundled", "bundling")
    limits = {
        "price": None if price is None else price <= pack.exact("price_yuan"),
        "weight_kg": None if weight is None else weight >= pack.exact("weight_kg"),
        "varieties": None if kinds is None else kinds >= pack.whole("min_varieties"),
    }
    failed = [name for name, met in limits.items() if met is False] + (["bundled"] if bundled else [])
    outcome: Outcome = "fail" if failed else "pass"
    if not failed:
        given.need(price=price, weight_kg=weight, varieties=kinds)
    names = ", ".join(failed)
    return Proposal(
        outcome,
        f"not met: {names}" if failed else "price, weight and varieties fit",
        f"不符合：{names}" if failed else "价格、重量、品种符合",
    )


def _plain(value: Fraction | int) -> int | float:
    return int(value) if Fraction(value).denominator == 1 else float(value)
