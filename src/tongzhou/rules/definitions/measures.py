"""Asked of communities (BURDEN-01), the measure gate (GATE-01), small cells (PRIV), 7-1-7 (717)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tongzhou.rules.evaluate import INSUFFICIENT, Proposal, rule
from tongzhou.rules.given import Contradiction, Given, Insufficient, as_day
from tongzhou.rules.pack import Pack

FIELDS = (
    "legal_basis",
    "issuer",
    "approving_body",
    "approval_id",
    "aim",
    "evidence",
    "alternatives_considered",
    "why_least_restrictive",
    "place_exact",
    "persons_scope",
    "start",
    "expiry",
    "review_date",
    "exceptions",
    "support_package",
    "appeal_channel",
    "contact",
    "public_notice_url",
    "data_used",
    "data_end",
)


@rule("BURDEN-01", synonyms={"allow": ("allowed",), "refuse": ("refused",)})
def asked_of_community(given: Given, pack: Pack) -> Proposal:
    asked = given.word("asks_community_for")
    if asked is None:
        raise Insufficient("asks_community_for")
    rest = asked
    for term in pack.terms("allowed"):
        rest = rest.replace(term, "")
    # "residence proof and a health certificate" asks for more than the one that is allowed.
    if rest != asked and not any(term in rest for term in pack.terms("other_documents")):
        return Proposal("allow", "one of the two certificates a community may issue", "属社区可出具的两类证明")
    if given.flag("required_by_centre"):
        return Proposal("allow", "an explicit requirement of the centre", "中央明确要求")
    return Proposal("refuse", "not among what may be asked of a community", "不得要求社区办理")


@rule(
    "GATE-01",
    judged_on=("start",),
    synonyms={"can_activate": ("activate", "may_activate", "allowed", "ok", "pass")},
)
def gate(given: Given, pack: Pack) -> Proposal:
    """May a measure be activated? A missing field is a failed check; there is no override."""
    today, expiry = given.day("date", "as_of", "now"), given.day("expiry")
    if given.flag("expiry_passed") or (today is not None and expiry is not None and today > expiry):
        return Proposal(
            "off_automatically",
            "the measure has expired: it is off without anybody acting",
            "措施到期自动失效",
        )
    forbidden = _forbidden(given, pack)
    if forbidden:
        return forbidden
    failed = _failed(given, pack)
    if failed:
        return Proposal("cannot_activate", f"failed: {', '.join(failed)}", f"未通过：{', '.join(failed)}")
    return Proposal("can_activate", "every field is there and every check passed", "要素齐全，检查通过")


def _forbidden(given: Given, pack: Pack) -> Proposal | None:
    """Roads have their own table: some barriers are forbidden everywhere, checkpoints in low-risk zones."""
    measure, zone = given.word("measure") or "", given.word("zone")
    if any(term in measure for term in pack.terms("forbidden_everywhere")):
        return Proposal("forbidden", "never allowed on a road", "道路上一律禁止")
    if zone == "low" and any(term in measure for term in pack.terms("forbidden_in_low")):
        return Proposal("forbidden", "no road checkpoint in a low-risk zone", "低风险地区不得设卡")
    if zone in ("medium", "high") and any(term in measure for term in pack.terms("forbidden_in_medium_high")):
        return Proposal("forbidden", "no block on trunk roads or motorway lanes", "不得阻断干线公路和高速主线")
    return None


def _failed(given: Given, pack: Pack) -> list[str]:
    given.asked.update(FIELDS)
    failed = [name for name in FIELDS if given.value(name) in (None, "", [], {})]
    start, expiry, review = given.day("start"), given.day("expiry"), given.day("review_date")
    if start and expiry and not timedelta(0) <= expiry - start <= timedelta(days=pack.whole("max_days")):
        failed.append(f"expiry more than {pack.whole('max_days')} days after start")
    if start and review and review > start + timedelta(days=pack.whole("review_within_days")):
        failed.append(f"review later than {pack.whole('review_within_days')} days after start")
    cycle = given.count("cycle_days", "duration_days")
    if cycle is not None and cycle > pack.whole("max_days"):
        failed.append(f"longer than {pack.whole('max_days')} days")
    failed += [name for name in ("individual_exceptions", "appeal") if given.flag(name) is False]
    scope = given.word("persons_scope", "scope") or ""
    failed += [f"persons defined by {term}" for term in pack.terms("never_a_scope") if term in scope]
    exceptions = given.value("exceptions")
    if isinstance(exceptions, list):
        said = [str(item).lower().replace("_", " ") for item in exceptions]
        failed += [f"exception missing: {term}" for term in pack.terms("exceptions") if term not in said]
    return failed


@rule("PRIV", accepts=lambda given: "count" in given)
def small_cells(given: Given, pack: Pack) -> Proposal:
    """A count as the public may see it: small ones are hidden below county level."""
    count = given.count("count")
    # A table named "county x day" says its level itself.
    level = given.word("level") or (given.word("table") or "").partition(" x ")[0]
    given.need(count=count)
    assert count is not None
    least = pack.whole("shown_from")
    if 0 < count < least and level not in pack.terms("shown_in_full_at"):
        return Proposal(f"<{least}", "small count below county level", "县级以下小数目不显示")
    return Proposal(count, "may be shown as it is", "可如实显示")


@rule("717", judged_on=("emergence",))
def seven_one_seven(given: Given, pack: Pack) -> Proposal:
    """Days from emergence to detection, to notification, to the last applicable response action."""
    emerged, detected, notified = given.day("emergence"), given.day("detected"), given.day("notified")
    raw: Any = given.value("responses")
    # Actions by name, with the day each was done.
    values = list(raw.values()) if isinstance(raw, Mapping) else given.items("responses") or []
    days = [None if value is None else as_day("responses", value) for value in values]
    last = max((day for day in days if day is not None), default=None)
    responded = None if None in days else last
    told = {"emergence": emerged, "detected": detected, "notified": notified, "responses": responded}
    answer = {
        "detect": _within(emerged, detected, pack.whole("detect_days")),
        "notify": _within(detected, notified, pack.whole("notify_days")),
        "respond": _within(notified, responded, pack.whole("respond_days")),
    }
    if all(value == INSUFFICIENT for value in answer.values()):
        raise Insufficient(*(name for name, value in told.items() if value is None))
    return Proposal(answer, "days between the four dates", "四个日期之间的天数")


def _within(start: date | None, end: date | None, days: int) -> str:
    if start is None or end is None:
        return INSUFFICIENT
    if end < start:
        raise Contradiction(f"{end} comes before {start}", f"{end} 早于 {start}")
    return "met" if (end - start).days <= days else "missed"
