"""What would change it: contrastive re-solves of one ward."""

from dataclasses import replace

from tongzhou.engines.certificate import Budget, Change, Problem, Text, WhatIf

from .check import check_roster
from .model import BACKUP, Absent, Assign, DayOff, Duty, MoreStaff, Policy, Roster, Staff
from .plan import WARD_TENTHS, wards_of
from .ward import solve_ward

Question = Assign | Absent | MoreStaff


def what_if(
    roster: Roster,
    policy: Policy,
    rows: tuple[Duty, ...],
    change: Question,
    *,
    seed: int = 1,
    budget: Budget | None = None,
) -> WhatIf:
    """What a change would cost in points, and who would get other duties; the other wards stay as they are.

    Solved again exactly within ``budget``; of equally good answers, the one that changes the fewest shifts. Prices
    of moves from an older plan are left out on both sides.
    """
    now = {(duty.staff, duty.day): duty.shift for duty in rows}
    before, _ = check_roster(replace(roster, last={}), policy, rows)
    question, ward, problem = _asked(roster, change)
    if problem is not None:
        return WhatIf(question, before.objective, None, problems=(problem,))
    asked = _changed(replace(roster, last=now), change)
    tenths = budget.iterations if budget and budget.iterations is not None else WARD_TENTHS
    forced = (change,) if isinstance(change, Assign) else ()
    solved = solve_ward(asked, _ties_by_changes(policy, len(now)), ward, seed=seed, tenths=tenths, forced=forced)
    if solved is None:
        text = Text("规则不允许：休息、技能、培训或请假。", "The rules forbid it: rest, skill, training or leave.")
        return WhatIf(question, before.objective, None, problems=(Problem("not_allowed", question.en, text),))
    after = tuple(sorted([duty for duty in rows if duty.ward != ward] + solved.duties))
    count, problems = check_roster(replace(asked, last={}), policy, after)
    return WhatIf(question, before.objective, count.objective, _differences(rows, after), problems)


def _ties_by_changes(policy: Policy, duties: int) -> Policy:
    """The same prices so much dearer that all changes together cost less than one point."""
    more = 2 * duties + 1
    return replace(
        policy, uncovered=policy.uncovered * more, no_backup=policy.no_backup * more, request=policy.request * more,
        night_spread=policy.night_spread * more, move=0, change=1,
    )  # fmt: skip


def _changed(roster: Roster, change: Question) -> Roster:
    if isinstance(change, Absent):
        return replace(roster, off=(*roster.off, *(DayOff(change.staff, day, True) for day in change.days)))
    if isinstance(change, MoreStaff):
        more = [Staff(f"new {n + 1}", change.ward, frozenset({change.skill})) for n in range(change.more)]
        return replace(roster, staff=(*roster.staff, *more))
    return roster


def _differences(before: tuple[Duty, ...], after: tuple[Duty, ...]) -> tuple[Change, ...]:
    old = {(duty.staff, duty.day): duty.shift for duty in before}
    new = {(duty.staff, duty.day): duty.shift for duty in after}
    keys = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return tuple(Change(f"{who} {day}", old.get((who, day), ""), new.get((who, day), "")) for who, day in keys)


def _asked(roster: Roster, change: Question) -> tuple[Text, str, Problem | None]:
    """The question in words, the ward it is about, and what is wrong with it."""
    if isinstance(change, MoreStaff):
        en = f"What if {change.ward} had {change.more} more of {change.skill}?"
        known = change.ward in wards_of(roster) and change.more > 0
        nowhere = Problem("unknown_ward", f"ward {change.ward}", Text("没有此病区。", "There is no such ward."))
        return Text(f"若{change.ward}多 {change.more} 名{change.skill}？", en), change.ward, None if known else nowhere
    ward = next((person.ward for person in roster.staff if person.id == change.staff), "")
    days = (change.day,) if isinstance(change, Assign) else change.days
    if isinstance(change, Assign):
        question = Text(
            f"若 {change.staff} 第 {change.day} 天上{change.shift or '休'}？",
            f"What if {change.staff} had {change.shift or 'rest'} on day {change.day}?",
        )
        unknown = change.shift not in ("", BACKUP, *(shift.name for shift in roster.shifts))
    else:
        told = ", ".join(map(str, days))
        question = Text(f"若 {change.staff} 第 {told} 天不在？", f"What if {change.staff} were away on day {told}?")
        unknown = False
    if not ward:
        text = Text("没有此人。", "There is no such person.")
        return question, ward, Problem("unknown_staff", f"staff {change.staff}", text)
    if unknown or not days or not all(0 <= day < roster.days for day in days):
        text = Text("没有此日或此班次。", "There is no such day or shift.")
        return question, ward, Problem("unknown_duty", f"staff {change.staff}", text)
    return question, ward, None
