"""From tables to parts: which ward suits whom, at what cost in metres, and which rows contradict themselves."""

from dataclasses import dataclass, field

import numpy as np

from tongzhou.engines.certificate import Problem, Text

from .model import (
    BEDS,
    CHILD_AGE,
    INFECTIONS,
    KINDS,
    SEVERITIES,
    TAKES,
    UNKNOWN,
    Costs,
    Flags,
    Floats,
    Ints,
    Patients,
    Policy,
    Wards,
)
from .people import FIT, fangcang_answers, groups_of, homes, refusals, wanted_beds
from .sound import FARTHEST_KM, sound_patients, sound_wards

NEVER = np.int32(1_000_000_000)  # cost of a bed that does not suit; every other stays below half, sums in 32 bits
METRES = 1000
MOST_KM = 400_000.0  # the largest price a policy may name, so that sums stay exact in 32 bits
FANGCANG = KINDS.index("fangcang")


@dataclass
class Part:
    """Patients of one infection class and bed type, and the wards for them: nobody may cross into another part.

    ``cost`` (rows, columns + 1) in metres: columns are wards, then the extra beds of over-full wards, the last
    is waiting. ``people`` and ``ward`` give the table's row of each row and column, ``room`` counts beds,
    ``settled`` is the column where a row lies today (-1: in none of these), ``home`` the table's row of that
    ward in whichever part. ``groups`` are rows kept in one ward.
    """

    wards: Wards
    patients: Patients
    policy: Policy
    people: Ints
    profile: Ints
    fangcang: Ints
    home: Ints
    ward: Ints
    extra_from: int
    room: Ints
    settled: Ints
    cost: Costs
    start: Floats
    groups: list[Ints] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return int(self.cost.shape[1]) - 1

    def name(self, row: int) -> str:
        return self.patients.ids[int(self.people[row])]

    def ward_name(self, column: int) -> str:
        return self.wards.ids[int(self.ward[column])] if column < self.waiting else ""


@dataclass
class Case:
    """All that can be planned, by part, and the problems of the rows that cannot; ``left`` and ``shut`` are ids."""

    parts: list[Part]
    left: list[str]
    shut: list[str]
    apart: set[str]
    problems: list[Problem]


def case_of(wards: Wards, patients: Patients, policy: Policy) -> Case:
    """Sort by id, leave out (and name) contradictory rows, and price every suiting pair, part by part."""
    problems: list[Problem] = []
    _priceable(policy)
    open_wards = np.array(sorted(sound_wards(wards, problems), key=wards.ids.__getitem__), np.int64)
    people = sound_patients(patients, problems)
    planned = set(people.tolist())
    ward_of = {wards.ids[w]: int(w) for w in open_wards}
    home = homes(patients, people, ward_of, problems)
    groups = groups_of(patients, people, problems)
    bed = wanted_beds(patients, people, groups)
    fangcang = fangcang_answers(patients, policy)[people]
    code = patients.infection[people] * len(BEDS) + bed
    offers = wards.serves[open_wards] * len(BEDS) + wards.bed[open_wards]
    refused = refusals(patients, ward_of, problems)
    parts = []
    for part in np.unique(code).tolist():
        rows = np.flatnonzero(code == part)
        profile = patients.severity[people[rows]] * 2 + (fangcang[rows] == FIT)
        columns = open_wards[offers == part]
        parts.append(
            _part(
                wards,
                patients,
                policy,
                int(part) // len(BEDS),
                people[rows],
                profile,
                fangcang[rows],
                home[rows],
                columns,
                refused,
            )
        )
    apart = _grouped(parts, groups, patients, people, problems)
    left = [name for k, name in enumerate(patients.ids) if k not in planned]
    shut = sorted(set(wards.ids) - set(ward_of))
    return Case(parts, left, shut, apart, problems)


def _part(
    wards: Wards, patients: Patients, policy: Policy, infection: int, people: Ints, profile: Ints,
    fangcang: Ints, home: Ints, ward: Ints, refused: dict[str, set[int]],
) -> Part:  # fmt: skip
    start = np.where((home != UNKNOWN)[:, None], wards.xy[home] if len(wards.ids) else 0.0, patients.xy[people])
    suits = _suiting(wards, start, policy, infection, ward, profile)
    if (unfit := _unfit(wards, patients, people, ward)) is not None:
        suits[unfit] = NEVER
    for place, k in enumerate(people.tolist() if refused else ()):
        for w in refused.get(patients.ids[k], ()):
            suits[place, ward == w] = NEVER
    settled = np.full(len(people), UNKNOWN, np.int64)
    column_of = {w: column for column, w in enumerate(ward.tolist())}
    for row in np.flatnonzero(home != UNKNOWN).tolist():
        column = column_of.get(int(home[row]), UNKNOWN)
        settled[row] = column if column >= 0 and suits[row, column] < NEVER else UNKNOWN
    churn = np.int32(round(policy.churn_km * METRES))
    suits += np.where((home != UNKNOWN)[:, None] & (suits < NEVER), churn, np.int32(0))
    stays = np.flatnonzero(settled != UNKNOWN)
    suits[stays, settled[stays]] = 0
    extra, beds, over = _extra_beds(suits, settled, wards.usable[ward], policy)
    wait = wait_metres(patients, policy, people, settled != UNKNOWN)
    cost = np.concatenate((suits, extra, wait[:, None]), axis=1)
    room = np.r_[wards.usable[ward], beds]
    return Part(
        wards,
        patients,
        policy,
        people,
        profile,
        fangcang,
        home,
        np.r_[ward, ward[over]],
        len(ward),
        room,
        settled,
        cost,
        start,
    )


def wait_metres(patients: Patients, policy: Policy, people: Ints, stays: Flags) -> Costs:
    """What one more day without a bed costs, by severity, hours waited and need; ``stays`` marks who has one."""
    hours = np.minimum(patients.waited[people], policy.wait_hours_cap)
    km = np.array(policy.wait_km)[patients.severity[people]] + policy.wait_km_per_hour * hours
    together = np.array([bool(patients.together[k]) for k in people], bool)
    km = km + np.where((patients.need[people] > 0) | together, policy.need_km, 0.0)
    return np.asarray(np.rint((km + np.where(stays, policy.turn_out_km, 0.0)) * METRES), np.int32)


def _suiting(wards: Wards, start: Floats, policy: Policy, infection: int, ward: Ints, profile: Ints) -> Costs:
    """Metres by road for pairs that suit, NEVER for the others: one block for all patients of a profile.

    ``start`` is home, or for a settled patient the ward: that way is already made.
    """
    cost = np.full((len(start), len(ward)), NEVER, np.int32)
    for code in np.unique(profile):
        block = np.flatnonzero(profile == code)
        extra = _extra_km(policy, infection, *divmod(int(code), 2))[wards.kind[ward]]
        cols = np.flatnonzero(extra >= 0)
        way = _metres(start[block], wards.xy[ward[cols]], policy.road_factor)
        cost[block[:, None], cols] = way + np.rint(extra[cols] * METRES).astype(np.int32)
    return cost


def _unfit(wards: Wards, patients: Patients, people: Ints, ward: Ints) -> Flags | None:
    """Pairs (patient, ward) of the wrong sex, or without the oxygen that is needed; None where no ward tells."""
    unfit: Flags | None = None
    if wards.sex is not None:
        takes, anybody = wards.sex[ward], TAKES.index("any")
        sex = np.full(len(people), UNKNOWN) if patients.sex is None else patients.sex[people]
        child = (patients.age[people] >= 0) & (patients.age[people] < CHILD_AGE)
        unfit = (takes[None, :] != anybody) & (takes[None, :] != sex[:, None]) & ~child[:, None]
    if wards.oxygen is not None and patients.oxygen is not None:
        without = (patients.oxygen[people] == 1)[:, None] & (wards.oxygen[ward] == 0)[None, :]
        unfit = without if unfit is None else unfit | without
    return unfit


def _extra_km(policy: Policy, infection: int, severity: int, fangcang: int) -> Floats:
    """Kilometres added by kind of place for this class and severity, -1 where the kind is not open to it."""
    extra = np.full(len(KINDS), -1.0)
    for opening in policy.openings:
        if INFECTIONS.index(opening.infection) != infection:
            continue
        if SEVERITIES.index(opening.lowest) <= severity <= SEVERITIES.index(opening.highest):
            extra[KINDS.index(opening.kind)] = opening.extra_km
    if not fangcang:
        extra[FANGCANG] = -1.0
    return extra


def _metres(a: Floats, b: Floats, road_factor: float) -> Costs:
    apart = np.sqrt((a[:, :1] - b[:, 0]) ** 2 + (a[:, 1:] - b[:, 1]) ** 2)
    return np.asarray(np.rint(apart * (road_factor * METRES)), np.int32)


def _grouped(
    parts: list[Part], groups: list[Ints], patients: Patients, people: Ints, problems: list[Problem]
) -> set[str]:
    """Give each part its groups; groups that no ward takes whole wait, and are named and returned."""
    place = {int(k): (part, row) for part in parts for row, k in enumerate(part.people)}
    apart: set[str] = set()
    for group in groups:
        members = [place[int(k)] for k in people[group]]
        part, rows = members[0][0], np.array([row for _, row in members], np.int64)
        one = all(other is part for other, _ in members)
        if one and (part.cost[rows, : part.extra_from] < NEVER).all(axis=0).any():
            part.groups.append(rows)
            continue
        for other, row in members:
            other.cost[row, :-1] = NEVER
        names = [patients.ids[k] for k in people[group]]
        apart.update(names)
        listed = ", ".join(names)
        text = Text(
            f"{listed} 须同住，但没有病区可同时收治；请先记录分开照护方案，再取消分组。",
            f"{listed} belong together, but no ward takes all; record a plan for care apart, then ungroup them.",
        )
        problems += [Problem("group_apart", f"patient {name}", text, field="together") for name in names]
    return apart


def _extra_beds(suits: Costs, settled: Ints, usable: Ints, policy: Policy) -> tuple[Costs, Ints, Ints]:
    """Columns for those who already lie beyond a ward's usable beds: nobody new may take one."""
    rows = np.flatnonzero(settled != UNKNOWN)
    rows = rows[suits[rows, settled[rows]] < NEVER]
    over = np.bincount(settled[rows], minlength=len(usable)) - usable
    place = np.flatnonzero(over > 0)
    extra = np.full((len(suits), len(place)), NEVER, np.int32)
    for column, ward in enumerate(place):
        there = rows[settled[rows] == ward]
        extra[there, column] = suits[there, ward] + np.int32(round(policy.extra_bed_km * METRES))
    return extra, over[place], place


def _priceable(policy: Policy) -> None:
    longest = policy.wait_km_per_hour * policy.wait_hours_cap
    prices = (*policy.wait_km, longest, policy.need_km, policy.turn_out_km, policy.churn_km, policy.extra_bed_km)
    most = max(
        max(policy.wait_km) + longest + policy.need_km + policy.turn_out_km, policy.extra_bed_km + policy.churn_km
    )
    if min(prices) < 0 or most > MOST_KM:
        raise ValueError(f"policy prices must lie between 0 and {MOST_KM:,.0f} km")
    for opening in policy.openings:
        pairs = ((opening.infection, INFECTIONS), (opening.kind, KINDS))
        for name, names in (*pairs, (opening.lowest, SEVERITIES), (opening.highest, SEVERITIES)):
            if name not in names:
                raise ValueError(f"policy opening: {name!r} is not one of {', '.join(names)}")
        if not 0 <= opening.extra_km <= FARTHEST_KM:
            raise ValueError(f"policy opening: extra_km {opening.extra_km} is not between 0 and {FARTHEST_KM:,.0f}")
    if len(policy.wait_km) != len(SEVERITIES):
        raise ValueError(f"policy wait_km needs one price for each of {', '.join(SEVERITIES)}")
