"""Price gouging test of Hubei (PRICE-01) and pork supply levels of Jinan (PORK-JINAN)."""

from __future__ import annotations

from fractions import Fraction

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Given, Insufficient, unreadable
from tongzhou.rules.pack import Pack


@rule("PRICE-01", synonyms={"no_finding": ("ok", "none", "not_suspected", "no_gouging", "not_gouging")})
def gouging(given: Given, pack: Pack) -> Proposal:
    """Any limb suspects; an inspector looks. Limbs 1 and 2 contradict each other and both are shown."""
    price, before = given.exact("price"), given.exact("before")
    cost_now, cost_before = given.exact("cost_now"), given.exact("cost_before")
    if price is None:
        raise Insufficient("price")
    if before is None and given.has("before"):
        return _without_reference(price, cost_now, pack)
    if before is None:
        raise Insufficient("before")
    margin_grew = None
    if cost_now is not None and cost_before is not None and cost_now != cost_before:
        margin_grew = price - cost_now > before - cost_before
    if price > before:
        second = {
            None: "cost side not judged",
            True: "limb 2 too",
            False: "limb 2 would allow it: needs a ruling",
        }
        zh = {None: "成本未判", True: "第二项亦成立", False: "第二项允许：需裁定"}
        return Proposal(
            "gouging_suspected",
            f"limb 1: above the earlier price; {second[margin_grew]}",
            f"第一项：高于此前价格；{zh[margin_grew]}",
        )
    if margin_grew:
        return Proposal("gouging_suspected", "limb 2: the margin over cost grew", "第二项：进销差价扩大")
    if (cost_now is None) != (cost_before is None):
        raise Insufficient("cost_before" if cost_before is None else "cost_now")
    return Proposal("no_finding", "not above the earlier price, margin not larger", "未高于此前价格，差价未扩大")


def _without_reference(price: Fraction, cost: Fraction | None, pack: Pack) -> Proposal:
    if not cost:
        raise Insufficient("cost_now")
    over = 100 * (price - cost) / cost
    limit = pack.number("margin_over_pct")
    if over > pack.exact("margin_over_pct"):
        return Proposal(
            "gouging_suspected",
            f"limb 3: {float(over):.1f} % over cost, limit {limit} %",
            f"第三项：高于成本 {float(over):.1f}%，上限 {limit}%",
        )
    return Proposal(
        "no_finding",
        f"{float(over):.1f} % over cost, limit {limit} %",
        f"高于成本 {float(over):.1f}%，上限 {limit}%",
    )


@rule("PORK-JINAN", synonyms={"no_alert": ("normal", "none")})
def pork_supply(given: Given, pack: Pack) -> Proposal:
    """The gravest level whose run of days ends on the last day; tonnes a day."""
    tonnes = given.items("tonnes_by_day")
    if not tonnes:
        raise Insufficient("tonnes_by_day")
    for value in tonnes:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise unreadable("tonnes_by_day", value, "tonnes", "吨数")
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
            raise Insufficient("tonnes_by_day (a day without figure)")
        return Proposal(name, f"{days} day(s) at or below the limit of {limit} t", f"连续 {days} 天达到 {limit} 吨界限")
    return Proposal("no_alert", "no level's run of days is reached", "未达到任何预警级别")
