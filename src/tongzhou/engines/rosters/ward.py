"""One CP-SAT model of one ward: one worker and a budget in deterministic time, so the same seed gives the same plan."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .check import check_roster
from .greedy import dispatch
from .model import BACKUP, Assign, Duty, Policy, Roster, Shift, Staff
from .rules import rest_between, suits, wanted, windows, zone_wards

Choice = dict[tuple[str, int, str], Any]  # (staff, day, shift) → 0 or 1
Post = dict[tuple[str, int, str, str], Any]  # and the skill it is counted for


@dataclass(frozen=True, slots=True)
class Solved:
    """Duties of a ward, a proven bound on its points, tenths of deterministic time used, whether the bound was met,
    and whether the search came as near to it as was asked."""

    duties: list[Duty]
    bound: float
    used: int
    optimal: bool
    near: bool


def solve_ward(
    roster: Roster,
    policy: Policy,
    ward: str,
    *,
    seed: int,
    tenths: int,
    within: int = 0,
    forced: tuple[Assign, ...] = (),
) -> Solved | None:
    """The best plan found within ``tenths`` of a unit of deterministic time; None where ``forced`` is impossible.

    With ``forced``, None also says that no plan was found in time.
    """
    from ortools.sat.python import cp_model  # loads pandas: half a second for whoever only shows a page

    model = cp_model.CpModel()
    people = sorted((person for person in roster.staff if person.ward == ward), key=lambda person: person.id)
    y, x = _choices(model, roster, policy, ward, people)
    cost: list[Any] = []
    for person in people:
        _rest(model, roster, policy, person, y)
        cost += _nights(model, roster, policy, person, y)
        cost += _moved(model, roster, policy, person, y) if roster.last else []
    cost += _cover(model, roster, policy, ward, x)
    asked = {(off.staff, off.day) for off in roster.off if not off.firm}
    cost += [policy.request * var for (who, day, _), var in y.items() if (who, day) in asked]
    for staff, on, name in forced:
        _force(model, y, staff, on, name)
    model.minimize(sum(cost))
    start = dispatch(roster, policy, ward)
    _hint(model, roster, start, y, x)
    solver = cp_model.CpSolver()
    _complete(model, solver, seed)
    solver.parameters.max_deterministic_time = tenths / 10
    solver.parameters.absolute_gap_limit = within
    solver.parameters.relative_gap_limit = 0.0
    # Measured on wards of 25: the linear relaxation gives the bound (without it there was none in 10 s), searching
    # along it takes a quarter of the default's time, and presolve takes longer than it saves.
    solver.parameters.linearization_level = 2
    solver.parameters.search_branching = cp_model.LP_SEARCH
    status = solver.solve(model)
    used = min(tenths, round(10 * solver.response_proto.deterministic_time))
    if status == cp_model.INFEASIBLE:
        return None
    bound = max(0.0, float(solver.best_objective_bound))
    rows = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        rows = [Duty(who, day, ward, shift, skill) for (who, day, shift, skill), var in x.items() if solver.value(var)]
    optimal = rows is not None and solver.objective_value <= bound  # within the gap, the status says so too
    near = rows is not None and solver.objective_value - bound <= within
    if not optimal and not forced:
        rows = _better(roster, policy, ward, start, rows)
    return None if rows is None else Solved(rows, bound, used, optimal, near)


def _complete(model: Any, solver: Any, seed: int) -> None:
    """Give every variable of the model the value it has in the start, where the start breaks no rule."""
    from ortools.sat.python import cp_model

    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.cp_model_presolve = False
    solver.parameters.max_deterministic_time = 1.0
    solver.parameters.fix_variables_to_their_hinted_value = True
    if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        values = list(solver.response_proto.solution)
        model.clear_hints()
        for k, value in enumerate(values):
            model.add_hint(model.get_int_var_from_proto_index(k), value)
    solver.parameters.fix_variables_to_their_hinted_value = False


def _better(roster: Roster, policy: Policy, ward: str, start: list[Duty], found: list[Duty] | None) -> list[Duty]:
    """The dispatcher's duties where the search ended before it met them."""
    alone = replace(
        roster, staff=tuple(p for p in roster.staff if p.ward == ward),
        slots=tuple(slot for slot in roster.slots if slot.ward == ward),
    )  # fmt: skip
    if found is None:
        return start
    return min((found, start), key=lambda rows: check_roster(alone, policy, tuple(rows))[0].objective)


def _choices(model: Any, roster: Roster, policy: Policy, ward: str, people: list[Staff]) -> tuple[Choice, Post]:
    """A variable for every shift a person may take, and for the skill where several would do."""
    shifts = {shift.name: shift for shift in roster.shifts}
    posts = list(wanted(roster, policy, ward))
    firm = {(off.staff, off.day) for off in roster.off if off.firm}
    zone = ward in zone_wards(roster)
    y: Choice = {}
    x: Post = {}
    for person in people:
        for day in range(roster.days):
            skills = defaultdict(list)
            for name, skill in posts:
                fits = skill in person.skills and suits(person, policy, day, shifts.get(name), zone)
                if fits and (person.id, day) not in firm:
                    skills[name].append(skill)
            for name, usable in skills.items():
                var = y[person.id, day, name] = model.new_bool_var("")
                if len(usable) == 1:
                    x[person.id, day, name, usable[0]] = var
                    continue
                for skill in usable:
                    x[person.id, day, name, skill] = model.new_bool_var("")
                model.add(sum(x[person.id, day, name, skill] for skill in usable) == var)
            model.add_at_most_one(y[person.id, day, name] for name in skills)
    return y, x


def _rest(model: Any, roster: Roster, policy: Policy, person: Staff, y: Choice) -> None:
    """Rest rules of one person over the days before and the days to plan."""
    shifts = {shift.name: shift for shift in roster.shifts}
    back = len(person.before)
    for day in range(roster.days):
        now = [(name, y[person.id, day, name]) for name in (*shifts, BACKUP) if (person.id, day, name) in y]
        if day == 0:
            first: list[tuple[str, Any]] = [(name, None) for name in person.before[-1:] if name in shifts]
        else:
            first = [(name, y[person.id, day - 1, name]) for name in shifts if (person.id, day - 1, name) in y]
        for one, before in first:
            late = [var for two, var in now if _too_close(shifts, policy, one, two)]
            if before is None:
                for var in late:
                    model.add(var == 0)
            elif late:
                model.add_at_most_one([before, *late])
    for _, length, most, kind in windows(policy):
        marked = [name for name in shifts if kind == "work" or shifts[name].night]
        for end in range(roster.days):
            begin = end + 1 - length
            past = sum(person.before[back + day] in marked for day in range(max(begin, -back), 0))
            new = [
                y[person.id, day, name]
                for day in range(max(begin, 0), end + 1)
                for name in marked
                if (person.id, day, name) in y
            ]
            stands = [y[key] for day in range(max(begin, 0), end + 1) if (key := (person.id, day, BACKUP)) in y]
            if kind == "work" and stands:  # one more must be possible: who stands by may be called
                called = model.new_bool_var("")
                for var in stands:
                    model.add_implication(var, called)
                new.append(called)
            if new:
                model.add(sum(new) <= max(0, most - past))


def _too_close(shifts: dict[str, Shift], policy: Policy, one: str, two: str) -> bool:
    if two == BACKUP:
        return shifts[one].end > 24
    return rest_between(shifts[one], shifts[two]) < policy.rest_hours


def _nights(model: Any, roster: Roster, policy: Policy, person: Staff, y: Choice) -> list[Any]:
    """The price of one person's nights, the next dearer than the one before it."""
    night = {shift.name for shift in roster.shifts if shift.night}
    had = sum(name in night for name in person.before)
    mine = [var for (who, _, name), var in _of(y, person, roster) if name in night]
    if not mine or not policy.night_spread:
        return []
    steps = [model.new_bool_var("") for _ in range(roster.days)]
    model.add(sum(mine) == sum(steps))
    for one, two in pairwise(steps):
        model.add_implication(two, one)
    return [policy.night_spread * (had + k) * step for k, step in enumerate(steps)]


def _moved(model: Any, roster: Roster, policy: Policy, person: Staff, y: Choice) -> list[Any]:
    """The price of changing one person from the plan in force, and of each shift given up or taken."""
    moved = model.new_bool_var("")
    held = {(day, roster.last[person.id, day]) for day in range(roster.days) if roster.last.get((person.id, day))}
    mine = {(day, name): var for (_, day, name), var in _of(y, person, roster)}
    lost = held - mine.keys()
    cost: list[Any] = [policy.move * moved, policy.change * len(lost)]
    for key, var in mine.items():
        changed = var.Not() if key in held else var
        model.add_implication(changed, moved)
        cost.append(policy.change * (1 - var if key in held else var))
    if lost:
        model.add(moved == 1)
    return cost


def _of(y: Choice, person: Staff, roster: Roster) -> list[tuple[tuple[str, int, str], Any]]:
    names = [*(shift.name for shift in roster.shifts), BACKUP]
    keys = ((person.id, day, name) for day in range(roster.days) for name in names)
    return [(key, y[key]) for key in keys if key in y]


def _cover(model: Any, roster: Roster, policy: Policy, ward: str, x: Post) -> list[Any]:
    """The price of empty posts and of skills without a backup."""
    have = defaultdict(list)
    for (_, day, name, skill), var in x.items():
        have[day, name, skill].append(var)
    cost = []
    for (name, skill), count in wanted(roster, policy, ward).items():
        for day in range(roster.days):
            missing = model.new_int_var(0, count, "")
            model.add(sum(have[day, name, skill]) + missing == count)
            cost.append((policy.no_backup if name == BACKUP else policy.uncovered) * missing)
    return cost


def _force(model: Any, y: Choice, staff: str, day: int, name: str) -> None:
    for (who, on, shift), var in y.items():
        if (who, on) == (staff, day):
            model.add(var == (1 if shift == name else 0))
    if name and (staff, day, name) not in y:
        model.add_bool_or([])


def _hint(model: Any, roster: Roster, start: list[Duty], y: Choice, x: Post) -> None:
    """Begin at the plan in force, else at the dispatcher's, who follows last week."""
    if roster.last:
        for (who, day, name), var in y.items():
            model.add_hint(var, roster.last.get((who, day)) == name)
        return
    taken = {(duty.staff, duty.day, duty.shift) for duty in start}
    skilled = {(duty.staff, duty.day, duty.shift, duty.skill) for duty in start}
    for key, var in y.items():
        model.add_hint(var, key in taken)
    for post, var in x.items():
        if var is not y[post[:3]]:
            model.add_hint(var, post in skilled)
