"""The checks of the measure gate (GATE-01): each is one function that says what it misses, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from tongzhou.rules.given import Given
from tongzhou.rules.inputs import DataError, day, moment, other, text
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import PLACEHOLDERS, folded, is_unknown, level_in, listed, mentions, vocabulary

Miss = tuple[str, str]
TEXTS = (
    text("legal_basis", "法律依据", "article of the law"),
    text("issuer", "发布机关", "who decides"),
    text("approving_body", "批准机关", "who approves"),
    other("approval_id", "批准文号", "number of the approval"),
    text("aim", "目的", "aim"),
    text("evidence", "证据", "evidence"),
    text("alternatives_considered", "已考虑的替代措施", "alternatives considered"),
    text("why_least_restrictive", "为何损害最小", "why it is the least restrictive"),
    text("place_exact", "确切地点", "the exact place"),
    text("persons_scope", "适用人员", "to whom it applies", names=("scope",)),
    text("appeal_channel", "申诉渠道", "how to appeal, and within how many hours it is answered"),
    text("contact", "联系方式", "contact"),
    text("public_notice_url", "公告地址", "where it is published"),
    text("data_used", "使用的数据", "data used"),
)
DATES = (
    moment("start", "开始", "when it starts"),
    moment("expiry", "到期", "when it ends"),
    day("review_date", "复核日期", "day of review"),
    day("data_end", "数据删除日期", "day the data are deleted"),
)
LISTS = (
    other("exceptions", "例外情形", "who is always let through"),
    other("support_package", "保障内容", "what those bound by it get"),
)
FIELDS = tuple(one.name for one in (*TEXTS, *DATES, *LISTS))


def _says_nothing(value: object) -> bool:
    """Empty, a placeholder, or no word at all; a number counts only as the number of an approval."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value <= 0
    if isinstance(value, list | dict | date):
        return not value
    if not isinstance(value, str):
        return True
    said = folded(value)
    return said in PLACEHOLDERS or not any(one.isalnum() for one in said) or (len(said) < 2 and not said.isdigit())


def filled(given: Given, pack: Pack) -> Iterator[Miss]:
    """Every field is filled, and with more than a placeholder."""
    for name in ("measure", *FIELDS):
        if _says_nothing(given.used.get(name)) or is_unknown(given.used.get(name)):
            yield name, given.declared.label(name, zh=True)
        else:
            given[name]
    approval = given.used.get("approval_id")
    if not isinstance(approval, int | str) or not any(one.isdigit() for one in str(approval)):
        yield "the approval has no number", "批准文号没有编号"


def known_measure(given: Given, pack: Pack) -> Iterator[Miss]:
    said = given.used.get("measure")
    kind = vocabulary("measures").find(said)
    if said is not None and kind is None:
        yield "the kind of measure is not in the list", "措施类型不在列表中"
    if kind and kind.code in pack.terms("road_checkpoints") and given["zone"] is None:
        yield "a road checkpoint needs the level of its place", "设卡须注明所在风险等级"


def legal(given: Given, pack: Pack) -> Iterator[Miss]:
    basis = given.used.get("legal_basis")
    if isinstance(basis, str) and not _says_nothing(basis) and not mentions(basis, pack.terms("law_words")):
        yield "the legal basis names no law or article", "法律依据未写明法律或条款"


def limited(given: Given, pack: Pack) -> Iterator[Miss]:
    """At most so many days, reviewed in time; a renewal is a new decision."""
    days, start, expiry, review = pack.whole("max_days"), given["start"], given["expiry"], given["review_date"]
    if start and expiry:
        both = isinstance(start, datetime) and isinstance(expiry, datetime)
        longest = timedelta(days=days)
        lasts = expiry - start if both else as_day(expiry) - as_day(start)
        if not timedelta(0) <= lasts <= longest or until(expiry) <= since(start):
            yield f"expiry not within {days} days after start", f"期限须在开始后 {days} 天之内"
    within = pack.whole("review_within_days")
    if start and review and not as_day(start) <= review <= as_day(start) + timedelta(days=within):
        yield f"review not within {within} days after start", f"复核须在开始后 {within} 天之内"
    if given["cycle_days"] is not None and given["cycle_days"] > days:
        yield f"longer than {days} days", f"超过 {days} 天"
    if (
        given["data_end"]
        and expiry
        and given["data_end"] > as_day(expiry) + timedelta(days=pack.whole("data_kept_days"))
    ):
        yield "data kept too long after the end", "数据保存过久"


def approved(given: Given, pack: Pack) -> Iterator[Miss]:
    """By a body above the one that decides, which itself may decide such a thing (approval matrix)."""
    issuer, approver = given.used.get("issuer"), given.used.get("approving_body")
    if _says_nothing(issuer) or _says_nothing(approver):
        return
    if folded(str(issuer)) == folded(str(approver)):
        yield "the issuer approves its own measure", "发布机关不得自行批准"
        return
    decides, approves = _level(given, "issuer_level", issuer), _level(given, "approver_level", approver)
    ranks = list(vocabulary("bodies").terms)
    if decides is None or approves is None:
        side = "发布机关" if decides is None else "批准机关"
        yield f"the level of the {'issuer' if decides is None else 'approver'} cannot be read", f"无法判断{side}层级"
        return
    if ranks.index(decides) < ranks.index("county"):
        yield "decided below the county", "决定机关低于县级"
    if ranks.index(approves) <= ranks.index(decides):
        yield "the approver does not stand above the issuer", "批准机关须高于发布机关"
    kind = vocabulary("measures").find(given.used.get("measure"))
    if kind and kind.code in pack.terms("province_approves") and ranks.index(approves) < ranks.index("province"):
        yield "this measure needs the provincial government", "该措施须经省级政府批准"


def _level(given: Given, name: str, said: object) -> str | None:
    """The level of a body: as stated, else by the one level that its name holds."""
    stated, read = given[name], level_in(str(said), vocabulary("bodies")) or _level_of_region(str(said))
    if stated and read and stated != read:
        raise DataError(f"{said!r} is not of level {stated}", f"“{said}”与所填层级不符")
    return stated or read


def _level_of_region(name: str) -> str | None:
    """武汉指挥部 is a city's: a place named without its kind."""
    code = level_in(name, vocabulary("regions"))
    if code is None:
        return None
    number = vocabulary("regions").terms[code].codes[0]
    return "province" if number.endswith("0000") else "city" if number.endswith("00") else "county"


def placed(given: Given, pack: Pack) -> Iterator[Miss]:
    """Not wider than the unit whose risk justifies it."""
    said = given.used.get("place_exact")
    if _says_nothing(said):
        return
    kinds = vocabulary("place_kinds")
    wide, ranks = given["place_level"] or level_in(str(said), kinds), list(kinds.terms)
    unit = given["risk_unit"] or pack.terms("risk_unit")[0]
    if wide is None:
        yield "how wide the place is cannot be read", "无法判断地点范围"
    elif ranks.index(wide) > ranks.index(unit):
        yield "the place is wider than the unit that justifies it", "地点范围大于风险单元"


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
    if _says_nothing(said):
        return
    items = [str(item) for item in said] if isinstance(said, list) else listed(str(said))
    terms = vocabulary(words)
    held = {term.code for item in items for part in (item, *listed(item)) if (term := terms.find(part))}
    for code in pack.terms(name):
        if code not in held:
            yield f"{name.replace('_', ' ')} lack {terms.terms[code].en}", f"{zh}：{terms.terms[code].zh}"


def appealed(given: Given, pack: Pack) -> Iterator[Miss]:
    """Answered within the hours of the pack, by somebody who did not decide."""
    said = given.used.get("appeal_channel")
    if _says_nothing(said):
        return
    hours = given["appeal_hours"]
    if hours is None and (found := re.search(r"(\d+)\s*(?:h\b|hours?|小时)", str(said))):
        hours = int(found[1])
    most = pack.whole("appeal_hours")
    if hours is None or not 0 < hours <= most:
        yield f"an appeal must be answered within {most} hours", f"申诉须在 {most} 小时内答复"
    issuer, by = given.used.get("issuer"), given["appeal_by"]
    named = folded(issuer) if isinstance(issuer, str) else ""
    if len(named) > 1 and (named in folded(str(said)) or (by and named in folded(by))):
        yield "the appeal goes to whoever decided", "申诉由作出决定的机关受理"
    if by and _says_nothing(by):
        yield "who answers the appeal is not said", "未写明申诉受理机关"


def scoped(given: Given, pack: Pack) -> Iterator[Miss]:
    """By where persons are or what they were exposed to; never by origin, opinion or trade."""
    said = given.used.get("persons_scope")
    if _says_nothing(said):
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


def published(given: Given, pack: Pack) -> Iterator[Miss]:
    """Before it starts, or within hours where life is at risk."""
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


CHECKS = (filled, known_measure, legal, limited, approved, placed, excepted, supported, appealed, scoped, published)
