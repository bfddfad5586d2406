"""The independent checker of beds: recounts rows, beds, classes and prices in plain loops, from the tables alone."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongzhou.engines.certificate import Problem, Text

from .model import (
    BEDS,
    CHILD_AGE,
    INFECTIONS,
    KINDS,
    SEVERITIES,
    SEXES,
    TAKES,
    WITH_SEPARATE_WARDS,
    Patients,
    Placement,
    Policy,
    Wards,
)


@dataclass(frozen=True, slots=True)
class Recount:
    """What the checker found: faults, the objective in metres, and the figures a planner reads."""

    faults: tuple[Problem, ...]
    metres: int
    placed: int
    waiting: int
    way_metres: int
    extra_beds: int
    moved: int


def check_beds(
    wards: Wards,
    patients: Patients,
    policy: Policy,
    rows: Sequence[Placement],
    left: Iterable[str] = (),
    shut: Iterable[str] = (),
) -> Recount:
    """Recount a plan; ``left`` are patients and ``shut`` wards whose own row is contradictory, both unused."""
    left, shut = set(left), set(shut)
    faults: list[Problem] = []
    ward = {name: w for w, name in enumerate(wards.ids) if name not in shut}
    kind, bed, serves = wards.kind.tolist(), wards.bed.tolist(), wards.serves.tolist()
    where, usable = wards.xy.tolist(), [min(p, s) for p, s in zip(wards.physical, wards.staffed, strict=True)]
    person = {name: k for k, name in enumerate(patients.ids)}
    sick = _columns(patients)
    beds_wanted = _beds_wanted(patients, sick, left)
    open_to: dict[tuple[int, int, int], float] = {}
    for o in policy.openings:
        for s in range(SEVERITIES.index(o.lowest), SEVERITIES.index(o.highest) + 1):
            open_to[INFECTIONS.index(o.infection), s, KINDS.index(o.kind)] = o.extra_km
    fangcang, hospitals = KINDS.index("fangcang"), {KINDS.index(name) for name in WITH_SEPARATE_WARDS}
    refused = set(patients.refused)
    seen: set[str] = set()
    held: Counter[str] = Counter()
    beyond: Counter[str] = Counter()
    could_stay: Counter[str] = Counter()
    classes: dict[str, set[int]] = defaultdict(set)
    total = way = placed = moved = 0

    def fits(k: int, w: int) -> bool:
        infection, severity = sick.infection[k], sick.severity[k]
        if serves[w] != infection or bed[w] != beds_wanted[k] or (infection, severity, kind[w]) not in open_to:
            return False
        if kind[w] == fangcang and not _fangcang(sick, k, policy):
            return False
        if not _sex_and_oxygen(wards, patients, k, w):
            return False
        return not refused or (patients.ids[k], wards.ids[w]) not in refused

    for row in rows:
        if row.patient in seen or row.patient not in person:
            faults.append(_fault("twice_or_unknown", row.patient, "重复或不存在", "is there twice or does not exist"))
            continue
        seen.add(row.patient)
        k = person[row.patient]
        home = patients.settled[k]
        if home in ward and fits(k, ward[home]):
            could_stay[home] += 1
        if not row.ward:
            hours = min(sick.waited[k], policy.wait_hours_cap)
            km = policy.wait_km[sick.severity[k]] + policy.wait_km_per_hour * hours
            km += policy.need_km if sick.need[k] or patients.together[k] else 0.0
            km += policy.turn_out_km if home in ward and fits(k, ward[home]) else 0.0
            total += round(km * 1000)
            continue
        w = ward.get(row.ward, -1)
        if w < 0 or not fits(k, w) or row.facility != wards.facility[w]:
            faults.append(_fault("does_not_suit", row.patient, f"不宜收入 {row.ward}", f"may not lie in {row.ward}"))
            continue
        start = where[ward[home]] if home in ward else sick.xy[k]
        dx, dy = start[0] - where[w][0], start[1] - where[w][1]
        metres = round(math.sqrt(dx * dx + dy * dy) * (policy.road_factor * 1000))
        if abs(metres - row.km * 1000) > 0.51:
            faults.append(_fault("wrong_way", row.patient, "路程不符", "has a wrong distance"))
        cost = metres + round(open_to[sick.infection[k], sick.severity[k], kind[w]] * 1000) if home != row.ward else 0
        if home in ward and home != row.ward:
            cost += round(policy.churn_km * 1000)
            moved += 1
        if row.extra:
            beyond[row.ward] += 1
            cost += round(policy.extra_bed_km * 1000)
            if home != row.ward:
                faults.append(
                    _fault("extra_bed", row.patient, "新患者占用加床", "is new in a bed beyond the usable ones")
                )
        else:
            held[row.ward] += 1
        placed, way, total = placed + 1, way + metres, total + cost
        if kind[w] not in hospitals:
            classes[row.facility].add(sick.infection[k])
    for name in sorted(set(patients.ids) - seen - left):
        faults.append(_fault("missing", name, "没有安排", "has no row"))
    for name, count in sorted(held.items()):
        if count > max(0, usable[ward[name]]):
            text = f"{count} 人，可用 {usable[ward[name]]} 床", f"holds {count} in {usable[ward[name]]} usable beds"
            faults.append(_fault("over_full", name, *text))
    for name, count in sorted(beyond.items()):
        if count > could_stay[name] - usable[ward[name]]:
            faults.append(_fault("extra_bed", name, "加床多于现有超收", "has more extra beds than are over-full today"))
    faults += [
        _fault("mixed_place", f, "混收不同类别", "mixes classes") for f, c in sorted(classes.items()) if len(c) > 1
    ]
    faults += _split_groups(patients, rows)
    waiting = len(seen) - placed
    return Recount(tuple(faults), int(total), placed, waiting, int(way), sum(beyond.values()), moved)


@dataclass(frozen=True, slots=True)
class _Columns:
    infection: list[int]
    severity: list[int]
    need: list[int]
    age: list[int]
    self_care: list[int]
    chronic: list[int]
    flu_negative: list[int]
    xy: list[list[float]]
    waited: list[float]


def _columns(patients: Patients) -> _Columns:
    names = ("infection", "severity", "need", "age", "self_care", "chronic", "flu_negative", "xy", "waited")
    return _Columns(*(getattr(patients, name).tolist() for name in names))


def _beds_wanted(patients: Patients, sick: _Columns, left: set[str]) -> list[int]:
    icu, critical = BEDS.index("icu"), SEVERITIES.index("critical")
    shared: dict[str, int] = {}
    for name, group, need in zip(patients.ids, patients.together, sick.need, strict=True):
        if group and need > 0 and name not in left:
            shared[group] = min(need, shared.get(group, need))
    wanted = [need or shared.get(group, 0) for need, group in zip(sick.need, patients.together, strict=True)]
    return [icu if s == critical else bed for s, bed in zip(sick.severity, wanted, strict=True)]


def _fangcang(sick: _Columns, k: int, policy: Policy) -> bool:
    youngest, oldest = policy.fangcang_ages
    if INFECTIONS[sick.infection[k]] != "confirmed" or not youngest <= sick.age[k] <= oldest:
        return False
    return sick.self_care[k] == 1 and sick.chronic[k] == 0 and sick.flu_negative[k] == 1


def _sex_and_oxygen(wards: Wards, patients: Patients, k: int, w: int) -> bool:
    takes = "any" if wards.sex is None else TAKES[int(wards.sex[w])]
    code = -1 if patients.sex is None else int(patients.sex[k])
    child = 0 <= int(patients.age[k]) < CHILD_AGE
    if takes != "any" and not child and (code < 0 or SEXES[code] != takes):
        return False
    needs = patients.oxygen is not None and int(patients.oxygen[k]) == 1
    return not needs or wards.oxygen is None or int(wards.oxygen[w]) != 0


def _split_groups(patients: Patients, rows: Sequence[Placement]) -> list[Problem]:
    group_of = {name: group for name, group in zip(patients.ids, patients.together, strict=True) if group}
    places: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.patient in group_of:
            places[group_of[row.patient]].add(row.ward)
    split = sorted(name for name, wards in places.items() if len(wards) > 1)
    return [_fault("split_group", name, "同住组被分开", "is a group that was split") for name in split]


def _fault(code: str, subject: str, zh: str, en: str) -> Problem:
    return Problem(code, subject, Text(f"{subject}：{zh}。", f"{subject} {en}."))
