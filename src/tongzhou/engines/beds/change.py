"""What would change it: exact re-solves that begin at the plan, and the patient a ward has refused."""

from dataclasses import replace

import numpy as np

from tongzhou.engines.certificate import Change, Plan, Problem, Text, WhatIf, difference

from .bound import lagrangian_bound
from .groups import bring_together
from .model import (
    BEDS,
    BEDS_ZH,
    INFECTIONS,
    INFECTIONS_ZH,
    KINDS,
    KINDS_ZH,
    Flags,
    Ints,
    MoreBeds,
    Move,
    Patients,
    Placement,
    Policy,
    Refuse,
    Wards,
)
from .people import FIT
from .plan import Placements, Solved, certified
from .residual import Residual, way_prices
from .suit import METRES, NEVER, Case, Part, case_of


def what_if(
    wards: Wards, patients: Patients, policy: Policy, rows: Placements, change: Move | Refuse | MoreBeds
) -> WhatIf:
    """What a change would cost and who would lose or gain what; ``rows`` is an optimal plan of the same input.

    Exact where nobody belongs to a group; groups stay together and, unless asked about, where they are.
    """
    question = _question(change)
    case = case_of(wards, patients, policy)
    before = {row.patient: row for row in rows}
    old = sum(_metres(part, columns_of(part, before)) for part in case.parts)
    refusal = _impossible(case, wards, patients, change)
    if refusal is not None:
        return WhatIf(question, old / METRES, None, problems=(refusal,))
    if isinstance(change, MoreBeds):
        changed = case_of(_with_beds(wards, change), patients, policy)
    elif isinstance(change, Refuse):
        changed = case_of(wards, _with_refusal(patients, change), policy)
    else:
        changed = case
    after, changes = 0, []
    for part in changed.parts:
        at = columns_of(part, before)
        if isinstance(change, Move):
            at = _moved(part, at, change)
        plan = resolved(part, at)
        if (np.bincount(plan.at, minlength=part.waiting + 1)[:-1] > part.room).any():
            text = Text(f"{change.ward} 的床位均由同住组占用。", f"Every bed of {change.ward} is held by groups.")
            return WhatIf(question, old / METRES, None, problems=(Problem("no_room", f"ward {change.ward}", text),))
        after += _metres(part, plan.at)
        changes += _changes(part, before, plan)
    return WhatIf(question, old / METRES, after / METRES, tuple(sorted(changes, key=lambda c: c.row)))


def after_refusal(
    wards: Wards, patients: Patients, policy: Policy, rows: Placements, refusal: Refuse, *, others_move: bool = False
) -> tuple[Plan[Placements], tuple[Problem, ...]]:
    """The plan once a ward has refused a patient: a bed for that patient at once, the refusal named to command.

    The others stay where the plan has them, unless ``others_move``; then the re-solve is exact.
    """
    refused = _with_refusal(patients, refusal)
    case = case_of(wards, refused, policy)
    before = {row.patient: row for row in rows}
    solved = []
    for part in case.parts:
        at = columns_of(part, before)
        held = None if others_move else np.array([part.name(k) != refusal.patient for k in range(len(at))], bool)
        part_plan = resolved(part, at, held)
        exact = Residual(part.cost, part.room, part_plan.at)
        bound = lagrangian_bound(part, way_prices(exact.arcs))
        solved.append(Solved(part, part_plan, bound, 0, 0, others_move and not part.groups))
    plan, problems = certified(wards, refused, policy, case, solved)
    changed = difference({row.patient: row.ward for row in rows}, {row.patient: row.ward for row in plan.rows})
    text = Text(
        f"{refusal.ward} 拒收 {refusal.patient}：定点机构不得以任何理由拒收，请指挥部核查。",
        f"{refusal.ward} refused {refusal.patient}: a designated place may not refuse for any reason; command to look.",
    )
    named = Problem("ward_refused", f"ward {refusal.ward}", text)
    return Plan(plan.rows, replace(plan.certificate, difference=changed)), (named, *problems)


def resolved(part: Part, at: Ints, held: Flags | None = None) -> Residual:
    """The optimum of a part from a plan that may be broken: over-full wards give up beds first."""
    plan = Residual(part.cost, part.room, at)
    if held is not None:
        plan.hold(np.flatnonzero(held))
    whole = [rows for rows in part.groups if len({part.ward_name(c) for c in plan.at[rows].tolist()}) == 1]
    for rows in whole:
        plan.hold(rows)
    plan.cancel(None)  # a shortest way is exact only where no negative cycle is left
    for column in range(part.waiting):
        while (plan.at == column).sum() > plan.room[column]:
            way = plan.cheapest(column, len(plan.arcs) - 1)
            if not way:
                break
            plan.shift(way)
    plan.cancel(None)
    if part.groups and held is None:
        bring_together(part, plan)
        plan.cancel(None)
    return plan


def columns_of(part: Part, before: dict[str, Placement]) -> Ints:
    """The column of each row in a plan given by patient id; who is not in it, or may no longer lie there, waits."""
    column = {(name, False): k for k, name in enumerate(part.wards.ids[w] for w in part.ward[: part.extra_from])}
    for k in range(part.extra_from, part.waiting):
        column[part.ward_name(k), True] = k
    at = np.full(len(part.people), part.waiting, np.int64)
    for row in range(len(at)):
        placed = before.get(part.name(row))
        if placed is not None and placed.ward:
            at[row] = column.get((placed.ward, placed.extra), column.get((placed.ward, False), part.waiting))
    at = np.where(part.cost[np.arange(len(at)), at] < NEVER, at, part.waiting)
    for k in range(part.extra_from, part.waiting):  # a usable bed that has become free takes one from an extra bed
        ward = column[part.ward_name(k), False]
        spare = max(0, int(part.room[ward] - (at == ward).sum()))
        at[np.flatnonzero(at == k)[:spare]] = ward
    return at


def _moved(part: Part, at: Ints, change: Move) -> Ints:
    """Send the patient (with the group) to the ward and close every other column to them."""
    at = at.copy()
    for row in np.flatnonzero([part.name(k) == change.patient for k in range(len(at))]).tolist():
        column = [part.ward_name(k) for k in range(part.extra_from)].index(change.ward)
        rows = next((group for group in part.groups if row in group), np.array([row]))
        price = part.cost[rows, column].copy()
        part.cost[rows] = NEVER
        part.cost[rows, column] = price
        at[rows] = column
    return at


def _metres(part: Part, at: Ints) -> int:
    return int(part.cost[np.arange(len(at)), at].sum(dtype=np.int64))


def _changes(part: Part, before: dict[str, Placement], plan: Residual) -> list[Change]:
    found = []
    for row, column in enumerate(plan.at.tolist()):
        name, ward = part.name(row), part.ward_name(column)
        old = before[name].ward if name in before else ""
        if ward != old:
            found.append(Change(name, old, ward))
    return found


def _with_beds(wards: Wards, change: MoreBeds) -> Wards:
    k = wards.ids.index(change.ward)
    physical, staffed = wards.physical.copy(), wards.staffed.copy()
    physical[k] = staffed[k] = max(0, int(wards.usable[k]) + change.beds)
    return replace(wards, physical=physical, staffed=staffed)


def _with_refusal(patients: Patients, refusal: Refuse) -> Patients:
    """The refusal holds for everyone who must stay together with the patient."""
    group = dict(zip(patients.ids, patients.together, strict=True)).get(refusal.patient, "")
    mates = [
        n
        for n, g in zip(patients.ids, patients.together, strict=True)
        if n == refusal.patient or (group and g == group)
    ]
    return replace(patients, refused=(*patients.refused, *((name, refusal.ward) for name in mates)))


def _impossible(case: Case, wards: Wards, patients: Patients, change: Move | Refuse | MoreBeds) -> Problem | None:
    """Why a change cannot be asked, or cannot be: the rule that stands against it."""
    if change.ward not in wards.ids or change.ward in case.shut:
        text = Text(f"没有可用病区 {change.ward}。", f"There is no usable ward {change.ward}.")
        return Problem("unknown_ward", f"ward {change.ward}", text)
    if isinstance(change, MoreBeds):
        return None
    w = wards.ids.index(change.ward)
    for part in case.parts:
        for row in range(len(part.people)):
            if part.name(row) == change.patient:
                return _against(part, row, wards, patients, w) if isinstance(change, Move) else None
    text = Text(f"没有可安排的患者 {change.patient}。", f"There is no patient {change.patient} to plan for.")
    return Problem("unknown_patient", f"patient {change.patient}", text)


def _against(part: Part, row: int, wards: Wards, patients: Patients, w: int) -> Problem | None:
    group = next((rows for rows in part.groups if row in rows), np.array([row]))
    column = np.flatnonzero(part.ward[: part.extra_from] == w)
    if len(column) and (part.cost[group, column[0]] < NEVER).all():
        return None
    who, ward, kind = part.name(row), wards.ids[w], KINDS[int(wards.kind[w])]
    infection, serves = int(patients.infection[part.people[row]]), int(wards.serves[w])
    if infection != serves:
        code = "class_apart"
        zh, en = (
            f"只收治{INFECTIONS_ZH[serves]}人员",
            f"takes the class {INFECTIONS[serves]}, not {INFECTIONS[infection]}",
        )
    elif not len(column):
        code, zh, en = (
            "bed_type",
            f"为{BEDS_ZH[int(wards.bed[w])]}床",
            f"has beds of the type {BEDS[int(wards.bed[w])]}",
        )
    elif (who, ward) in patients.refused:
        code, zh, en = "ward_refused", "已拒收", "has refused"
    elif kind == "fangcang" and part.fangcang[row] != FIT:
        code, zh, en = (
            "fangcang_rule",
            "不符合或未核实方舱入住条件",
            "is a Fangcang; its rule is not met or not answered",
        )
    else:
        code, zh, en = (
            "not_open",
            f"{KINDS_ZH[int(wards.kind[w])]}不收此病情或此同住组",
            f"is a {kind}, not open to this severity or group",
        )
    return Problem(
        code, f"patient {who}", Text(f"{who} 不可去 {ward}：{zh}。", f"{who} may not go to {ward}: it {en}.")
    )


def _question(change: Move | Refuse | MoreBeds) -> Text:
    if isinstance(change, Move):
        return Text(f"若 {change.patient} 去 {change.ward}？", f"What if {change.patient} went to {change.ward}?")
    if isinstance(change, Refuse):
        return Text(
            f"若 {change.ward} 不收 {change.patient}？", f"What if {change.ward} did not take {change.patient}?"
        )
    return Text(f"若 {change.ward} 增 {change.beds} 床？", f"What if {change.ward} had {change.beds:+d} beds?")
