"""The checks of the measure gate (GATE-01): each is one function that says what it misses, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from tongzhou.rules.definitions.gate_bodies import approved
from tongzhou.rules.definitions.gate_fields import FIELDS, Miss, says_nothing
from tongzhou.rules.definitions.gate_words import by_origin, registering
from tongzhou.rules.denials import hours_said, numbered, to_come
from tongzhou.rules.given import Given
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import PLACEHOLDERS, folded, is_unknown, level_in, listed, mentions, vocabulary

ARTICLE = re.compile(
    r"[\d〇零一二三四五六七八九十百]+\s*条|\b(?:art(?:icle)?s?|sections?)\b\.?\s*\d+|§\s*\d+", re.IGNORECASE
)

Check = Callable[[Given, Pack], Iterator[Miss]]
DENIES_ALL = re.compile(r"不使用|不采集|不收集|不含|无|no\b|without\b|none\b", re.IGNORECASE)


def filled(name: str, given: Given, pack: Pack) -> Iterator[Miss]:
    """A field is filled, and with more than a placeholder."""
    said = given.used.get(name)
    none_used = name == "data_used" and isinstance(said, str) and folded(said) not in PLACEHOLDERS
    if (says_nothing(said) and not none_used) or is_unknown(said):
        yield given.declared.label(name, zh=False), given.declared.label(name, zh=True)
    else:
        given[name]


def agreed(given: Given, pack: Pack) -> Iterator[Miss]:
    """The approval was given and has a number."""
    approval = given.used.get("approval_id")
    if isinstance(approval, bool) or not isinstance(approval, int | str) or not numbered(str(approval)):
        yield "the approval has no number", "批准文号没有编号"
    if to_come(str(given.used.get("approving_body", ""))):
        yield "the approval was not given", "尚未批准"


def known_measure(given: Given, pack: Pack) -> Iterator[Miss]:
    said = given.used.get("measure")
    kind = vocabulary("measures").find(said)
    if said is not None and kind is None:
        yield "the kind of measure is not in the list", "措施类型不在列表中"
    if kind and kind.code in pack.terms("road_checkpoints") and given["zone"] is None:
        yield "a road checkpoint needs the level of its place", "设卡须注明所在风险等级"


def legal(given: Given, pack: Pack) -> Iterator[Miss]:
    basis = given.used.get("legal_basis")
    if not isinstance(basis, str) or says_nothing(basis):
        return
    if not ARTICLE.search(basis) or mentions(basis, pack.terms("no_basis")):
        yield "the legal basis names no article of a law", "法律依据未写明法律条款"


def limited(given: Given, pack: Pack) -> Iterator[Miss]:
    """At most so many days; a renewal is a new decision."""
    days, start, expiry = pack.whole("max_days"), given["start"], given["expiry"]
    if start and expiry:
        both = isinstance(start, datetime) and isinstance(expiry, datetime)
        longest = timedelta(days=days)
        lasts = expiry - start if both else as_day(expiry) - as_day(start)
        if not timedelta(0) <= lasts <= longest or until(expiry) <= since(start):
            yield f"expiry not within {days} days after start", f"期限须在开始后 {days} 天之内"
    if given["cycle_days"] is not None and given["cycle_days"] > days:
        yield f"longer than {days} days", f"超过 {days} 天"


def reviewed(given: Given, pack: Pack) -> Iterator[Miss]:
    within, start, review = pack.whole("review_within_days"), given["start"], given["review_date"]
    if start and review and not as_day(start) <= review <= as_day(start) + timedelta(days=within):
        yield f"review not within {within} days after start", f"复核须在开始后 {within} 天之内"


def deleted(given: Given, pack: Pack) -> Iterator[Miss]:
    expiry, end = given["expiry"], given["data_end"]
    if end and expiry and end > as_day(expiry) + timedelta(days=pack.whole("data_kept_days")):
        yield "data kept too long after the end", "数据保存过久"


def placed(given: Given, pack: Pack) -> Iterator[Miss]:
    """Not wider than the unit whose risk justifies it."""
    said = given.used.get("place_exact")
    if says_nothing(said):
        return
    kinds = vocabulary("place_kinds")
    wide, ranks = given["place_level"] or level_in(str(said), kinds), list(kinds.terms)
    unit = given["risk_unit"] or pack.terms("risk_unit")[0]
    if mentions(str(said), pack.terms("inexact_places")) or kinds.find(said) is not None:
        yield "the place is not named exactly", "地点不确切"
    elif wide is None:
        yield "how wide the place is cannot be read", "无法判断地点范围"
    elif ranks.index(wide) > ranks.index(unit) or _units_in(str(said), unit) > 1:
        yield "the place is wider than the unit that justifies it", "地点范围大于风险单元"


def _units_in(said: str, unit: str) -> int:
    """How many places of the unit's own width a text lists."""
    return sum(level_in(part, vocabulary("place_kinds")) == unit for part in listed(said))


def excepted(given: Given, pack: Pack) -> Iterator[Miss]:
    yield from _holds(given, pack, "exceptions", "purposes", "必须包含例外")
    for name, zh in (("individual_exceptions", "没有个案例外"), ("appeal", "没有申诉")):
        if given[name] is False:
            yield f"no {name.replace('_', ' ')}", zh


def supported(given: Given, pack: Pack) -> Iterator[Miss]:
    yield from _holds(given, pack, "support_package", "support", "保障缺少")


def _holds(given: Given, pack: Pack, name: str, words: str, zh: str) -> Iterator[Miss]:
    """A field written as a list holds each of the pack's terms."""
    said = given.used.get(name)
    if says_nothing(said):
        return
    items = [str(item) for item in said] if isinstance(said, list) else listed(str(said))
    terms = vocabulary(words)
    held = {term.code for item in items for part in (item, *listed(item)) if (term := terms.find(part))}
    for code in pack.terms(name):
        if code not in held:
            yield f"not in the {name.replace('_', ' ')}: {terms.terms[code].en}", f"{zh}：{terms.terms[code].zh}"


def appealed(given: Given, pack: Pack) -> Iterator[Miss]:
    """Answered within the hours of the pack, by somebody who did not decide."""
    said = given.used.get("appeal_channel")
    if says_nothing(said):
        return
    if mentions(str(said), pack.terms("no_appeal")):
        yield "no appeal", "没有申诉"
    hours = given["appeal_hours"]
    if hours is None:
        hours = hours_said(str(said))
    most = pack.whole("appeal_hours")
    if hours is None or not 0 < hours <= most:
        yield f"an appeal must be answered within {most} hours", f"申诉须在 {most} 小时内答复"
    issuer, by = given.used.get("issuer"), given["appeal_by"]
    named = folded(issuer) if isinstance(issuer, str) else ""
    if len(named) > 1 and (named in folded(str(said)) or (by and named in folded(by))):
        yield "the appeal goes to whoever decided", "申诉由作出决定的机关受理"
    if by and says_nothing(by):
        yield "who answers the appeal is not said", "未写明申诉受理机关"


def scoped(given: Given, pack: Pack) -> Iterator[Miss]:
    """By where persons are or what they were exposed to; never by origin, opinion or trade."""
    said = given.used.get("persons_scope")
    if says_nothing(said):
        return
    if bad := mentions(str(said), pack.terms("never_a_scope")):
        yield f"persons defined by {bad!r}", "适用人员按出身、职业或观点划定"
        return
    terms = vocabulary("scopes")
    for part in listed(str(said)):
        head = next(
            (t for t in terms.terms.values() if any(folded(part).startswith(folded(n)) for n in t.names())), None
        )
        rest = level_in(part, vocabulary("place_kinds"))
        if head is None and not any(folded(n) in folded(part) for t in terms.terms.values() for n in t.names()):
            yield f"{part!r} is no listed group of persons", f"“{part}”不是列表中的人群"
        elif terms.find(part) is None and rest is None:
            yield f"{part!r}: of which place cannot be read", f"“{part}”：无法判断属何地点"


def worded(given: Given, pack: Pack) -> Iterator[Miss]:
    """What it asks, in words of its own: no scope that the fields do not hold may stand there."""
    said = given.used.get("asks")
    if isinstance(said, str) and (bad := by_origin(said, pack)):
        yield f"its words name persons by {bad!r}", f"措辞按“{bad}”划定人员"


def evident(given: Given, pack: Pack) -> Iterator[Miss]:
    """Whether the evidence is good is for whoever approves; that it is none can be read."""
    said = given.used.get("evidence")
    if isinstance(said, str) and mentions(said, pack.terms("no_evidence")):
        yield "hearsay or an order is no evidence", "传闻或指示不是证据"


def measured(given: Given, pack: Pack) -> Iterator[Miss]:
    """What is never collected or brought in, whatever a measure is for."""
    said = str(given.used.get("data_used", ""))
    if (bad := mentions(said, pack.terms("never_data"))) and not DENIES_ALL.match(said.strip()):
        yield f"data that are never used: {bad!r}", f"不得使用的数据：“{bad}”"
    nothing, _apart, asks = said.strip().partition("；")  # what it asks, in its own words
    if DENIES_ALL.match(nothing) and (bad := registering(asks, pack)):
        yield f"nothing is collected, but its words say {bad!r}", f"写明不采集，措辞却有“{bad}”"


def published(given: Given, pack: Pack) -> Iterator[Miss]:
    """Before it starts, or within hours where life is at risk."""
    notice = given.used.get("public_notice_url")
    if isinstance(notice, str) and mentions(notice, pack.terms("not_public")):
        yield "the notice is not public", "公告未公开"
    at, start = given["published_at"], given["start"]
    if at is None or start is None:
        return
    grace = timedelta(hours=pack.whole("publish_within_h_if_life_at_risk") if given["life_at_risk"] else 0)
    if since(at) > since(start) + grace:
        yield "published after it started", "公布晚于开始"


def until(end: datetime | date) -> datetime:
    return end if isinstance(end, datetime) else datetime.combine(end, time()) + timedelta(days=1)


def since(start: datetime | date) -> datetime:
    return start if isinstance(start, datetime) else datetime.combine(start, time())


def as_day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value


# Each with the input that its reasons are about.
CHECKS: tuple[tuple[str, Check], ...] = (
    *((name, partial(filled, name)) for name in ("measure", *FIELDS)),
    ("approval_id", agreed),
    ("measure", known_measure),
    ("legal_basis", legal),
    ("expiry", limited),
    ("review_date", reviewed),
    ("data_end", deleted),
    ("approving_body", approved),
    ("place_exact", placed),
    ("exceptions", excepted),
    ("support_package", supported),
    ("appeal_channel", appealed),
    ("persons_scope", scoped),
    ("asks", worded),
    ("evidence", evident),
    ("data_used", measured),
    ("start", published),
)
