"""Outings (OUTING), dormitories (DORM), and a draft notice against the level of its place (CONSIST)."""

from __future__ import annotations

from datetime import date, timedelta

from tongzhou.rules.definition import Proposal, helps, relaxes, restricts, rule, tells
from tongzhou.rules.denials import denies, numbered, to_come
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, Unruled, count, day, flag, number, other, term, terms, text
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import PLACEHOLDERS, YES, folded, mentions, vocabulary


def exception(given: Given) -> Proposal | None:
    """Let through first, recorded afterwards: at a gate nobody weighs the word of an emergency."""
    said = [given.used.get(name) for name in ("exception", "purpose")]
    if _urgent(said[0]) or _listed_exception(said[1]):
        return Proposal(
            "allowed", "an exception: let through first, record the reason afterwards", "例外情形：先放行后登记"
        )
    return None


def _urgent(said: object) -> bool:
    """Any reason counts but a no, a placeholder and what the list knows to be an ordinary errand."""
    if isinstance(said, list):
        return any(map(_urgent, said))
    if said is None or isinstance(said, bool | int | float):
        return said is True or (not isinstance(said, bool) and said == 1)
    if not isinstance(said, str):
        return False
    if folded(said) in YES:
        return True
    errands = vocabulary("purposes")
    known = errands.find(said)
    if known is not None:
        return known.within in ("exception", "urgent")
    return folded(said) not in PLACEHOLDERS and not denies(said, errands) and not to_come(said)


def _listed_exception(said: object) -> bool:
    known = vocabulary("purposes").find(said)
    return known is not None and known.within == "exception"


@rule(
    "OUTING",
    inputs=(
        day("ask", "询问日期", "day asked for", names=("ask_day",), event=True),
        day(
            "last_out",
            "上次外出日期",
            "day of the last outing of the household, or never",
            names=("last_outing", "上次外出"),
            null_is_never=True,
        ),
        count("every_days", "间隔天数", "days between outings, as the question believes", least=1, most=60),
        other("exception", "例外情形", "an exception: true, or its reason", names=("例外",)),
        term("purpose", "外出目的", "what for", terms="purposes", open_list=True),
        flag("certified", "无疫情小区", "the compound is certified epidemic-free"),
        count("persons", "外出人数", "persons who go out", least=1, most=50),
    ),
    answers=(
        relaxes("allowed", "可以外出"),
        tells("not_yet_but_exceptions_open", "未到时间，例外不受限"),
        restricts("nobody_but_exceptions_open", "不得外出，例外不受限"),
    ),
    judged_on=("ask",),
    synonyms={
        "allowed": ("yes", "may_go", "allow"),
        "nobody_but_exceptions_open": ("not_yet_but_exceptions_open", "not_allowed"),
    },
    help=exception,
)
def outing(given: Given, pack: Pack) -> Proposal:
    """One person of the household every so many days; an exception is never refused at the gate."""
    asked = day_asked_for(given)
    if pack.parameters["nobody"]:
        return _nobody(given, pack, asked)
    every, stated, persons = pack.whole("every_days"), given["every_days"], given["persons"]
    if stated is not None and stated != every:
        raise DataError(f"every {stated} days, but the order says {every}", f"所填间隔 {stated} 天，规定为 {every} 天")
    last = given["last_out"]
    if last is None:
        raise Insufficient("last_out")
    if isinstance(last, date) and last > asked:
        raise DataError("the last outing lies after the day asked for", "上次外出晚于询问日期")
    if persons is not None and persons > pack.whole("persons"):
        raise DataError(
            f"{persons} persons, the order says {pack.whole('persons')}", f"每户每次限 {pack.whole('persons')} 人"
        )
    following = last + timedelta(days=every) if isinstance(last, date) else asked
    if asked >= following:
        return Proposal("allowed", f"one outing every {every} days", f"每 {every} 天可外出一次")
    en, zh = f"next outing {following}; exceptions stay open", f"下次外出 {following}；例外情形不受限"
    return Proposal("not_yet_but_exceptions_open", en, zh, next_change=following)


def day_asked_for(given: Given) -> date:
    """As said; where nothing was said of it, the day the question is asked on."""
    silent = not given.said("ask") and "ask" not in given.nulls
    asked: date | None = given["ask"] or (given.asked if silent else None)
    if asked is None:
        raise Insufficient("ask")
    return asked


def _nobody(given: Given, pack: Pack, asked: date) -> Proposal:
    opens = pack.parameters["certified_from"]
    if opens is not None and asked >= opens and given["certified"]:
        return Proposal("allowed", "certified epidemic-free: one person, two hours", "无疫情小区：每户一人，两小时")
    if opens is not None and asked >= opens and given.unknown("certified"):
        raise Insufficient("certified")
    en, zh = "nobody but for medical need and staff; exceptions stay open", "除就医和工作人员外不得外出；例外情形不受限"
    return Proposal("nobody_but_exceptions_open", en, zh, next_change=opens if opens and asked < opens else None)


@rule(
    "DORM",
    inputs=(
        count("persons", "每间人数", "persons in the room", names=("people", "人数"), least=1, most=200),
        number("area_m2", "面积", "area in m²", names=("area",), unit="m²", least=0, most=2000),
        term("zone", "风险等级", "level of the place", terms="risk_levels", names=("level",)),
    ),
    answers=(
        relaxes("pass", "符合", "persons", "area_m2"),
        relaxes("firm_decides", "由企业自定", "zone"),
        tells("fail", "不符合"),
    ),
    synonyms={"pass": ("ok",)},
)
def dormitory(given: Given, pack: Pack) -> Proposal:
    today = given.asked
    if given["zone"] == "low" and today is not None and today >= pack.day("low_zone_firm_decides_from"):
        idle = ("persons", "area_m2")
        return Proposal("firm_decides", "low-risk zone: the firm decides", "低风险地区由企业自定", despite=idle)
    persons, area, most = given["persons"], given["area_m2"], pack.whole("max_persons")
    if persons is not None and persons > most:
        return Proposal("fail", f"more than {most} persons", f"超过 {most} 人")
    given.need("persons", "area_m2")
    each = pack.number("min_m2_per_person")
    if area < persons * pack.exact("min_m2_per_person"):
        return Proposal("fail", f"less than {each} m² each", f"人均不足 {each} 平方米")
    return Proposal("pass", "persons and area within the guide", "人数与面积符合要求", despite=("zone",))


@rule(
    "CONSIST",
    inputs=(
        term("level", "风险等级", "level of the place", terms="risk_levels", names=("zone",)),
        text("draft", "通告草案", "text of the draft"),
        terms(
            "changes",
            "变更内容",
            "what the draft changes, coded",
            terms="changes",
            names=("coded_changes",),
            open_list=True,
        ),
        text("approval_id", "批准文号", "number of the approval of what is stricter"),
        flag("approved", "已批准", "said to be approved"),
    ),
    answers=(
        helps("flag_before_publication", "发布前须核对"),
        relaxes("no_flag", "未见不一致", "level", "changes"),
    ),
    synonyms={"no_flag": ("ok", "consistent", "none", "pass")},
)
def consistency(given: Given, pack: Pack) -> Proposal:
    """A draft looser than its place's level, or stricter than approved, is flagged; a person reads it.

    Coded changes decide; the words of the draft only flag, they clear nothing.
    """
    if given["level"] is None or (given["draft"] is None and given["changes"] is None):
        raise Insufficient(*(name for name in ("level", "draft") if given[name] is None))
    level, kinds = given["level"], vocabulary("changes").terms
    coded = {kinds[code].within for code in given["changes"] or []}
    looser, tighter = _read(given["draft"] or "", pack)
    words = vocabulary("risk_levels").terms[level]
    if ("loosens" in coded or looser) and level != "low":
        return Proposal("flag_before_publication", f"looser than level {words.en} allows", f"宽于{words.zh}等级所允许")
    unapproved = level == "low" or given.said("approval_id") or given["approved"] is False
    barred = set(given["changes"] or []) & set(pack.terms("approved_at_any_level"))
    if ("tightens" in coded or tighter) and (unapproved or barred) and not _approved(given):
        return Proposal(
            "flag_before_publication", "stricter than the level, without approval", "严于所在等级且未经批准"
        )
    if level == "low" and set(given["changes"] or []) & set(pack.terms("never_at_low")):
        return Proposal("flag_before_publication", "no road checkpoint in a low-risk zone", "低风险地区不得设卡")
    if coded:
        return Proposal("no_flag", f"fits level {words.en}", f"与{words.zh}等级相符")
    raise Unruled(
        "what the draft changes is not coded; its words alone clear nothing", "变更内容未编码，仅凭文字不能放行"
    )


def _read(draft: str, pack: Pack) -> tuple[bool, bool]:
    """Whether the words of a draft loosen or tighten; to cancel a closure is to loosen."""
    tight = mentions(draft, pack.terms("tightening"), begins=True)
    undone = mentions(draft, pack.terms("undoing"), begins=True)
    loosening = mentions(draft, pack.terms("loosening"), begins=True)
    return bool(loosening or (tight and undone)), bool(tight and not undone)


def _approved(given: Given) -> bool:
    """By the number of the approval: that somebody says so is not enough."""
    number = given["approval_id"]
    return number is not None and numbered(number) and given["approved"] is not False
