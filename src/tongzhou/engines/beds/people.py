"""What a patient's row says besides place: the bed wanted, the Fangcang rule, the present ward, groups, refusals."""

from collections import defaultdict

import numpy as np

from tongzhou.engines.certificate import Problem, Text

from .model import BEDS, INFECTIONS, SEVERITIES, UNKNOWN, Ints, Patients, Policy

ICU, CRITICAL = BEDS.index("icu"), SEVERITIES.index("critical")
CONFIRMED = INFECTIONS.index("confirmed")
FIT, UNFIT, UNASKED = 1, 0, 2  # for a Fangcang: admitted, not admitted, an answer is missing


def fangcang_answers(patients: Patients, policy: Policy) -> Ints:
    """Admission to a Fangcang by RULEBOOK 7 (S42): confirmed, 18-65, self-caring, no chronic disease, flu negative.

    One answer against decides; otherwise a missing one leaves the question open, and open is not admitted.
    """
    youngest, oldest = policy.fangcang_ages
    yes = (
        patients.infection == CONFIRMED,
        (patients.age >= youngest) & (patients.age <= oldest),
        patients.self_care == 1,
        patients.chronic == 0,
        patients.flu_negative == 1,
    )
    known = (
        patients.infection != UNKNOWN,
        patients.age != UNKNOWN,
        patients.self_care != UNKNOWN,
        patients.chronic != UNKNOWN,
        patients.flu_negative != UNKNOWN,
    )
    against = np.any([k & ~y for k, y in zip(known, yes, strict=True)], axis=0)
    least = [SEVERITIES.index(o.lowest) for o in policy.openings if o.kind == "fangcang"]
    most = [SEVERITIES.index(o.highest) for o in policy.openings if o.kind == "fangcang"]
    against |= (patients.severity < min(least, default=0)) | (patients.severity > max(most, default=-1))
    return np.where(against, UNFIT, np.where(np.all(known, axis=0), FIT, UNASKED))


def wanted_beds(patients: Patients, people: Ints, groups: list[Ints]) -> Ints:
    """The bed type of each row: intensive care for the critical, else the stated need, shared by a group."""
    bed = patients.need[people].copy()
    for group in groups:
        special = bed[group][bed[group] > 0]
        if len(special):
            bed[group] = np.where(bed[group] > 0, bed[group], special.min())
    bed[patients.severity[people] == CRITICAL] = ICU
    return np.asarray(bed, np.int64)


def homes(patients: Patients, people: Ints, ward_of: dict[str, int], problems: list[Problem]) -> Ints:
    homes = np.full(len(people), UNKNOWN, np.int64)
    for row, k in enumerate(people):
        name = patients.settled[k]
        if name and name in ward_of:
            homes[row] = ward_of[name]
        elif name:
            who = patients.ids[k]
            text = Text(f"{who} 现住病区 {name} 不存在或未开放。", f"{who} lies in {name}, which is not open.")
            problems.append(Problem("unknown_ward", f"patient {who}", text, field="settled"))
    return homes


def groups_of(patients: Patients, people: Ints, problems: list[Problem]) -> list[Ints]:
    members: dict[str, list[int]] = defaultdict(list)
    for row, k in enumerate(people):
        if patients.together[k]:
            members[patients.together[k]].append(row)
    for name, rows in sorted(members.items()):
        if len(rows) == 1:
            who = patients.ids[people[rows[0]]]
            text = Text(f"{who} 的同住组 {name} 没有其他人。", f"{who} is alone in the group {name}.")
            problems.append(Problem("group_alone", f"patient {who}", text, field="together"))
    return [np.array(rows, np.int64) for _, rows in sorted(members.items()) if len(rows) > 1]


def refusals(patients: Patients, ward_of: dict[str, int], problems: list[Problem]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    known = set(patients.ids) if patients.refused else set()
    for patient, ward in patients.refused:
        if patient in known and ward in ward_of:
            found[patient].add(ward_of[ward])
            continue
        text = Text(f"{patient} 被 {ward} 拒收：患者或病区不存在。", f"Refusal of {patient} by {ward}: no such row.")
        problems.append(Problem("unknown_refusal", f"patient {patient}", text, field="refused"))
    return found
