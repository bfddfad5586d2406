"""Asked of communities (BURDEN-01), small cells (PRIV), 7-1-7 (717)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongzhou.rules import moments
from tongzhou.rules.definition import INSUFFICIENT, Proposal, relaxes, rule, tells
from tongzhou.rules.denials import numbered
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, Unruled, count, day, flag, other, text
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import folded, is_blank, is_unknown, listed, mentions, vocabulary


@rule(
    "BURDEN-01",
    inputs=(
        other(
            "asks_community_for",
            "要求社区出具",
            "papers or entries asked of a community",
            names=("asks_for", "papers", "证明"),
        ),
        flag("required_by_centre", "中央明确要求", "an explicit requirement of the centre"),
        text("centre_document", "中央文件号", "the document that requires it"),
    ),
    answers=(relaxes("allow", "可以", "asks_community_for"), tells("refuse", "不得要求")),
    synonyms={"allow": ("allowed",), "refuse": ("refused",)},
)
def asked_of_community(given: Given, pack: Pack) -> Proposal:
    """Every paper that is asked for is looked up; one that may not be asked for refuses the whole."""
    given.need("asks_community_for")
    said, terms, allowed = given["asks_community_for"], vocabulary("papers"), pack.terms("allowed")
    if not isinstance(said, str | list) or not said:
        raise given.declared.by_name["asks_community_for"].refuse(said, "a paper or a list of papers", "证明名称")
    items = [str(item) for item in said] if isinstance(said, list) else [said] if terms.find(said) else listed(said)
    found = {item: terms.find(re.sub(r"^(an?|the)\s+", "", item)) for item in items}
    if all(term and term.code in allowed for term in found.values()):
        return Proposal("allow", "one of the two certificates a community may issue", "属社区可出具的两类证明")
    if given["required_by_centre"]:
        document = given["centre_document"]
        if document is None or not numbered(document):
            raise Insufficient("centre_document")
        if not mentions(document, pack.terms("centre_issues")):
            raise Unruled(
                "whether the document is one of the centre cannot be read", f"“{document}”是否中央文件无法判断，需裁定"
            )
        return Proposal("allow", f"an explicit requirement of the centre: {document}", f"中央明确要求：{document}")
    for item, term in found.items():
        if (term and term.code not in allowed) or (term is None and mentions(item, pack.terms("other_documents"))):
            return Proposal("refuse", "not among what may be asked of a community", "不得要求社区办理")
    raise Unruled("a paper that the list does not hold", "列表中没有的材料，需裁定")


@rule(
    "PRIV",
    inputs=(
        count("count", "数目", "the count", least=0, most=10_000_000_000),
        other("level", "层级", "level of the places counted"),
        text("table", "表", "dimensions of the table, as place x day"),
    ),
    answers=(relaxes("shown", "如实显示", "count"), tells("hidden", "隐去小数目", "count")),
    accepts=lambda given: "count" in given,
    timeless=True,
)
def small_cells(given: Given, pack: Pack) -> Proposal:
    """A count as the public may see it: small ones are hidden below county level. The finest dimension decides."""
    given.need("count")
    found, least = given["count"], pack.whole("shown_from")
    if 0 < found < least and not _coarse(given, pack):
        return Proposal(f"<{least}", "small count below county level", "县级以下小数目不显示", answer="hidden")
    return Proposal(found, "may be shown as it is", "可如实显示", answer="shown", despite=("level", "table"))


def _coarse(given: Given, pack: Pack) -> bool:
    """Whether every dimension is a day or the like, or an area of county level or wider; one at least is an area."""
    level = given.used.get("level")
    said = [str(given.used[name]) for name in ("level", "table") if name in given.used]
    dimensions = [
        part for text in said for part in re.split(r"\s+x\s+|[×*,，、/+]|\bby\b|\band\b|与|和|按", text) if part.strip()
    ]
    kinds = [vocabulary("place_kinds").find(part) for part in dimensions]
    areas = [kind.code for kind in kinds if kind]
    times = {folded(word) for word in pack.terms("time_dimensions")}
    if level is not None:
        times |= {folded(word) for word in pack.terms("any_place")}  # the level says which places are meant
    rest = [part for part, kind in zip(dimensions, kinds, strict=True) if kind is None and folded(part) not in times]
    return bool(areas) and not rest and all(code in pack.terms("shown_in_full_at") for code in areas)


@rule(
    "717",
    inputs=(
        day("emergence", "出现日期", "day of emergence", names=("emerged",), event=True),
        day("detected", "发现日期", "day of detection", names=("detection",), event=True),
        day("notified", "报告日期", "day of notification", names=("notification",), event=True),
        other("responses", "应对措施日期", "days of the early response actions"),
    ),
    answers=(relaxes("intervals", "三段时限"),),
    judged_on=("emergence",),
)
def seven_one_seven(given: Given, pack: Pack) -> Proposal:
    """Days from emergence to detection, to notification, to the last applicable response action."""
    emerged, detected, notified = given["emergence"], given["detected"], given["notified"]
    responded = _last_response(given)
    told = {"emergence": emerged, "detected": detected, "notified": notified, "responses": responded}
    answer = {
        "detect": _within(emerged, detected, pack.whole("detect_days")),
        "notify": _within(detected, notified, pack.whole("notify_days")),
        "respond": _within(notified, responded, pack.whole("respond_days")),
    }
    if all(value == INSUFFICIENT for value in answer.values()):
        raise Insufficient(*(name for name, value in told.items() if value is None))
    return Proposal(
        answer, "days between the four dates", "四个日期之间的天数", answer="intervals", despite=tuple(told)
    )


def _last_response(given: Given) -> date | None:
    """The day of the last action; None as long as one of them is open. Actions may stand by name."""
    raw: Any = given["responses"]
    if raw is None or is_unknown(raw):
        return None
    values = list(raw.values()) if isinstance(raw, Mapping) else raw if isinstance(raw, list) else [raw]
    if not values or any(is_blank(value) or is_unknown(value) for value in values):
        return None
    try:
        last = max(moments.as_day(value) for value in values)
    except moments.Unreadable:
        raise given.declared.by_name["responses"].refuse(raw, "a list of days", "日期列表") from None
    if given.asked and last > given.asked:
        raise DataError(f"responses: {last} lies after {given.asked}", f"应对措施日期 {last} 晚于 {given.asked}")
    return last


def _within(start: date | None, end: date | None, days: int) -> str:
    if start is None or end is None:
        return INSUFFICIENT
    if end < start:
        raise DataError(f"{end} comes before {start}", f"{end} 早于 {start}")
    return "met" if (end - start).days <= days else "missed"
