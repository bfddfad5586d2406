"""People who need somebody: stranded (STR-01), visited (VISIT), a child alone (CHILD)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from tongzhou.rules import moments
from tongzhou.rules.definition import UNVERIFIED, Proposal, helps, relaxes, rule, tells
from tongzhou.rules.given import Given
from tongzhou.rules.inputs import Input, count, flag, number, other, term
from tongzhou.rules.pack import Pack


@rule(
    "STR-01",
    inputs=(count("days", "滞留天数", "days stranded", names=("天数",), least=0, most=366),),
    answers=(relaxes("yuan", "金额", "days"),),
)
def stranded(given: Given, pack: Pack) -> Proposal:
    given.need("days")
    days, cap = given["days"], pack.whole("cap_yuan")
    yuan = min(days * pack.whole("yuan_per_day"), cap)
    return Proposal({"yuan": yuan}, f"{days} days, capped at {cap}", f"{days} 天，上限 {cap} 元", answer="yuan")


def _time_of_day(one: Input, value: Any) -> time:
    """Alone or with its date. YAML reads an unquoted 18:00 as 1080 minutes, 18:00:00 as seconds."""
    try:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 86_400:
            minutes, seconds = (value, 0) if value < 1440 else divmod(value, 60)
            return time(minutes // 60, minutes % 60, seconds)
        short = isinstance(value, str) and len(value.strip()) <= 8
        found = moments.as_moment(f"2020-01-01 {value.strip()}" if short else value)
    except moments.Unreadable:
        found = None
    if not isinstance(found, datetime):
        raise one.refuse(value, "a time of day (HH:MM)", "时刻（如 18:00）")
    return found.time()


@rule(
    "VISIT",
    inputs=(
        term("group", "人群", "group of the person", terms="groups"),
        count("contacts_today", "今日联系次数", "contacts today", names=("today", "今日联系"), least=0, most=100),
        count(
            "contacts_week",
            "本周联系次数",
            "contacts this week",
            names=("contacts_this_week", "本周联系"),
            least=0,
            most=500,
        ),
        other("now", "当前时刻", "time of day", names=("time", "时刻"), reader=_time_of_day),
    ),
    answers=(
        relaxes("done", "已完成", "group"),
        tells("due", "待联系", "group"),
        helps("overdue_escalate", "逾期，上报"),
    ),
    synonyms={"done": ("ok", "met", "visited"), "due": ("due_today", "open", "pending", "not_yet_due")},
)
def visit(given: Given, pack: Pack) -> Proposal:
    given.need("group")
    group = given["group"]
    if group in pack.terms("unverified_groups"):
        return Proposal(UNVERIFIED, "the frequency for this group is from memory", "该人群频次未经核对")
    if group in pack.terms("weekly_groups"):
        given.need("contacts_week")
        contacts = given["contacts_week"]
        done = contacts >= pack.whole("per_week")
        en, zh = f"{contacts} contacts this week", f"本周已联系 {contacts} 次"
        return Proposal("done" if done else "due", en, zh, despite=("contacts_today", "now"))
    contacts = given["contacts_today"]
    if contacts is not None and contacts >= pack.whole("per_day"):
        return Proposal("done", "heard from today", "今日已联系", despite=("contacts_week", "now"))
    given.need("contacts_today", "now")
    if given["now"] >= time(pack.whole("overdue_from_hour")):
        en = "not heard from today: visit now, then tell the township"
        return Proposal("overdue_escalate", en, "今日未联系：立即上门并报告乡镇（街道）")
    return Proposal("due", "not heard from yet today", "今日尚未联系")


@rule(
    "CHILD",
    inputs=(
        number("age", "年龄", "age of the child in years", names=("age_years",), least=0, most=17),
        term("guardian", "监护人状况", "what became of the guardian", terms="guardians", names=("guardian_state",)),
        flag("other_carer", "有其他照料人", "somebody else can care for the child", names=("carer", "照料人")),
    ),
    answers=(
        helps("report_temporary_care", "立即报告，安排临时照料"),
        helps("report_civil_affairs", "立即报告，民政临时监护"),
        helps("report_now", "立即报告"),
        relaxes("nothing_due", "无需处置", "guardian"),
    ),
)
def child_alone(given: Given, pack: Pack) -> Proposal:
    """Reported at once to the community and the township; somebody cares, else civil affairs takes guardianship."""
    given.need("guardian")
    if given["guardian"] == "present":
        return Proposal("nothing_due", "the guardian is with the child", "监护人在身边", despite=("other_carer", "age"))
    if given["other_carer"]:
        en, zh = "report at once; temporary care by whoever can", "立即报告村（社区）和乡镇（街道），由可照料者临时照料"
        return Proposal("report_temporary_care", en, zh)
    if given["other_carer"] is False:
        en, zh = "report at once; civil affairs takes temporary guardianship", "立即报告；无人照料，由民政部门临时监护"
        return Proposal("report_civil_affairs", en, zh)
    return Proposal("report_now", "report at once, and ask who can care", "立即报告，并询问由谁照料")
