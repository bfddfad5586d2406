"""Reporting clocks CLK-01 … CLK-09: from the triggering event, as the actor recorded it, to the action."""

from __future__ import annotations

from datetime import timedelta

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Contradiction, Given, Insufficient
from tongzhou.rules.pack import Pack

CLOCKS = tuple(f"CLK-0{number}" for number in range(1, 10))


@rule(
    *CLOCKS,
    judged_on=("start",),
    synonyms={"no_deadline": ("no_due", "none"), "open": ("running", "pending")},
)
def clock(given: Given, pack: Pack) -> Proposal:
    """Met within the term, its last minute included. A missed clock asks what blocked; it never punishes."""
    hours = pack.parameters["due_h"]
    if hours is None:
        return Proposal("no_deadline", "the source sets no hour for this", "来源未规定时限")
    start, action, now = given.moment("start", "event"), given.moment("action"), given.moment("now")
    given.need(start=start)
    assert start is not None
    due = start + timedelta(hours=pack.whole("due_h"))
    if action is not None:
        if action < start:
            raise Contradiction("the action lies before the event that starts the clock", "动作时间早于起始事件")
        if action <= due:
            return Proposal(
                "met",
                f"done {action:%m-%d %H:%M}, due {due:%m-%d %H:%M}",
                f"{action:%m-%d %H:%M} 完成，时限 {due:%m-%d %H:%M}",
            )
        return Proposal(
            "missed",
            f"done {action:%m-%d %H:%M}, was due {due:%m-%d %H:%M}",
            f"{action:%m-%d %H:%M} 完成，时限 {due:%m-%d %H:%M} 已过",
        )
    if now is None:
        raise Insufficient("action", "now")
    if now > due:
        return Proposal("missed", f"not done, was due {due:%m-%d %H:%M}", f"未完成，时限 {due:%m-%d %H:%M} 已过")
    amber = start + timedelta(hours=pack.whole("due_h")) * pack.whole("amber_at_pct") / 100
    left = int((due - now).total_seconds() // 60)
    hours, minutes = divmod(left, 60)
    en, zh = (f"{hours} h ", f"{hours} 小时 ") if hours else ("", "")
    return Proposal("amber" if now >= amber else "open", f"{en}{minutes} min left", f"还剩 {zh}{minutes} 分钟")
