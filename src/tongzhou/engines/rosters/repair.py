"""After a sick call: the ward alone is solved again, and every changed person has a price."""

from dataclasses import replace

from tongzhou.engines.certificate import Effort, Plan, Problem, Term, Text

from .model import Assign, DayOff, Duty, Policy, Roster
from .plan import certify
from .ward import solve_ward

TENTHS = 20


def repair(
    roster: Roster, policy: Policy, duties: tuple[Duty, ...], staff: str, days: tuple[int, ...], *, seed: int = 1
) -> tuple[Plan[tuple[Duty, ...]], tuple[Problem, ...]]:
    """The plan without ``staff`` on ``days``, moving as few people as the cover allows.

    Days before the first of ``days`` stay as they are. The certificate holds no bound for the whole house, for the
    other wards were not solved again; the term ``ward bound`` is that of the ward. Raises ValueError where there is
    no such person or day.
    """
    ward = next((person.ward for person in roster.staff if person.id == staff), None)
    if ward is None:
        raise ValueError(f"there is no {staff!r} in the roster")
    if not days or not all(0 <= day < roster.days for day in days):
        raise ValueError(f"days {days} are not within 0 to {roster.days - 1}")
    last = {(duty.staff, duty.day): duty.shift for duty in duties}
    after = replace(roster, off=(*roster.off, *(DayOff(staff, day, True) for day in days)), last=last)
    past = range(min(days))
    held = tuple(Assign(p.id, day, last.get((p.id, day), "")) for p in roster.staff if p.ward == ward for day in past)
    found = solve_ward(after, policy, ward, seed=seed, tenths=TENTHS, forced=held)
    if found is None:
        raise ValueError(f"the days before {min(days)} of the plan break the rules of the roster")
    kept = [duty for duty in duties if duty.ward != ward]
    stop = "optimal" if found.optimal else "iterations"
    effort = Effort(seed, found.used, budget_iterations=TENTHS, stopped_by=stop)
    rows = tuple(sorted(kept + found.duties))
    plan, problems = certify(after, policy, rows, None, effort, explain=False)
    proof = plan.certificate
    why = Text("其他病区保持不变，未求全院下界", "The other wards were held: no bound for the whole house")
    terms = (*proof.terms, Term("ward bound", found.bound, "points"))
    return Plan(rows, replace(proof, terms=terms, bound_method=why)), problems
