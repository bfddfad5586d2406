"""What would change it: contrastive re-solves of liaison."""

from collections import Counter
from dataclasses import replace

from tongzhou.engines.certificate import Change, Problem, Text, WhatIf

from .arcs import METRES, way_metres
from .check import check_liaison
from .model import Absent, Helpers, MoreUnits, Needs, Only, Policy, Visit
from .plan import Visits, names_by_need, plan_liaison


def what_if(helpers: Helpers, needs: Needs, policy: Policy, rows: Visits, change: Absent | Only | MoreUnits) -> WhatIf:
    """What a change would cost and who would get another helper: a re-solve from nothing (ties may fall otherwise)."""
    before = check_liaison(helpers, needs, policy, rows).metres / METRES
    question, problem = _asked(helpers, needs, change)
    if problem is not None:
        return WhatIf(question, before, None, problems=(problem,))
    capacity, asked, forced, rest = helpers.capacity.copy(), needs, 0.0, set[str]()
    h = helpers.ids.index(change.helper)
    if isinstance(change, Only):
        pair = _pair(helpers, needs, policy, change)
        if pair is None or needs.units[needs.ids.index(change.need)] > capacity[h]:
            text = Text(f"{change.helper} 太远或名额不足。", f"{change.helper} is beyond reach or has too little time.")
            return WhatIf(question, before, None, problems=(Problem("no_room", f"need {change.need}", text),))
        k = needs.ids.index(change.need)
        forced, rest = pair, {change.need}
        capacity[h] -= needs.units[k]
        asked = _without(needs, k)
    else:
        capacity[h] = 0 if isinstance(change, Absent) else max(0, int(capacity[h]) + change.units)
    plan, _ = plan_liaison(replace(helpers, capacity=capacity), asked, policy, explain=False)
    old, new = names_by_need(rows), names_by_need(plan.rows) | {name: [change.helper] for name in rest}
    changes = tuple(
        Change(name, "+".join(old.get(name, [])), "+".join(new.get(name, [])))
        for name in sorted(set(old) | set(new))
        if Counter(old.get(name, [])) != Counter(new.get(name, []))
    )
    return WhatIf(question, before, plan.certificate.objective + forced, changes)


def _pair(helpers: Helpers, needs: Needs, policy: Policy, change: Only) -> float | None:
    """What one need costs with one helper, in km-equivalents; None where it is too far."""
    k, h = needs.ids.index(change.need), helpers.ids.index(change.helper)
    metres = 0 if helpers.remote[h] == 1 else int(way_metres(needs.xy[k : k + 1], helpers.xy[h : h + 1], policy)[0])
    row = Visit(change.need, change.helper, int(needs.units[k]), metres / METRES, needs.usual[k] == change.helper)
    recount = check_liaison(helpers, needs, policy, [row], set(needs.ids) - {change.need})
    return recount.metres / METRES if not recount.faults else None


def _without(needs: Needs, k: int) -> Needs:
    rows = [row for row in range(len(needs.ids)) if row != k]
    return replace(
        needs, ids=tuple(needs.ids[r] for r in rows), skill=tuple(needs.skill[r] for r in rows),
        area=tuple(needs.area[r] for r in rows), xy=needs.xy[rows], units=needs.units[rows],
        priority=needs.priority[rows], waited=needs.waited[rows], usual=tuple(needs.usual[r] for r in rows),
    )  # fmt: skip


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
