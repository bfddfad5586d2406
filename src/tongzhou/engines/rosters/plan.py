"""The roster of a whole house: its wards one by one, then the independent checker and the reasons."""

from collections.abc import Callable
from dataclasses import replace

from tongzhou.engines.certificate import Budget, Certificate, Effort, Fairness, Plan, Problem, Text, difference

from .check import check_roster
from .model import Duty, Policy, Roster
from .reasons import bindings, reasons
from .sound import contradictions
from .ward import Solved, solve_ward

WARD_TENTHS = 40  # tenths of a unit of CP-SAT's deterministic time for each ward

Planned = tuple[Plan[tuple[Duty, ...]], tuple[Problem, ...]]


def plan_roster(
    roster: Roster,
    policy: Policy | None = None,
    *,
    seed: int = 1,
    budget: Budget | None = None,
    within: int | None = None,
    explain: bool = True,
    fairness: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> Planned:
    """Duties of every ward, and the posts nobody may fill as problems.

    ``budget.iterations`` are tenths of CP-SAT's deterministic time for each ward; a ward is done once it is ``within``
    so many points of its bound, 0 for the best. Without it that is less than one request for a day off or step of
    nights: a share of the points would stop the sooner the more posts nobody can fill. ``explain`` adds reasons;
    ``fairness`` solves once more without a price on nights.
    """
    policy = policy or Policy()
    blocking = contradictions(roster, policy)
    if blocking:
        proof = Certificate("rosters", 0.0, None, "points", blocking, effort=Effort(seed, 0, stopped_by="empty"))
        return Plan((), proof), blocking
    tenths = budget.iterations if budget and budget.iterations is not None else WARD_TENTHS
    if within is None:  # a whole step of nobody's nights, and so less than a request, is left to be gained
        within = max(0, min(policy.request, policy.night_spread or policy.request) - 1)
    wards = wards_of(roster)
    solved: list[Solved] = []
    for number, ward in enumerate(wards, 1):
        found = solve_ward(roster, policy, ward, seed=seed, tenths=tenths, within=within)
        assert found is not None  # an empty roster breaks no rule
        solved.append(found)
        progress(number / len(wards))
    duties = tuple(sorted(duty for found in solved for duty in found.duties))
    optimal, near = (all(getattr(found, name) for found in solved) for name in ("optimal", "near"))
    stop = "empty" if not wards else "optimal" if optimal else "gap" if near else "iterations"
    effort = Effort(seed, sum(f.used for f in solved), budget_iterations=tenths * len(wards), stopped_by=stop)
    plan, problems = certify(roster, policy, duties, sum(f.bound for f in solved), effort, explain=explain)
    if fairness:
        price = _fairness(roster, policy, plan, seed, budget)
        plan = replace(plan, certificate=replace(plan.certificate, fairness=price))
    return plan, problems


def wards_of(roster: Roster) -> list[str]:
    """Every ward that has people or wants some."""
    return sorted({person.ward for person in roster.staff} | {slot.ward for slot in roster.slots})


def certify(
    roster: Roster, policy: Policy, duties: tuple[Duty, ...], bound: float | None, effort: Effort, *, explain: bool
) -> Planned:
    """The plan with the checker's certificate, reasons, and the difference from the plan in force."""
    proof, problems = check_roster(roster, policy, duties)
    how = Text("各病区 CP-SAT 下界之和", "The sum of the wards' CP-SAT bounds")
    changed = None
    if roster.last:
        before = {f"{who} {day}": shift for (who, day), shift in roster.last.items() if shift and day < roster.days}
        changed = difference(before, {f"{duty.staff} {duty.day}": duty.shift for duty in duties})
    full = replace(
        proof, bound=bound, bound_method=how if bound is not None else Text("", ""), effort=effort,
        difference=changed, binding=bindings(roster, duties),
        reasons=reasons(roster, policy, duties) if explain else (),
    )  # fmt: skip
    return Plan(duties, full), problems


def _fairness(
    roster: Roster, policy: Policy, plan: Plan[tuple[Duty, ...]], seed: int, budget: Budget | None
) -> Fairness:
    """Points other than those of nights, with and without a price on nights."""
    careless = replace(policy, night_spread=0)
    fair, _ = check_roster(roster, careless, plan.rows)
    efficient, _ = plan_roster(roster, careless, seed=seed, budget=budget, explain=False)
    text = Text(
        "不计夜班公平时，其余分值可低多少。", "How much lower the other points could be if nights were not shared."
    )
    return Fairness(fair.objective, efficient.certificate.objective, "points", text)
