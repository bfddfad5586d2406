"""Price gouging test of Hubei (PRICE-01), what may be tied to a pack (TIE-IN), pork supply levels of Jinan
(PORK-JINAN)."""

from __future__ import annotations

from fractions import Fraction

from tongzhou.rules.definition import Proposal, helps, relaxes, rule, tells
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import Unruled, flag, number, other
from tongzhou.rules.kinds import NEVER_HAPPENED
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import is_unknown

MONEY = {"unit": "元", "least": 0, "most": 10_000_000}


@rule(
    "PRICE-01",
    inputs=(
        number("price", "现价", "price now", names=("price_now", "售价", "价格"), **MONEY),
        number(
            "before",
            "原价",
            "price charged before, or never where there is none",
            names=("price_before", "此前价格"),
            null_is_never=True,
            **MONEY,
        ),
        number("cost_now", "现进价", "cost now", names=("cost", "进价"), **MONEY),
        number("cost_before", "原进价", "cost before", **MONEY),
        flag(
            "tie_in",
            "搭售",
            "sold only together with something else",
            names=("tie_in_sale", "bundled", "捆绑销售", "强制搭售"),
        ),
        number("delivery_fee", "现配送费", "delivery fee now", names=("配送费",), **MONEY),
        number("delivery_fee_before", "原配送费", "delivery fee before", **MONEY),
        flag(
            "refuses_to_sell",
            "惜售",
            "goods are held back",
            names=("hoarding", "囤积", "囤积惜售", "refusing_to_release"),
        ),
    ),
    answers=(
        tells("gouging_suspected", "涉嫌哄抬价格"),
        relaxes("no_finding", "未发现", "price"),
    ),
    synonyms={"no_finding": ("ok", "none", "not_suspected", "no_gouging", "not_gouging")},
)
def gouging(given: Given, pack: Pack) -> Proposal:
    """A suspicion, never a penalty: an inspector looks. The edition says which reading its notice has: of Hubei's any
    limb suspects, and limbs 1 and 2 contradict each other, so that both are shown; Hunan asks whether the cost
    changed; Yichang holds the margin as a share of the cost."""
    if besides := _besides(given):
        return besides
    given.need("price")
    price, before = given["price"], given["before"]
    if before is NEVER_HAPPENED:
        return _without_reference(price, given["cost_now"], pack)
    given.need("before")
    if not pack.parameters["any_rise"]:
        return _by_cost(given, share=bool(pack.parameters["as_share"]))
    margin_grew = _margin_grew(given)
    if price > before:
        second = {
            None: (
                "limb 2, cost passed through: not judged, the costs are not known",
                "第二项（成本转嫁）：成本不详，未判",
            ),
            True: ("limb 2 too: the margin over cost grew", "第二项亦成立：进销差价扩大"),
            False: (
                "limb 2 reads otherwise: the cost was passed through; needs a ruling",
                "第二项读法相反：成本转嫁，需裁定",
            ),
        }[margin_grew]
        return Proposal(
            "gouging_suspected", f"limb 1: above the earlier price; {second[0]}", f"第一项：高于此前价格；{second[1]}"
        )
    if margin_grew:
        return Proposal("gouging_suspected", "limb 2: the margin over cost grew", "第二项：进销差价扩大")
    if (given["cost_now"] is None) != (given["cost_before"] is None):
        given.need("cost_before", "cost_now")
    return Proposal("no_finding", "not above the earlier price, margin not larger", "未高于此前价格，差价未扩大")


def _besides(given: Given) -> Proposal | None:
    """Forced tie-in, goods held back, a raised delivery fee: findings of their own."""
    if given["tie_in"]:
        return Proposal("gouging_suspected", "sold only together with something else", "强制搭售")
    if given["refuses_to_sell"]:
        return Proposal("gouging_suspected", "goods are held back", "囤积惜售")
    fee, fee_before = given["delivery_fee"], given["delivery_fee_before"]
    if (fee is None) != (fee_before is None):
        given.need("delivery_fee", "delivery_fee_before")
    if fee is not None and fee_before is not None and fee > fee_before:
        en = f"delivery fee raised from {float(fee_before):g} to {float(fee):g}"
        return Proposal("gouging_suspected", en, f"配送费由 {float(fee_before):g} 元升至 {float(fee):g} 元")
    return None


def limbs(
    price: Fraction, before: Fraction, cost_now: Fraction | None, cost_before: Fraction | None
) -> tuple[bool, bool | None]:
    """Both readings of Hubei's notice: is the price above the earlier one, and did the margin over cost grow (None
    where a cost is not known, or did not change and the first reading is all there is)?"""
    if cost_now is None or cost_before is None or cost_now == cost_before:
        return price > before, None
    return price > before, price - cost_now > before - cost_before


def _margin_grew(given: Given) -> bool | None:
    return limbs(given["price"], given["before"], given["cost_now"], given["cost_before"])[1]


def _by_cost(given: Given, *, share: bool) -> Proposal:
    """The margin over the cost against what it was, in yuan or as a share of the cost."""
    given.need("cost_now", "cost_before")
    price, before, now, then = (given[name] for name in ("price", "before", "cost_now", "cost_before"))
    if share and now and then:
        grew, en, zh = price / now > before / then, "as a share of the cost", "率"
    else:
        grew, en, zh = price - now > before - then, "in yuan", "额"
    if grew:
        return Proposal("gouging_suspected", f"the margin over cost grew, {en}", f"进销差价{zh}扩大")
    return Proposal("no_finding", f"the margin over cost did not grow, {en}", f"进销差价{zh}未扩大")


def _without_reference(price: Fraction, cost: Fraction | None, pack: Pack) -> Proposal:
    if pack.parameters["margin_over_pct"] is None:
        en = "there was no price before, and what this notice says of that was not read: somebody rules"
        raise Unruled(en, "无此前价格，本通告对此的规定未读到，需裁定")
    if not cost:
        raise Insufficient("cost_now")
    over, limit = 100 * (price - cost) / cost, pack.number("margin_over_pct")
    en, zh = f"{float(over):.1f} % over cost, limit {limit} %", f"高于成本 {float(over):.1f}%，上限 {limit}%"
    if over > pack.exact("margin_over_pct"):
        return Proposal("gouging_suspected", f"limb 3: {en}", f"第三项：{zh}")
    return Proposal("no_finding", en, zh)


@rule(
    "TIE-IN",
    inputs=(
        flag("tied", "须一并购买", "sold only with something else", names=("tie_in", "bundled", "搭售", "捆绑销售")),
        flag("needed", "必需品", "what has to be bought with it is a necessity", names=("necessity", "生活必需品")),
    ),
    answers=(
        tells("forbidden", "禁止"),
        tells("shown", "须标明"),
        relaxes("none", "没有搭售", "tied"),
    ),
)
def tie_in(given: Given, pack: Pack) -> Proposal:
    """What nobody needs is not tied to what everybody needs; a necessity that is tied to another is named."""
    given.need("tied")
    if not given["tied"]:
        return Proposal("none", "it can be bought alone", "可以单独买", despite=("needed",))
    given.need("needed")
    if given["needed"]:
        return Proposal("shown", "a necessity is tied to it: it is named", "须一并买另一样必需品：写明")
    return Proposal("forbidden", "something that is no necessity is tied to it", "搭售了不是必需品的东西")


@rule(
    "PORK-JINAN",
    inputs=(other("tonnes_by_day", "每日吨数", "tonnes a day, the newest last", names=("tonnes", "日供应量")),),
    answers=(
        helps("I_red", "I 级（红色）"),
        helps("II_orange", "II 级（橙色）"),
        helps("III_yellow", "III 级（黄色）"),
        helps("IV_blue", "IV 级（蓝色）"),
        relaxes("no_alert", "无预警", "tonnes_by_day"),
    ),
    synonyms={"no_alert": ("normal", "none")},
)
def pork_supply(given: Given, pack: Pack) -> Proposal:
    """The gravest level whose run of days ends on the last day; tonnes a day."""
    given.need("tonnes_by_day")
    tonnes = _tonnes(given, pack)
    levels = (
        ("I_red", pack.number("red_below"), 1),
        ("II_orange", pack.number("orange_at_most"), pack.whole("orange_days")),
        ("III_yellow", pack.number("yellow_at_most"), pack.whole("yellow_days")),
        ("IV_blue", pack.number("blue_at_most"), pack.whole("blue_days")),
    )
    for name, limit, days in levels:
        run = tonnes[-days:]
        reached = [None if value is None else value < limit if name == "I_red" else value <= limit for value in run]
        if len(run) < days or False in reached:
            continue
        if None in reached:
            raise Insufficient("tonnes_by_day")
        return Proposal(name, f"{days} day(s) at or below the limit of {limit} t", f"连续 {days} 天达到 {limit} 吨界限")
    return Proposal("no_alert", "no level's run of days is reached", "未达到任何预警级别")


def _tonnes(given: Given, pack: Pack) -> list[int | float | None]:
    one, tonnes = given.declared.by_name["tonnes_by_day"], given["tonnes_by_day"]
    if not isinstance(tonnes, list) or not tonnes:
        raise one.refuse(tonnes, "a list of tonnes", "吨数列表")
    found = [None if value is None or is_unknown(value) else value for value in tonnes]
    for value in found:
        if value is None:
            continue
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 <= value <= pack.whole("plausible_most")
        ):
            raise one.refuse(value, "tonnes a day", "每日吨数")
    return found
