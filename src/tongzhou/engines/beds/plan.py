"""Place patients: price every suiting pair, solve the flow, prove it, keep groups together, say why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from tongzhou.engines.certificate import (
    Binding,
    Budget,
    Certificate,
    Difference,
    Effort,
    Fairness,
    Plan,
    Problem,
    Reason,
    Term,
    Text,
    difference,
)

from .bound import lagrangian_bound
from .check import Recount, check_beds
from .exact import small, with_groups
from .flow import place
from .groups import bring_together, groups_first
from .model import SEVERITIES, Ints, Patients, Placement, Policy, Wards
from .reasons import bindings, left_waiting, reasons
from .residual import Residual, way_prices
from .suit import METRES, NEVER, Case, Part, case_of

Placements = tuple[Placement, ...]
METHOD = Text(
    "对全部可行配对的拉格朗日下界（病区价格取自剩余网络），同时界定剪枝损失",
    "Lagrangian bound over all suiting pairs, ward prices from the residual graph; it also bounds what pruning lost",
)


def plan_beds(
    wards: Wards,
    patients: Patients,
    policy: Policy,
    *,
    seed: int = 0,
    budget: Budget | None = None,
    explain: bool = True,
    fairness: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Plan[Placements], tuple[Problem, ...]]:
    """A bed or a place in the queue for every patient, at least cost in km-equivalents, with its certificate.

    The flow is exact, so ``seed`` changes nothing; ``budget`` limits the cycles that repair what pruning
    lost. ``fairness`` solves once more without severity and waiting time. Raises ValueError for a policy
    whose prices are out of range.
    """
    budget = budget or Budget()
    case = case_of(wards, patients, policy)
    progress(0.1)
    solved, spent = [], 0
    for number, part in enumerate(case.parts, 1):
        rest = None if budget.iterations is None else budget.iterations - spent
        solved.append(solve_part(part, rest))
        spent += solved[-1].cycles
        progress(0.1 + 0.7 * number / len(case.parts))
    plan, problems = certified(wards, patients, policy, case, solved, explain=explain)
    effort = replace(plan.certificate.effort, seed=seed, budget_iterations=budget.iterations)
    proof = replace(plan.certificate, effort=effort)
    if fairness:
        proof = replace(proof, fairness=_fairness(wards, patients, policy, plan.rows, case))
    progress(1.0)
    return Plan(plan.rows, proof), problems


def certified(
    wards: Wards, patients: Patients, policy: Policy, case: Case, solved: list["Solved"], *, explain: bool = True
) -> tuple[Plan[Placements], tuple[Problem, ...]]:
    """Rows of all parts, recounted by the checker, with bound, bindings, reasons and who waits."""
    rows = tuple(sorted(row for one in solved for row in placements(one.part, one.plan.at)))
    recount = check_beds(wards, patients, policy, rows, case.left, case.shut)
    done, optimal = (all(getattr(one, name) for one in solved) for name in ("done", "optimal"))
    cycles = sum(one.cycles for one in solved)
    certificate = Certificate(
        engine="beds",
        objective=recount.metres / METRES,
        bound=sum(one.bound for one in solved) / METRES,
        unit="km-equivalents",
        faults=recount.faults,
        bound_method=METHOD,
        terms=_terms(solved, recount),
        binding=_bindings(solved),
        reasons=_reasons(solved, case.apart) if explain else (),
        effort=Effort(0, cycles, stopped_by="optimal" if optimal else "gap" if done else "iterations"),
        difference=_from_yesterday(patients, rows, policy.churn_km),
    )
    waiting = [problem for one in solved for problem in left_waiting(one.part, one.plan.at, case.apart)]
    return Plan(rows, certificate), tuple(case.problems + waiting)


@dataclass
class Solved:
    """One part with its plan as a residual graph, its bound in metres and what the repair of pruning took."""

    part: Part
    plan: Residual
    bound: int
    cycles: int
    arcs: int
    done: bool  # no cycle is left that would better the plan with its groups held

    @property
    def optimal(self) -> bool:
        """Whether the bound is met: with groups held, a plan that no cycle betters need not be the best."""
        return self.plan.metres() == self.bound


def solve_part(part: Part, most: int | None) -> Solved:
    """The optimal flow over the kept arcs, repaired over all arcs, bounded; then groups are brought together."""
    column, arcs = place(part)
    plan = Residual(part.cost, part.room, column)
    cycles, done = plan.cancel(most)
    bound = lagrangian_bound(part, way_prices(plan.arcs))
    if part.groups:
        bring_together(part, plan)
        more, done = plan.cancel(None if most is None else most - cycles)
        cycles += more
        bound = max(bound, lagrangian_bound(part, way_prices(plan.arcs)))  # any prices bound; take the better
        if plan.metres() > bound:
            other = groups_first(part)
            used, better = other.cancel(None if most is None else max(0, most - cycles))
            cycles += used
            if other.metres() < plan.metres():
                plan, done = other, better
            if plan.metres() > bound and most is None and small(part):
                at, proved = with_groups(part, plan.at)
                plan, bound = _held(part, at), max(bound, proved)
    return Solved(part, plan, bound, cycles, arcs, done)


def _held(part: Part, at: Ints) -> Residual:
    plan = Residual(part.cost, part.room, at)
    plan.hold(np.concatenate(part.groups))
    return plan


def placements(part: Part, at: Ints) -> list[Placement]:
    """The rows of a part's plan."""
    wards, metres = part.wards, way_metres(part, at)
    column = [(wards.ids[w], wards.facility[w], k >= part.extra_from) for k, w in enumerate(part.ward.tolist())]
    column.append(("", "", False))
    ids, people = part.patients.ids, part.people.tolist()
    return [
        Placement(ids[k], column[c][0], column[c][1], m / METRES, column[c][2])
        for k, c, m in zip(people, at.tolist(), metres.tolist(), strict=True)
    ]


def way_metres(part: Part, at: Ints) -> Ints:
    """Metres by road to travel today, from home or from the ward settled in; 0 while waiting."""
    lies = at < part.waiting
    apart = part.start[lies] - part.wards.xy[part.ward[at[lies]]]
    metres = np.zeros(len(at), np.int64)
    metres[lies] = np.rint(np.sqrt(apart[:, 0] ** 2 + apart[:, 1] ** 2) * (part.policy.road_factor * METRES))
    return metres


def _reasons(solved: list[Solved], apart: set[str]) -> tuple[Reason, ...]:
    found = [reason for one in solved for reason in reasons(one.part, one.plan.at, one.plan.arcs, apart)]
    return tuple(sorted(found, key=attrgetter("row")))


def _bindings(solved: list[Solved]) -> tuple[Binding, ...]:
    found = [b for one in solved if one.done for b in bindings(one.part, one.plan.at, one.plan.arcs)]
    return tuple(sorted(found, key=lambda b: (-(b.gain or 0.0), b.name)))


def _terms(solved: list[Solved], recount: Recount) -> tuple[Term, ...]:
    bad = late = 0
    most_placed = True
    for one in solved:
        part = one.part
        who = part.people[one.plan.at == part.waiting]
        bad += int((part.patients.severity[who] >= SEVERITIES.index("severe")).sum())
        late += int((part.patients.waited[who] > part.policy.target_hours).sum())
        suits = part.cost[:, :-1]
        # A way through the wards visits each at most once, so it cannot save more than this.
        widest = int(suits[suits < NEVER].max(initial=0)) * (len(part.room) + 1)
        most_placed &= one.optimal and not part.groups and widest < int(part.cost[:, -1].min())
    return (
        Term("placed", recount.placed, "patients"),
        Term("waiting", recount.waiting, "patients"),
        Term("waiting_severe_or_critical", bad, "patients"),
        Term("waiting_beyond_target", late, "patients"),
        Term("way", recount.way_metres / METRES, "km"),
        Term("extra_beds", recount.extra_beds, "beds"),
        Term("settled_moved", recount.moved, "patients"),
        Term("most_placed_proven", float(most_placed), "1 = no plan places more"),
        Term("arcs", sum(one.arcs for one in solved), "pairs seen by the solver"),
        Term("cycles", sum(one.cycles for one in solved), "repairs after pruning"),
    )


def _from_yesterday(patients: Patients, rows: Placements, churn_km: float) -> Difference | None:
    today = {row.patient: row.ward for row in rows}
    before = {name: ward for name, ward in zip(patients.ids, patients.settled, strict=True) if ward and name in today}
    return difference(before, today, churn_price=churn_km) if before else None


def _fairness(wards: Wards, patients: Patients, policy: Policy, rows: Placements, case: Case) -> Fairness:
    """What severity and waiting time cost: both plans in km, at one and the same price for whoever waits."""
    flat = replace(policy, wait_km=(max(policy.wait_km),) * len(SEVERITIES), wait_km_per_hour=0.0, need_km=0.0)
    plain, _ = plan_beds(wards, patients, flat, explain=False)
    fair = check_beds(wards, patients, flat, rows, case.left, case.shut).metres / METRES
    efficient = plain.certificate.objective
    text = Text(
        f"按病情和等待时间排序，比只求路程最短多 {fair - efficient:,.1f} 公里当量。",
        f"Severity and waiting time first costs {fair - efficient:,.1f} km-equivalents over the plainly shortest plan.",
    )
    return Fairness(fair, efficient, "km-equivalents", text)
