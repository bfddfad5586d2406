"""Outings, firms, dormitories, and a draft notice against the level of its place."""

from __future__ import annotations

from datetime import date, timedelta

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Contradiction, Given, Insufficient, unreadable
from tongzhou.rules.pack import Pack

ZONES = {"wuhan": "wuhan", "other high": "high", "high": "high", "medium": "medium", "low": "low"}


@rule("OUTING", judged_on=("ask",), synonyms={"allowed": ("yes", "may_go", "allow")})
def outing(given: Given, pack: Pack) -> Proposal:
    """One person of the household every so many days; an exception is never refused at the gate."""
    if given.flag("exception"):
        return Proposal(
            "allowed",
            "an exception: let through first, record the reason afterwards",
            "例外情形：先放行后登记",
        )
    every = given.count("every_days")
    every = pack.whole("every_days") if every is None else every
    asked, last = given.day("ask"), given.day("last_out")
    given.need(ask=asked)
    assert asked is not None
    if not given.has("last_out"):
        raise Insufficient("last_out")
    if last is not None and last > asked:
        raise Contradiction("the last outing lies after the day asked for", "上次外出晚于申请日期")
    if last is None or asked >= last + timedelta(days=every):
        return Proposal("allowed", f"one outing every {every} days", f"每 {every} 天可外出一次")
    return Proposal(
        "not_yet_but_exceptions_open",
        f"next outing {last + timedelta(days=every)}; exceptions stay open",
        f"下次外出 {last + timedelta(days=every)}；例外情形不受限",
    )


@rule(
    "WORK-01",
    synonyms={
        "wait": ("not_yet", "not_allowed", "wait_until_2020-03-20", "not_before_2020-03-20"),
        "with_approval": ("approval", "allowed_with_approval"),
    },
)
def may_reopen(given: Given, pack: Pack) -> Proposal:
    zone, kind = ZONES.get(given.word("zone") or ""), given.word("class")
    if zone is None and given.has("zone"):
        raise unreadable("zone", given.value("zone"), f"one of {', '.join(ZONES)}", f"{'、'.join(ZONES)} 之一")
    if given.flag("never_stopped"):
        return Proposal("allowed", "never stopped since the Spring Festival", "春节以来未停工")
    if kind is None:
        raise Insufficient("class", *(["zone"] if zone is None else []))
    if kind in pack.terms("negative_list"):
        return Proposal("negative_list", f"{kind} is on the list of places that stay closed", f"{kind} 在暂缓清单内")
    if zone is None:
        raise Insufficient("zone")
    return _by_zone(zone, kind, given, pack)


def _by_zone(zone: str, kind: str, given: Given, pack: Pack) -> Proposal:
    allowed = Proposal("allowed", f"{kind} may work in a zone {zone}", f"{kind} 在 {zone} 区域可复工")
    if zone == "low" or kind in pack.terms("essential"):
        return allowed
    supply_chain = kind in pack.terms("supply_chain") or given.flag("key_supply_chain")
    if zone == "wuhan":
        if supply_chain:
            return Proposal("with_approval", "key supply chain: with approval", "产业链重要企业：经批准")
        day: date | None = given.day("date", "as_of")
        until = pack.day("wuhan_others_wait_through")
        if day is not None and day > until:
            return Proposal(
                "needs_ruling",
                f"the notice says only 'not before {until} 24:00'",
                f"通知只说不早于 {until} 24 时",
            )
        return Proposal("wait", f"not before {until} 24:00", f"不早于 {until} 24 时")
    if supply_chain or kind in pack.terms("other_high_adds"):
        return allowed
    if zone == "medium" and (kind in pack.terms("medium_adds") or given.flag("local_labour", "local")):
        return allowed
    return Proposal(
        "wait",
        f"{kind} is not among the classes that start in a zone {zone}",
        f"{kind} 不在 {zone} 区域可复工类别内",
    )


@rule("DORM", synonyms={"pass": ("ok",)})
def dormitory(given: Given, pack: Pack) -> Proposal:
    day = given.day("date", "as_of")
    if given.word("zone") == "low" and day is not None and day >= pack.day("low_zone_firm_decides_from"):
        return Proposal("firm_decides", "low-risk zone: the firm decides", "低风险地区由企业自定")
    persons, area = given.count("persons"), given.exact("area_m2", "area")
    if persons is not None and persons > pack.whole("max_persons"):
        return Proposal(
            "fail", f"more than {pack.number('max_persons')} persons", f"超过 {pack.number('max_persons')} 人"
        )
    given.need(persons=persons, area_m2=area)
    assert persons is not None and area is not None
    if area < persons * pack.exact("min_m2_per_person"):
        return Proposal(
            "fail",
            f"less than {pack.number('min_m2_per_person')} m² each",
            f"人均不足 {pack.number('min_m2_per_person')} 平方米",
        )
    return Proposal("pass", "persons and area within the guide", "人数与面积符合要求")


@rule("CONSIST", synonyms={"no_flag": ("ok", "consistent", "none", "pass")})
def consistency(given: Given, pack: Pack) -> Proposal:
    """A draft looser than its place's level, or stricter than approved, is flagged; a person reads it."""
    level, draft = given.word("level"), given.word("draft")
    if level is None or draft is None:
        raise Insufficient(*(name for name, value in (("level", level), ("draft", draft)) if value is None))
    if level not in ("low", "medium", "high"):
        raise unreadable("level", level, "low, medium or high", "low、medium 或 high")
    looser = any(term in draft for term in pack.terms("loosening"))
    tighter = any(term in draft for term in pack.terms("tightening"))
    if looser and level != "low":
        return Proposal("flag_before_publication", f"looser than level {level} allows", f"宽于 {level} 等级所允许")
    if tighter and level == "low" and not given.flag("approved"):
        return Proposal(
            "flag_before_publication", "stricter than the level, without approval", "严于所在等级且未经批准"
        )
    if looser or tighter:
        return Proposal("no_flag", f"fits level {level}", f"与 {level} 等级相符")
    return Proposal("needs_ruling", "no word of the draft says whether it loosens or tightens", "无法从文字判断宽严")
