"""Who may take which shift on which day; used to build plans and to give reasons, never by the checker."""

from collections.abc import Sequence

from .model import BACKUP, Policy, Roster, Shift, Staff


def suits(person: Staff, policy: Policy, day: int, shift: Shift | None, zone: bool) -> bool:
    """Whether training and the month's rotation let a person take a shift (None: stand by) on a day.

    ``zone`` says whether the ward has shifts in the zone, where a backup may be called to.
    """
    enters = shift.zone_hours > 0 if shift else zone
    return not enters or (person.trained and person.zone_days + day < policy.front_days)


def stopped(shifts: dict[str, Shift], policy: Policy, line: Sequence[str], k: int, name: str) -> str:
    """The rest rule that forbids shift ``name`` on day ``k`` of a person's line of shifts, or "".

    ``line`` begins with the days before; "" is rest. What the days before broke by themselves forbids nothing
    but more work.
    """
    if name == BACKUP:
        if k and _runs_over(shifts, line[k - 1]):
            return "short_rest"
    else:
        after = line[k + 1] if k + 1 < len(line) else ""
        if k and line[k - 1] in shifts and rest_between(shifts[line[k - 1]], shifts[name]) < policy.rest_hours:
            return "short_rest"
        if after in shifts and rest_between(shifts[name], shifts[after]) < policy.rest_hours:
            return "short_rest"
        if after == BACKUP and shifts[name].end > 24:
            return "short_rest"
    trial = [*line[:k], name, *line[k + 1 :]]
    for code, length, most, kind in windows(policy):
        if kind == "night" and not (name in shifts and shifts[name].night):
            continue
        for end in range(k, min(k + length, len(trial))):
            if used(shifts, trial[max(0, end + 1 - length) : end + 1], kind) > most:
                return code
    return ""


def used(shifts: dict[str, Shift], names: Sequence[str], kind: str) -> int:
    """What a window uses up: its nights, or its shifts and one more where somebody stands by and may be called."""
    if kind == "night":
        return sum(name in shifts and shifts[name].night for name in names)
    return sum(name in shifts for name in names) + (BACKUP in names)


def line_before(shifts: dict[str, Shift], person: Staff) -> list[str]:
    """Shifts of the days before; to have stood by then counts as rest."""
    return [name if name in shifts else "" for name in person.before]


def windows(policy: Policy) -> tuple[tuple[str, int, int, str], ...]:
    """Rules of the form "at most so many marked days among so many": code, days, most, what is marked."""
    cycle = policy.worked_per_rest + policy.rest_days
    return (
        ("too_many_shifts", 7, policy.shifts_per_7_days, "work"),
        ("too_few_rest_days", cycle, policy.worked_per_rest, "work"),
        ("too_many_nights", policy.nights_in_row + 1, policy.nights_in_row, "night"),
    )


def rest_between(first: Shift, second: Shift) -> float:
    """Hours from the end of one day's shift to the start of the next day's."""
    return second.start + 24 - first.end


def zone_wards(roster: Roster) -> set[str]:
    """Wards with a shift in the zone."""
    zone = {shift.name for shift in roster.shifts if shift.zone_hours > 0}
    return {slot.ward for slot in roster.slots if slot.shift in zone}


def wanted(roster: Roster, policy: Policy, ward: str) -> dict[tuple[str, str], int]:
    """People wanted every day by one ward: (shift or backup, skill) → count."""
    counts: dict[tuple[str, str], int] = {}
    for slot in sorted(roster.slots, key=lambda slot: (slot.shift, slot.skill)):
        if slot.ward == ward and slot.count:
            counts[slot.shift, slot.skill] = counts.get((slot.shift, slot.skill), 0) + slot.count
    for skill in sorted({skill for _, skill in counts}):
        if policy.backups:
            counts[BACKUP, skill] = policy.backups
    return counts


def _runs_over(shifts: dict[str, Shift], name: str) -> bool:
    return name in shifts and shifts[name].end > 24
