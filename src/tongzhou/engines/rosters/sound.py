"""Contradictions in a roster's input, named."""

import math
from collections import Counter

from tongzhou.engines.certificate import Problem, Text

from .model import BACKUP, Policy, Roster


def contradictions(roster: Roster, policy: Policy) -> tuple[Problem, ...]:
    """What stops a plan altogether; empty where the input can be planned."""
    found = [*_shifts(roster, policy), *_people(roster)]
    names = {shift.name for shift in roster.shifts}
    for slot in roster.slots:
        subject = f"slot {slot.ward}/{slot.shift}/{slot.skill}"
        if slot.shift not in names:
            found.append(_blocking("unknown_shift", subject, "shift", "没有此班次。", "There is no such shift."))
        if slot.count < 0:
            found.append(_blocking("bad_number", subject, "count", "人数为负。", "The count is negative."))
    people = {person.id for person in roster.staff}
    for off in roster.off:
        if off.staff not in people:
            subject = f"day off {off.staff} {off.day}"
            found.append(_blocking("unknown_staff", subject, "staff", "没有此人。", "There is no such person."))
    for who, day in sorted(roster.last):
        if roster.last[who, day] not in ("", BACKUP, *names):
            subject = f"plan in force {who} {day}"
            found.append(_blocking("unknown_shift", subject, "shift", "没有此班次。", "There is no such shift."))
    if roster.days < 1:
        found.append(_blocking("bad_number", "days", "days", "天数应至少为 1。", "There must be at least one day."))
    return tuple(found)


def _shifts(roster: Roster, policy: Policy) -> list[Problem]:
    found = []
    for name, count in sorted(Counter(shift.name for shift in roster.shifts).items()):
        if count > 1 or name in ("", BACKUP):
            en = "The name is there twice, or is 'backup' or empty."
            found.append(_blocking("duplicate_id", f"shift {name}", "name", "班次名重复或不可用。", en))
    for shift in roster.shifts:
        subject = f"shift {shift.name}"
        if not (0 <= shift.start < min(24, shift.end) and shift.end <= 48 and shift.end - shift.start <= 24):
            en = "It must start within its day and end after that, at most 24 hours later."
            found.append(_blocking("bad_hours", subject, "end", "起止时间不合理。", en))
        if not (math.isfinite(shift.zone_hours) and 0 <= shift.zone_hours <= policy.entry_hours):
            zh, en = f"一次进区应在 0 至 {policy.entry_hours:g} 小时之间。", (
                f"An entry to the zone takes 0 to {policy.entry_hours:g} h: split it."
            )  # fmt: skip
            found.append(_blocking("zone_too_long", subject, "zone_hours", zh, en))
    if found or not roster.shifts:
        return found
    # Rest is judged between neighbouring days; a longer one would have to be judged over the day between.
    longest = min(shift.start for shift in roster.shifts) + 48 - max(shift.end for shift in roster.shifts)
    if policy.rest_hours > longest:
        zh = f"休息 {policy.rest_hours:g} 小时超过这些班次相隔一天所能判定的 {longest:g} 小时。"
        en = f"A rest of {policy.rest_hours:g} h is longer than a day between these shifts can hold: {longest:g} h."
        found.append(_blocking("rest_too_long", "policy", "rest_hours", zh, en))
    return found


def _people(roster: Roster) -> list[Problem]:
    found = []
    names = {shift.name for shift in roster.shifts}
    for name, count in sorted(Counter(person.id for person in roster.staff).items()):
        if count > 1:
            found.append(_blocking("duplicate_id", f"staff {name}", "id", "编号重复。", "The id is there twice."))
    for person in roster.staff:
        subject = f"staff {person.id}"
        if person.zone_days < 0:
            found.append(_blocking("bad_number", subject, "zone_days", "天数为负。", "The number is negative."))
        for shift in sorted(set(person.before) - names - {"", BACKUP}):
            en = f"There is no shift {shift!r}."
            found.append(_blocking("unknown_shift", subject, "before", f"没有班次“{shift}”。", en))
    return found


def _blocking(code: str, subject: str, field: str, zh: str, en: str) -> Problem:
    return Problem(code, subject, Text(zh, en), field, blocking=True)
