"""Which firms may reopen (WORK-01): the ladder of editions of Hubei, by zone and class of trade."""

from __future__ import annotations

from datetime import date, timedelta

from tongzhou.rules.definition import Proposal, relaxes, rule, tells
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, Unruled, flag, term
from tongzhou.rules.pack import Pack, trimmed
from tongzhou.rules.words import vocabulary

WUHAN = "4201"


def place_in_zone(given: Given) -> str | None:
    """The zone Wuhan is a place by itself."""
    return "420100" if given["zone"] == "wuhan" else None


@rule(
    "WORK-01",
    inputs=(
        term("zone", "分区", "zone of the place", terms="zones", names=("level", "风险等级")),
        term(
            "class",
            "行业",
            "trade of the firm, in the notice's words or by GB/T 4754",
            terms="trades",
            names=("trade", "industry", "类别"),
            open_list=True,
        ),
        flag("never_stopped", "春节以来未停工", "never stopped since the Spring Festival"),
        flag(
            "key_supply_chain", "产业链重要企业", "of national or global importance to a chain", names=("supply_chain",)
        ),
        flag("local_labour", "本地用工", "mainly local labour and supply", names=("local",)),
    ),
    answers=(
        relaxes("allowed", "可复工", "class"),
        relaxes("no_approval_needed", "可复工，无须批准", "class", "zone"),
        relaxes("with_approval", "经批准可复工"),
        tells("wait", "暂缓"),
        tells("negative_list", "暂缓开业清单"),
    ),
    synonyms={
        "wait": ("not_yet", "not_allowed", "wait_until_2020-03-20", "not_before_2020-03-20"),
        "with_approval": ("approval", "allowed_with_approval"),
        "no_approval_needed": ("allowed",),
    },
    place_in=place_in_zone,
)
def may_reopen(given: Given, pack: Pack) -> Proposal:
    zone, kind = given["zone"], given["class"]
    _agrees_with_place(given, zone)
    trade = vocabulary("trades").terms[kind] if kind else None
    if trade and trade.within == "negative":
        return _listed(trade.zh, trade.en, kind, pack)
    if given["never_stopped"] and pack.parameters["never_stopped_goes_on"]:
        idle = ("class", "zone", "key_supply_chain", "local_labour")
        return Proposal("allowed", "never stopped since the Spring Festival", "春节以来未停工", despite=idle)
    if trade is None:
        raise Insufficient("class", *(["zone"] if zone is None else []))
    if pack.parameters["wait_through"] is not None:
        return _blanket(trade.within, trade.zh, trade.en, pack)
    if zone is None:
        raise Insufficient("zone")
    return _by_zone(zone, kind, given, pack)


def _agrees_with_place(given: Given, zone: str | None) -> None:
    place = given.place
    if zone is None or place is None:
        return
    code = trimmed(place)
    if len(code) >= len(WUHAN) and code.startswith(WUHAN) != (zone == "wuhan"):
        raise DataError(f"zone {zone} at {place}", f"分区与地点“{place}”不符")


def _listed(zh: str, en: str, kind: str, pack: Pack) -> Proposal:
    """One of the fourteen; a later edition opens some of them step by step, and nobody read which step."""
    if kind in pack.terms("opened_step_by_step"):
        raise Unruled(f"{en}: opened step by step; the steps were not read", f"{zh}：逐步开放，步骤未读到，需裁定")
    return Proposal("negative_list", f"{en} is on the list of places that stay closed", f"{zh}在暂缓开业清单内")


def _blanket(within: str, zh: str, en: str, pack: Pack) -> Proposal:
    """Nobody before a day, but for the kinds of firm that the notice excepts."""
    if within in pack.terms("essential"):
        return Proposal("allowed", f"{en} is excepted: an essential", f"{zh}属例外的必需行业")
    if within in pack.terms("unread"):
        raise Unruled(f"{en}: the exceptions of this edition were not read", f"{zh}：本版的例外未读到，需裁定")
    until = pack.day("wait_through")
    return Proposal("wait", f"not before {until} 24:00", f"不早于 {until} 24 时", next_change=until + timedelta(days=1))


def _by_zone(zone: str, kind: str, given: Given, pack: Pack) -> Proposal:
    trade, place = vocabulary("trades").terms[kind], vocabulary("zones").terms[zone]
    en, zh = f"{trade.en} may work in the zone {place.en}", f"{trade.zh}在{place.zh}区域可复工"
    allowed = Proposal("allowed", en, zh)
    if zone == "low":
        if pack.parameters["low_without_approval"]:
            return Proposal("no_approval_needed", f"{en}; no approval is needed", f"{zh}，无须批准")
        return allowed
    if trade.within in pack.terms("essential"):
        return allowed
    chain = trade.within == "supply_chain" or given["key_supply_chain"]
    if zone == "wuhan":
        return _in_wuhan(kind, bool(chain), given.asked, pack)
    if chain or trade.within in pack.terms("other_high_adds"):
        return allowed
    if zone == "medium" and (trade.within in pack.terms("medium_adds") or given["local_labour"]):
        return allowed
    en = f"{trade.en} is not among the classes that start in the zone {place.en}"
    return Proposal("wait", en, f"{trade.zh}不在{place.zh}区域可复工类别内")


def _in_wuhan(kind: str, chain: bool, today: date | None, pack: Pack) -> Proposal:
    trade, opens = vocabulary("trades").terms[kind], pack.parameters["wuhan_shopping_centres_from"]
    if chain:
        return Proposal("with_approval", "key supply chain: with approval", "产业链重要企业：经批准")
    if kind == "shopping_centre" and opens is not None and today is not None and today >= opens:
        return Proposal("allowed", "shopping centres are open but for the list", "商场开业，清单内场所除外")
    until = pack.parameters["wuhan_others_wait_through"]
    if until is None or (today is not None and today > until):
        en = f"{trade.en}: what holds in Wuhan on this day was cut off in the copy read"
        raise Unruled(en, f"{trade.zh}：武汉当日的规定未读到全文，需裁定")
    return Proposal("wait", f"not before {until} 24:00", f"不早于 {until} 24 时", next_change=until + timedelta(days=1))
