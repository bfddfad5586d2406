"""Reporting clocks CLK-01 … CLK-09: from the triggering event, as the actor recorded it, to the action."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongzhou.rules.definition import Proposal, relaxes, rule, tells
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError, moment
from tongzhou.rules.pack import Pack

CLOCKS = tuple(f"CLK-0{number}" for number in range(1, 10))


@rule(
    *CLOCKS,
    inputs=(
        moment("start", "起始时间", "moment of the event that starts the clock", names=("event",), event=True),
        moment("action", "完成时间", "moment of the action", names=("done",), event=True),
        moment("now", "当前时间", "the moment of the question"),
    ),
    answers=(
        relaxes("met", "按时完成", "start", "action"),
        relaxes("open", "时限未到", "start", "now"),
        relaxes("no_deadline", "来源未规定时限"),
        tells("amber", "已用四分之三", "start"),
        tells("missed", "超时", "start"),
    ),
    judged_on=("start",),
    synonyms={"no_deadline": ("no_due", "none"), "open": ("running", "pending")},
)
def clock(given: Given, pack: Pack) -> Proposal:
    """Met within the term, its last minute included. A missed clock asks what blocked; it never punishes."""
    if pack.parameters["due_h"] is None:
        return Proposal("no_deadline", "the source sets no hour for this", "来源未规定时限")
    given.need("start")
    start, action, now = given.moment("start"), given.moment("action"), given.moment("now")
    assert start is not None
    due = start + timedelta(hours=pack.whole("due_h"))
    _in_order(start, action, now)
    if action is not None:
        outcome = "met" if action <= due else "missed"
        en = f"done {action:%m-%d %H:%M}, due {due:%m-%d %H:%M}"
        return Proposal(outcome, en, f"{action:%m-%d %H:%M} 完成，时限 {due:%m-%d %H:%M}", despite=("now",))
    if given.unknown("action"):
        raise Insufficient("action")
    if now is None:
        raise Insufficient("action", "now")
    if now > due:
        return Proposal("missed", f"not done, was due {due:%m-%d %H:%M}", f"未完成，时限 {due:%m-%d %H:%M} 已过")
    amber = start + timedelta(hours=pack.whole("due_h")) * pack.whole("amber_at_pct") / 100
    hours, minutes = divmod(int((due - now).total_seconds() // 60), 60)
    en, zh = (f"{hours} h ", f"{hours} 小时 ") if hours else ("", "")
    return Proposal("amber" if now >= amber else "open", f"{en}{minutes} min left", f"还剩 {zh}{minutes} 分钟")


def _in_order(start: datetime, action: datetime | None, now: datetime | None) -> None:
    if action is not None and action < start:
        raise DataError("the action lies before the event that starts the clock", "完成时间早于起始时间")
    if now is not None and now < start:
        raise DataError("the event that starts the clock lies after now", "起始时间晚于当前时间")
    if now is not None and action is not None and action > now:
        raise DataError("the action lies after now", "完成时间晚于当前时间")
