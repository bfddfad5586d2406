"""The gate of restrictive measures (GATE-01): lawful, placed, limited, supported, open to appeal, or not active.

The checks stand in gate_checks.py. There is no override.
"""

from __future__ import annotations

from datetime import datetime

from tongzhou.rules.definition import Part, Proposal, helps, relaxes, rule
from tongzhou.rules.definitions.gate_checks import CHECKS, Check, as_day, since, until
from tongzhou.rules.definitions.gate_fields import DATES, FIELDS, LISTS, TEXTS, Miss
from tongzhou.rules.given import Given
from tongzhou.rules.inputs import DataError, Unruled, count, flag, moment, number, term, text
from tongzhou.rules.pack import Pack
from tongzhou.rules.words import mentions, vocabulary


@rule(
    "GATE-01",
    inputs=(
        text("measure", "措施", "kind of measure"),
        term("zone", "风险等级", "level of the place", terms="zones"),
        *TEXTS,
        text("asks", "具体要求", "what it asks, in words of its own"),
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
        return Proposal("forbidden", *forbidden, parts=(Part("measure", *forbidden),))
    missed = [Part(about, *miss) for about, check in CHECKS for miss in _complaints(check, given, pack)]
    if missed:
        return Proposal(
            "cannot_activate",
            f"failed: {'; '.join(one.en for one in missed)}",
            f"未通过：{'；'.join(one.zh for one in missed)}",
            parts=tuple(missed),
        )
    return Proposal("can_activate", "every field is there and every check passed", "要素齐全，检查通过")


def _complaints(check: Check, given: Given, pack: Pack) -> list[Miss]:
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
    return since(now) > until(expiry) if isinstance(now, datetime) else now > as_day(expiry)


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
