"""Send helpers: nearest arcs, an exact flow over them, more arcs where prices show they pay, the proof, the reasons."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from ortools.graph.python import min_cost_flow

from tongzhou.engines.certificate import (
    Binding,
    Budget,
    Certificate,
    Change,
    Difference,
    Effort,
    Fairness,
    Plan,
    Problem,
    Reason,
    Term,
    Text,
    WhatIf,
    difference,
)

from .arcs import METRES, MOST_KM, OUT, Arcs, Market, unmet_metres, way_metres
from .check import Recount, check_liaison
from .model import PRIORITIES, Absent, Helpers, Ints, MoreUnits, Needs, Only, Policy, Visit
from .prices import Prices, least_kept
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
    the rounds in which arcs are added after the first flow (20 by default). Raises ValueError for a policy whose prices are out of range.
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
        binding=_bindings(data.helpers, solved),
        reasons=_reasons(data.helpers, data.needs, solved, rows) if explain else (),
        effort=Effort(
            seed,
            solved.rounds,
            budget.iterations if budget else None,
            stopped_by="optimal" if optimal else "iterations",
        ),
        difference=_from_yesterday(data, rows, policy),
        fairness=_fairness(data.helpers, data.needs, policy, rows) if fairness else None,
    )
    progress(1.0)
    return Plan(rows, certificate), tuple(data.problems + _unmet(data.needs, solved, rows))


def _stopped(optimal: bool, used: int, rounds: int) -> str:
    return "optimal" if optimal else "iterations" if used >= rounds else "gap"


@dataclass
class Solved:
    """Kept arcs with the flow on them, prices of helpers, a bound in metres, and rounds of added arcs."""

    arcs: Arcs
    flow: Ints
    prices: Prices
    bound: int
    rounds: int
    served: Ints


def solve(helpers: Helpers, needs: Needs, policy: Policy, rounds: int, gap: float) -> Solved:
    """The optimal flow over the nearest arcs; arcs that would pay at its prices are added until the gap is met."""
    unmet, market = unmet_metres(needs, policy), Market(helpers, needs, policy)
    arcs, best = market.nearest(), 0
    for turn in range(rounds + 1):
        flow = _flow(arcs, needs.units, helpers.capacity, unmet)
        prices = Prices(arcs, flow, helpers.capacity, unmet)
        price = np.minimum(prices.price, OUT)
        more, least = market.better(arcs, price, least_kept(arcs, price, unmet))
        best = max(best, int((least * needs.units).sum()) - int((price * helpers.capacity).sum()))
        cost = int((flow * arcs.cost).sum()) + int(unmet @ (needs.units - carried(arcs, flow, len(unmet))))
        if len(more.need) == len(arcs.need) or turn == rounds or cost - best <= gap * cost:
            break
        arcs = more
    return Solved(arcs, flow, prices, best, turn, market.served)


def carried(arcs: Arcs, flow: Ints, needs: int) -> Ints:
    """Units met of each need."""
    return np.bincount(arcs.need, weights=flow, minlength=needs).astype(np.int64)


def _flow(arcs: Arcs, units: Ints, capacity: Ints, unmet: Ints) -> Ints:
    """The solver call (OR-Tools): units on each arc; what no arc carries stays unmet at its price."""
    needs, helpers = len(units), len(capacity)
    if not needs:
        return np.zeros(len(arcs.need), np.int64)
    sink, everything = needs + helpers, int(units.sum())
    flow = min_cost_flow.SimpleMinCostFlow()
    kept = flow.add_arcs_with_capacity_and_unit_cost(arcs.need, needs + arcs.helper, units[arcs.need], arcs.cost)
    flow.add_arcs_with_capacity_and_unit_cost(np.arange(needs), np.full(needs, sink), units, unmet)
    flow.add_arcs_with_capacity_and_unit_cost(
        needs + np.arange(helpers), np.full(helpers, sink), capacity, np.zeros(helpers, np.int64)
    )
    flow.set_nodes_supplies(np.arange(sink + 1), np.r_[units, np.zeros(helpers, np.int64), -everything])
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow solver ended with status {status}")
    return np.asarray(flow.flows(kept), np.int64)


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


def _reasons(helpers: Helpers, needs: Needs, solved: Solved, rows: Visits) -> tuple[Reason, ...]:
    """A reason a row: the usual helper, the best one, or the chain of full helpers that a better one would push."""
    arcs, names = solved.arcs, helpers.ids
    row_of = {name: k for k, name in enumerate(needs.ids)}
    order = np.lexsort((arcs.cost, arcs.need))
    first = np.flatnonzero(np.diff(arcs.need[order], prepend=-1)) if len(order) else []
    best = (
        dict(zip(arcs.need[order][first].tolist(), arcs.helper[order][first].tolist(), strict=True))
        if len(order)
        else {}
    )
    chains: dict[int, tuple[str, ...]] = {}
    told: dict[tuple[int, str], Text] = {}
    found = []
    for row in rows:
        k = row_of[row.need]
        top = best.get(k, -1)
        if top < 0:
            found.append(Reason(row.need, NOBODY))
        elif row.helper == names[top]:
            found.append(Reason(row.need, USUAL if row.usual else NEAREST))
        elif row.usual:
            found.append(Reason(row.need, USUAL))
        else:
            if top not in chains:
                way = solved.prices.chain(top)
                chains[top] = tuple(names[h] if h < len(names) else "" for h in way)
            if (top, row.helper) not in told:
                told[top, row.helper] = _story(chains[top], row.helper)
            found.append(Reason(row.need, told[top, row.helper], chains[top]))
    return tuple(found)


USUAL = Text("仍由昨天的联系人负责。", "The same person as yesterday.")
NEAREST = Text("最近且有余力的人。", "The nearest with time to spare.")
NOBODY = Text("可达范围内无人具备此技能或属于此片区。", "Nobody within reach has the skill and serves the area.")


def _story(chain: tuple[str, ...], helper: str) -> Text:
    zh, en = " → ".join(name or "余力" for name in chain), " → ".join(name or "spare time" for name in chain)
    if not helper:
        return Text(
            f"{chain[0]} 等均已满；接手须依次调整 {zh}，代价高于暂缓。",
            f"{chain[0]} and others are full; a visit would push {en}, dearer than waiting.",
        )
    return Text(
        f"{chain[0]} 更合适但已满；腾出须依次调整 {zh}，合计更贵，故由 {helper}。",
        f"{chain[0]} would suit better but is full; making room pushes {en}, dearer in all, so {helper}.",
    )


def _bindings(helpers: Helpers, solved: Solved) -> tuple[Binding, ...]:
    """Full helpers, dearest first; the gain of one unit more is exact only by `what_if`, so none is printed."""
    load = np.bincount(solved.arcs.helper, weights=solved.flow, minlength=len(helpers.ids))
    full = np.flatnonzero((load >= helpers.capacity) & (solved.prices.price > 0) & (helpers.capacity > 0))
    found = []
    for h in full[np.argsort(-solved.prices.price[full], kind="stable")].tolist():
        name, units = helpers.ids[h], int(helpers.capacity[h])
        text = Text(f"{name} 的 {units} 个名额已用完。", f"{name} is full at {units} units.")
        found.append(Binding(name, float(units), float(units), "units", text))
    return tuple(found)


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
    today = {need: "+".join(names) for need, names in _names(rows).items()}
    known = set(data.helpers.ids)
    pairs = zip(data.needs.ids, data.needs.usual, strict=True)
    before = {need: usual for need, usual in pairs if usual in known}
    return difference(before, today, churn_price=policy.change_km) if before else None


def _names(rows: Visits) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.need, []).extend([row.helper] if row.helper else [])
    return found


def _unmet(needs: Needs, solved: Solved, rows: Visits) -> list[Problem]:
    row_of = {name: k for k, name in enumerate(needs.ids)}
    reached = set(solved.arcs.need.tolist())
    found = []
    for row in rows:
        if row.helper:
            continue
        k = row_of[row.need]
        level, days = PRIORITIES[needs.priority[k]], float(needs.waited[k])
        zh = f"{row.need}（{level}）有 {row.units} 个未安排，已等 {days:g} 天。"
        en = f"{row.need} ({level}) has {row.units} unmet, {days:g} days so far."
        code = "nobody_free"
        if k not in reached:
            code = "nobody_within_reach" if solved.served[k] else "nobody_with_the_skill"
            zh, en = zh + NOBODY.zh, f"{en} {NOBODY.en}"
        found.append(Problem(code, f"need {row.need}", Text(zh, en)))
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


def what_if(helpers: Helpers, needs: Needs, policy: Policy, rows: Visits, change: Absent | Only | MoreUnits) -> WhatIf:
    """What a change would cost and who would get another helper: a re-solve from nothing (ties may fall otherwise)."""
    before = check_liaison(helpers, needs, policy, rows).metres / METRES
    question, problem = _asked(helpers, needs, change)
    if problem is not None:
        return WhatIf(question, before, None, problems=(problem,))
    changed, asked = helpers, needs
    if isinstance(change, Only):
        changed, asked = _only(helpers, needs, change)
    else:
        capacity = helpers.capacity.copy()
        h = helpers.ids.index(change.helper)
        capacity[h] = 0 if isinstance(change, Absent) else max(0, int(capacity[h]) + change.units)
        changed = replace(helpers, capacity=capacity)
    plan, problems = plan_liaison(changed, asked, policy, explain=False)
    old, new = _names(rows), _names(plan.rows)
    changes = tuple(
        Change(name, "+".join(old.get(name, [])), "+".join(new.get(name, [])))
        for name in sorted(set(old) | set(new))
        if Counter(old.get(name, [])) != Counter(new.get(name, []))
    )
    if isinstance(change, Only) and new.get(change.need) != [change.helper]:
        return WhatIf(question, before, None, problems=problems)
    return WhatIf(question, before, plan.certificate.objective, changes)


def _only(helpers: Helpers, needs: Needs, change: Only) -> tuple[Helpers, Needs]:
    """A skill that only this helper has, asked for by this need only."""
    word = f"{needs.skill[needs.ids.index(change.need)]} of {change.helper} for {change.need}"
    skills = tuple(
        s | {word} if name == change.helper else s for name, s in zip(helpers.ids, helpers.skills, strict=True)
    )
    asked = tuple(word if name == change.need else s for name, s in zip(needs.ids, needs.skill, strict=True))
    return replace(helpers, skills=skills), replace(needs, skill=asked)


def _asked(helpers: Helpers, needs: Needs, change: Absent | Only | MoreUnits) -> tuple[Text, Problem | None]:
    if isinstance(change, Absent):
        question = Text(f"若 {change.helper} 不能来？", f"What if {change.helper} did not come?")
    elif isinstance(change, MoreUnits):
        question = Text(
            f"若 {change.helper} 多接 {change.units} 个？", f"What if {change.helper} took {change.units:+d} units?"
        )
    else:
        question = Text(f"若 {change.need} 由 {change.helper} 负责？", f"What if {change.helper} met {change.need}?")
    if change.helper not in helpers.ids:
        text = Text(f"没有 {change.helper}。", f"There is no helper {change.helper}.")
        return question, Problem("unknown_helper", f"helper {change.helper}", text)
    if not isinstance(change, Only):
        return question, None
    if change.need not in needs.ids:
        text = Text(f"没有 {change.need}。", f"There is no need {change.need}.")
        return question, Problem("unknown_need", f"need {change.need}", text)
    k, h = needs.ids.index(change.need), helpers.ids.index(change.helper)
    if needs.skill[k] not in helpers.skills[h] or helpers.area[h] not in ("", needs.area[k]):
        text = Text(
            f"{change.helper} 无此技能或不在此片区。", f"{change.helper} has not the skill or serves another area."
        )
        return question, Problem("does_not_suit", f"need {change.need}", text)
    return question, None


def _priceable(policy: Policy) -> None:
    longest = policy.unmet_km_per_day * policy.unmet_days_cap
    prices = (*policy.unmet_km, longest, policy.change_km, policy.remote_km, policy.reach_km)
    if min(prices) < 0 or max(max(policy.unmet_km) + longest, *prices) > MOST_KM:
        raise ValueError(f"policy prices must lie between 0 and {MOST_KM:,.0f} km")
    if len(policy.unmet_km) != len(PRIORITIES):
        raise ValueError(f"policy unmet_km needs one price for each of {', '.join(PRIORITIES)}")
