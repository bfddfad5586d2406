"""A head nurse's way, day by day: last week's shift again where the rules allow, else whoever had the fewest.

It is the start that the solver improves, so that no plan is worse than it.
"""

from .model import BACKUP, Duty, Policy, Roster, Staff
from .rules import line_before, stopped, suits, wanted, zone_wards


def dispatch(roster: Roster, policy: Policy, ward: str) -> list[Duty]:
    """Duties of one ward; a post that nobody may take stays empty."""
    shifts = {shift.name: shift for shift in roster.shifts}
    people = sorted((person for person in roster.staff if person.ward == ward), key=lambda person: person.id)
    lines = {person.id: [*line_before(shifts, person), *[""] * roster.days] for person in people}
    firm = {(off.staff, off.day) for off in roster.off if off.firm}
    asked = {(off.staff, off.day) for off in roster.off if not off.firm}
    posts = wanted(roster, policy, ward)
    zone = ward in zone_wards(roster)
    # Nights first: they are hardest to fill; those who stand by come last.
    order = sorted(posts, key=lambda post: (post[0] == BACKUP, post[0] in shifts and not shifts[post[0]].night, post))
    duties = []

    def burden(person: Staff, day: int, name: str, others: int) -> tuple[int, ...]:
        line, k = lines[person.id], len(person.before) + day
        nights = sum(past in shifts and shifts[past].night for past in line)
        same = k >= 7 and line[k - 7] == name
        on_night = nights if name in shifts and shifts[name].night else 0
        return (person.id, day) in asked, on_night, others, not same, sum(past in shifts for past in line)

    for day in range(roster.days):
        for name, skill in order:
            able = [
                p for p in people
                if skill in p.skills
                and (p.id, day) not in firm
                and not lines[p.id][len(p.before) + day]
                and suits(p, policy, day, shifts.get(name), zone)
                and not stopped(shifts, policy, lines[p.id], len(p.before) + day, name)
            ]  # fmt: skip
            able.sort(key=lambda p: (*burden(p, day, name, len(p.skills)), p.id))
            for person in able[: posts[name, skill]]:
                lines[person.id][len(person.before) + day] = name
                duties.append(Duty(person.id, day, ward, name, skill))
    return duties
