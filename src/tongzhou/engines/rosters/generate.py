"""A made-up hospital: wards of 25 with three skills, three shifts, requests, leave, and the week before."""

from dataclasses import replace

import numpy as np

from .greedy import dispatch
from .model import DayOff, Policy, Roster, Shift, Slot, Staff

SHIFTS = (
    Shift("early", 7, 15, 4.0), Shift("late", 14.5, 22.5, 4.0), Shift("night", 22, 31.5, 4.0, True),
)  # fmt: skip
WEEK = 7


def hospital(*, seed: int, staff: int = 500, days: int = 14, per_ward: int = 25) -> Roster:
    """Wards of ``per_ward`` staff: a quarter doctors, half nurses, a quarter senior nurses who may do both.

    A tenth of the nurses are not trained for the zone; the week before was worked as the dispatcher would have it.
    """
    rng = np.random.default_rng(seed)
    people, slots = [], []
    kinds = (frozenset({"doctor"}), frozenset({"nurse"}), frozenset({"senior", "nurse"}))
    for k in range(staff):
        place = k % per_ward
        kind = kinds[0] if place < per_ward // 4 else kinds[2] if place >= per_ward * 3 / 4 else kinds[1]
        trained = kind != kinds[1] or rng.random() >= 0.1
        person = Staff(f"E{k:04}", f"ward {k // per_ward:02}", kind, bool(trained), int(rng.integers(0, 10)))
        people.append(person)
    for ward in sorted({person.ward for person in people}):
        for shift in SHIFTS:
            slots += [Slot(ward, shift.name, "doctor", 1), Slot(ward, shift.name, "senior", 1)]
            slots.append(Slot(ward, shift.name, "nurse", 2))
    off = [DayOff(p.id, int(rng.integers(0, days)), bool(rng.random() < 0.1)) for p in people if rng.random() < 0.5]
    return _with_a_week_before(Roster(tuple(people), SHIFTS, tuple(slots), days, tuple(off)))


def _with_a_week_before(roster: Roster) -> Roster:
    week = replace(roster, days=WEEK, off=())
    lines = {person.id: [""] * WEEK for person in roster.staff}
    for ward in sorted({person.ward for person in roster.staff}):
        for duty in dispatch(week, Policy(), ward):
            lines[duty.staff][duty.day] = duty.shift
    staff = tuple(replace(p, before=tuple(lines[p.id]), zone_days=p.zone_days + WEEK) for p in roster.staff)
    return replace(roster, staff=staff)
