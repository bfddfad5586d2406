"""The gate of restrictive measures (GATE-01): lawful, placed, limited, supported, open to appeal, or not active.

Every check of the source book is one function that returns what it misses. There is no override.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from tongzhou.rules.evaluate import Proposal, helps, relaxes, rule
from tongzhou.rules.given import Given
from tongzhou.rules.inputs import DataError, Unruled, count, day, flag, moment, number, other, term, text
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


@rule(
    "GATE-01",
    inputs=(
        text("measure", "措施", "kind of measure"),
        term("zone", "风险等级", "level of the place", terms="zones"),
        *TEXTS,
        *DATES,
        *LISTS,
        term("issuer_level", "发布机关层级", "level of whoever decides", terms="bodies"),
        term("approver_level", "批准机关层级", "level of whoever approves", terms="bodies"),
        term("place_level", "地点层级", "how wide the place is", terms="place_kinds"),
        term("risk_unit", "风险单元", "the unit whose risk justifies it", terms="place_kinds"),
        number(
            "appeal_hours", "申诉答复时限", "hours within which an appeal is answered", unit="h", least=0, most=10_000
        ),
        text("appeal_by", "申诉受理机关", "who answers an appeal"),
        moment("published_at", "公布时间", "when it was published"),
        flag("life_at_risk", "危及生命", "life is at risk"),
        moment("now", "当前时间", "the moment of the question"),
        flag("expiry_passed", "已到期", "the expiry has passed"),
        count("cycle_days", "周期天数", "days of one cycle", names=("duration_days",), least=0, most=3660),
        flag("individual_exceptions", "个案例外", "single persons can be excepted"),
        flag("appeal", "可申诉", "an appeal is possible"),
    ),
    answers=(
        relaxes("can_activate", "可以启用", "measure", *FIELDS),
        helps("cannot_activate", "不得启用"),
        helps("forbidden", "禁止"),
        helps("off_automatically", "自动失效"),
    ),
    judged_on=("start",),
    synonyms={"can_activate": ("activate", "may_activate", "allowed", "ok", "pass")},
)
def gate(given: Given, pack: Pack) -> Proposal:
    """May a measure be activated? A missing field is a failed check; there is no override."""
    if given.any_true(("expiry_passed",)) or _over(given):
        return Proposal(
            "off_automatically", "the measure has expired: it is off without anybody acting", "措施到期自动失效"
        )
    if forbidden := _forbidden(given, pack):
        return Proposal("forbidden", *forbidden)
    missed = [miss for check in CHECKS for miss in _complaints(check, given, pack)]
    if missed:
        return Proposal(
            "cannot_activate",
            f"failed: {'; '.join(en for en, _ in missed)}",
            f"未通过：{'；'.join(zh for _, zh in missed)}",
        )
    return Proposal("can_activate", "every field is there and every check passed", "要素齐全，检查通过")


def _complaints(check: Callable[[Given, Pack], Iterator[Miss]], given: Given, pack: Pack) -> list[Miss]:
    try:
        return list(check(given, pack))
    except (DataError, Unruled) as error:
        return [(error.en, error.zh)]


def _over(given: Given) -> bool:
    """Whether the end has come: a day alone ends at its close, an hour at the hour."""
    try:
        expiry, now = given["expiry"], given["now"] or given["date"] or given.on
    except DataError:
        return False
    if expiry is None or now is None:
        return False
    return _from(now) > _until(expiry) if isinstance(now, datetime) else now > _as_day(expiry)


def _until(end: datetime | date) -> datetime:
    return end if isinstance(end, datetime) else datetime.combine(end, time()) + timedelta(days=1)


def _from(start: datetime | date) -> datetime:
    return start if isinstance(start, datetime) else datetime.combine(start, time())


def _as_day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _forbidden(given: Given, pack: Pack) -> Miss | None:
    """Roads have their own table: some barriers are forbidden everywhere, checkpoints in low-risk zones."""
    said = str(given.used.get("measure", ""))
    kind = vocabulary("measures").find(said)
    code = kind.code if kind else ""
    try:
        zone = given["zone"]
    except DataError:
        zone = None
    if code in pack.terms("forbidden_everywhere") or mentions(said, pack.terms("forbidden_words")):
        return "never allowed on a road", "道路上一律禁止"
    road = code in pack.terms("road_checkpoints") or (not kind and mentions(said, pack.terms("checkpoint_words")))
    if zone == "low" and road:
        return "no road checkpoint in a low-risk zone", "低风险地区不得设卡"
    if zone in ("medium", "high", "wuhan") and code in pack.terms("forbidden_in_medium_high"):
        return "no block on trunk roads or motorway lanes", "不得阻断干线公路和高速主线"
    return None


def _says_nothing(value: object) -> bool:
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, str):
        return folded(value) in PLACEHOLDERS or len(folded(value)) < (1 if any(c.isdigit() for c in value) else 2)
    return value in ([], {}) or isinstance(value, float)


def filled(given: Given, pack: Pack) -> Iterator[Miss]:
    """Every field is filled, and with more than a placeholder."""
    for name in ("measure", *FIELDS):
        if _says_nothing(given.used.get(name)) or is_unknown(given.used.get(name)):
            yield name, given.declared.label(name, zh=True)
        else:
            given[name]


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
        lasts = expiry - start if both else _as_day(expiry) - _as_day(start)
        if not timedelta(0) <= lasts <= longest or _until(expiry) <= _from(start):
            yield f"expiry not within {days} days after start", f"期限须在开始后 {days} 天之内"
    within = pack.whole("review_within_days")
    if start and review and not _as_day(start) <= review <= _as_day(start) + timedelta(days=within):
        yield f"review not within {within} days after start", f"复核须在开始后 {within} 天之内"
    if given["cycle_days"] is not None and given["cycle_days"] > days:
        yield f"longer than {days} days", f"超过 {days} 天"
    if (
        given["data_end"]
        and expiry
        and given["data_end"] > _as_day(expiry) + timedelta(days=pack.whole("data_kept_days"))
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
    if _from(at) > _from(start) + grace:
        yield "published after it started", "公布晚于开始"


CHECKS = (filled, known_measure, legal, limited, approved, placed, excepted, supported, appealed, scoped, published)
