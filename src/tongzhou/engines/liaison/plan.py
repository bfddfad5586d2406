"""Send helpers: nearest arcs, an exact flow over them, more arcs where prices show they pay, the proof, the reasons."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tongzhou.engines.certificate import (
    Budget,
    Certificate,
    Difference,
    Effort,
    Fairness,
    Plan,
    Problem,
    Term,
    Text,
    difference,
)

from .arcs import METRES, MOST_KM, way_metres
from .check import Recount, check_liaison
from .flow import Solved, carried, solve
from .model import PRIORITIES, Helpers, Needs, Policy, Visit
from .reasons import bindings, left_unmet, reasons
from .sound import Sound, sound

Visits = tuple[Visit, ...]
METHOD = Text(
    "拉格朗日下界：人员价格取自剩余网络，未列入的配对以最近距离或逐一核价为界",
    "Lagrangian bound with prices from the residual graph; pairs left out are bounded by nearness or priced one by one",
)
MOST_ROUNDS = 20


def plan_liaison(
    helpers: Helpers,
    needs: Needs,
    policy: Policy,
    *,
    seed: int = 0,
    budget: Budget | None = None,
    gap: float = 0.0,
    explain: bool = True,
    fairness: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Plan[Visits], tuple[Problem, ...]]:
    """Who goes to whom today, at least cost in km-equivalents, with its certificate.

    Exact unless a ``gap`` (share of the objective) is allowed, so ``seed`` changes nothing; ``budget`` limits
    the rounds in which arcs are added after the first flow (20 by default). Raises ValueError for a policy whose
    prices are out of range.
    """
    _priceable(policy)
    data = sound(helpers, needs)
    rounds = MOST_ROUNDS if budget is None or budget.iterations is None else budget.iterations
    solved = solve(data.helpers, data.needs, policy, rounds, gap)
    progress(0.8)
    rows = _rows(data.helpers, data.needs, policy, solved)
    recount = check_liaison(helpers, needs, policy, rows, data.left, data.away)
    optimal = solved.bound == recount.metres
    certificate = Certificate(
        engine="liaison",
        objective=recount.metres / METRES,
        bound=solved.bound / METRES,
        unit="km-equivalents",
        faults=recount.faults,
        bound_method=METHOD,
        terms=_terms(recount, solved),
        binding=bindings(data.helpers, solved),
        reasons=reasons(data.helpers, data.needs, solved, rows) if explain else (),
        effort=Effort(seed, solved.rounds, rounds, stopped_by=_stopped(optimal, solved.rounds, rounds)),
        difference=_from_yesterday(data, rows, policy),
        fairness=_fairness(data.helpers, data.needs, policy, rows) if fairness else None,
    )
    progress(1.0)
    return Plan(rows, certificate), tuple(data.problems + left_unmet(data.needs, solved, rows))


def _stopped(optimal: bool, used: int, rounds: int) -> str:
    return "optimal" if optimal else "iterations" if used >= rounds else "gap"


def _rows(helpers: Helpers, needs: Needs, policy: Policy, solved: Solved) -> Visits:
    used = np.flatnonzero(solved.flow > 0)
    need, helper, units = solved.arcs.need[used], solved.arcs.helper[used], solved.flow[used]
    way = way_metres(needs.xy[need], helpers.xy[helper], policy)
    way[helpers.remote[helper] == 1] = 0
    ids, names, usual = needs.ids, helpers.ids, needs.usual
    rows = [
        Visit(ids[k], names[h], u, m / METRES, usual[k] == names[h])
        for k, h, u, m in zip(need.tolist(), helper.tolist(), units.tolist(), way.tolist(), strict=True)
    ]
    open_ = needs.units - carried(solved.arcs, solved.flow, len(ids))
    rows += [Visit(ids[k], "", int(open_[k]), 0.0, False) for k in np.flatnonzero(open_ > 0)]
    return tuple(sorted(rows))


def _terms(recount: Recount, solved: Solved) -> tuple[Term, ...]:
    return (
        Term("met", recount.met, "units"),
        Term("unmet", recount.unmet, "units"),
        Term("way", recount.way_metres / METRES, "km"),
        Term("same_helper", recount.usual, "units"),
        Term("changed_helper", recount.changed, "units"),
        Term("arcs", len(solved.arcs.need), "pairs seen by the solver"),
        Term("rounds", solved.rounds, "rounds of added pairs"),
    )


def _from_yesterday(data: Sound, rows: Visits, policy: Policy) -> Difference | None:
    today = {need: "+".join(names) for need, names in names_by_need(rows).items()}
    known = set(data.helpers.ids)
    pairs = zip(data.needs.ids, data.needs.usual, strict=True)
    before = {need: usual for need, usual in pairs if usual in known}
    return difference(before, today, churn_price=policy.change_km) if before else None


def names_by_need(rows: Visits) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.need, []).extend([row.helper] if row.helper else [])
    return found


def _fairness(helpers: Helpers, needs: Needs, policy: Policy, rows: Visits) -> Fairness:
    """What priority, waiting and continuity cost: both plans in km, at one price for every unmet unit."""
    flat = replace(policy, unmet_km=(max(policy.unmet_km),) * len(PRIORITIES), unmet_km_per_day=0.0, change_km=0.0)
    plain, _ = plan_liaison(helpers, needs, flat, explain=False)
    fair = check_liaison(helpers, needs, flat, rows).metres / METRES
    efficient = plain.certificate.objective
    text = Text(
        f"照顾急缓、等待与熟人，比只求路程最短多 {fair - efficient:,.1f} 公里当量。",
        f"Priority, waiting and the same person cost {fair - efficient:,.1f} km-equivalents over the shortest plan.",
    )
    return Fairness(fair, efficient, "km-equivalents", text)


def _priceable(policy: Policy) -> None:
    longest = policy.unmet_km_per_day * policy.unmet_days_cap
    prices = (*policy.unmet_km, longest, policy.change_km, policy.remote_km, policy.reach_km)
    if min(prices) < 0 or max(max(policy.unmet_km) + longest, *prices) > MOST_KM:
        raise ValueError(f"policy prices must lie between 0 and {MOST_KM:,.0f} km")
    if len(policy.unmet_km) != len(PRIORITIES):
        raise ValueError(f"policy unmet_km needs one price for each of {', '.join(PRIORITIES)}")
