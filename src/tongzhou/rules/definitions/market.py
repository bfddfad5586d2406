"""When somebody has to look at prices (PRICE-ALERT) and at what shops have left (STOCK-ALERT)."""

from __future__ import annotations

from tongzhou.rules.definition import Proposal, helps, relaxes, rule
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import count, number
from tongzhou.rules.pack import Pack


@rule(
    "PRICE-ALERT",
    inputs=(
        number("over_pct", "较基准涨幅", "per cent over the baseline", unit="%", least=-100, most=100_000),
        number("over_pct_before", "前一日涨幅", "per cent over the baseline the day before", unit="%", least=-100,
               most=100_000),
    ),
    answers=(
        helps("act", "处置"),
        helps("warn", "预警"),
        helps("watch", "关注"),
        relaxes("no_alert", "无预警", "over_pct"),
    ),
)  # fmt: skip
def price_alert(given: Given, pack: Pack) -> Proposal:
    """Somebody has to look: on one day at the highest limit, on two in a row at the others. Nothing is said of any
    shop."""
    given.need("over_pct")
    today, before = given["over_pct"], given["over_pct_before"]
    if today >= pack.exact("act_pct"):
        return _over("act", pack.number("act_pct"), 1)
    if today >= pack.exact("watch_pct"):
        given.need("over_pct_before")
        for level in ("warn", "watch"):
            if min(today, before) >= pack.exact(f"{level}_pct"):
                return _over(level, pack.number(f"{level}_pct"), pack.whole("run_days"))
    return Proposal(
        "no_alert", "no limit is reached on enough days", "未达到预警涨幅或天数", despite=("over_pct_before",)
    )


def _over(level: str, limit: int | float, days: int) -> Proposal:
    return Proposal(
        level, f"{limit} % or more over the baseline, {days} day(s)", f"较基准上涨 {limit}% 及以上，{days} 天"
    )


@rule(
    "STOCK-ALERT",
    inputs=(
        number("days_left", "可售天数", "days for which the stock lasts, the median", unit="d", least=0, most=10_000),
        count("shops", "报告商店数", "shops that said something of their stock", least=0, most=100_000),
        count("shops_low", "库存偏少商店数", "shops that say low", least=0, most=100_000),
        count("shops_none", "缺货商店数", "shops that say none", least=0, most=100_000),
    ),
    answers=(
        helps("out", "断供风险"),
        helps("short", "库存偏少"),
        relaxes("no_alert", "无预警", "shops"),
    ),
)  # fmt: skip
def stock_alert(given: Given, pack: Pack) -> Proposal:
    """A shortage is looked at whatever the price does. Days that nobody knows say nothing; shops that say none do."""
    shops, days = given["shops"], given["days_left"]
    if not shops:
        raise Insufficient("shops")
    given.need("shops_low", "shops_none")
    low, none = given["shops_low"], given["shops_none"]
    for level, few, said in (("out", none, "out"), ("short", none + low, "short")):
        if few and 100 * few >= pack.exact(f"{said}_share_pct") * shops:
            return Proposal(level, f"{few} of {shops} shops say so", f"{shops} 家中有 {few} 家如此报告")
        if days is not None and days < pack.exact(f"{said}_days"):
            return Proposal(level, f"{float(days):g} days are left", f"可售 {float(days):g} 天")
    return Proposal("no_alert", "no limit of stock is reached", "库存未达到预警界限", despite=("days_left",))
