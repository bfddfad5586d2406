"""Why each visit is as it is, who is full, and what stays unmet, in words."""

from collections.abc import Iterable

import numpy as np

from tongzhou.engines.certificate import Binding, Problem, Reason, Text

from .flow import Solved
from .model import PRIORITIES, PRIORITIES_ZH, Helpers, Ints, Needs, Visit


def reasons(helpers: Helpers, needs: Needs, solved: Solved, rows: Iterable[Visit]) -> tuple[Reason, ...]:
    """A reason a row: the usual helper, the best one, or the chain of full helpers that a better one would push."""
    arcs, names = solved.arcs, helpers.ids
    row_of = {name: k for k, name in enumerate(needs.ids)}
    order = np.lexsort((arcs.cost, arcs.need))
    first: Ints = order[np.diff(arcs.need[order], prepend=-1) > 0]
    best = dict(zip(arcs.need[first].tolist(), arcs.helper[first].tolist(), strict=True))
    used = np.flatnonzero(solved.flow > 0)
    least: Ints = np.zeros(len(needs.ids), np.int64)
    least[arcs.need[first]] = arcs.cost[first]
    tie = arcs.cost[used] == least[arcs.need[used]]
    nearest = set(zip(arcs.need[used[tie]].tolist(), arcs.helper[used[tie]].tolist(), strict=True))
    number = {name: k for k, name in enumerate(names)}
    chains: dict[int, tuple[str, ...]] = {}
    told: dict[tuple[int, str], Text] = {}
    found = []
    for row in rows:
        k = row_of[row.need]
        top = best.get(k, -1)
        if top < 0:
            found.append(Reason(row.need, NOBODY))
        elif row.usual:
            found.append(Reason(row.need, USUAL))
        elif row.helper and (k, number[row.helper]) in nearest:
            found.append(Reason(row.need, NEAREST))
        elif row.helper and solved.prices.price[top] == 0:
            found.append(Reason(row.need, _stopped(names[top], row.helper)))
        else:
            if top not in chains:
                way = [h for h in solved.prices.chain(top) if h < len(names)]
                end = ("",) if solved.prices.price[way[-1]] > 0 else ()  # "" is a need that would go unmet
                chains[top] = (*(names[h] for h in way), *end)
            if (top, row.helper) not in told:
                told[top, row.helper] = _story(chains[top], row.helper)
            found.append(Reason(row.need, told[top, row.helper], chains[top]))
    return tuple(found)


USUAL = Text("仍由昨天的联系人负责。", "The same person as yesterday.")
NEAREST = Text("最近且有余力的人。", "The nearest with time to spare.")
NOBODY = Text("可达范围内无人具备此技能或属于此片区。", "Nobody within reach has the skill and serves the area.")


def _stopped(top: str, helper: str) -> Text:
    """Within an allowed gap only: at the optimum nobody nearer has time to spare."""
    return Text(
        f"由 {helper}；{top} 更近且有余力，但搜索在允许的差距内已停止。",
        f"{helper}; {top} is nearer and has time to spare, but the search stopped within the gap allowed.",
    )


def _story(chain: tuple[str, ...], helper: str) -> Text:
    zh, en = " → ".join(name or "有人落空" for name in chain), " → ".join(name or "someone unmet" for name in chain)
    if not helper:
        return Text(
            f"{chain[0]} 等均已满；接手须依次调整 {zh}，代价高于暂缓。",
            f"{chain[0]} and others are full; a visit would push {en}, dearer than waiting.",
        )
    return Text(
        f"{chain[0]} 更合适但已满；腾出须依次调整 {zh}，合计更贵，故由 {helper}。",
        f"{chain[0]} would suit better but is full; making room pushes {en}, dearer in all, so {helper}.",
    )


def bindings(helpers: Helpers, solved: Solved) -> tuple[Binding, ...]:
    """Full helpers, dearest first; the gain of one unit more is exact only by `what_if`, so none is printed."""
    load = np.bincount(solved.arcs.helper, weights=solved.flow, minlength=len(helpers.ids))
    full = np.flatnonzero((load >= helpers.capacity) & (solved.prices.price > 0) & (helpers.capacity > 0))
    found = []
    for h in full[np.argsort(-solved.prices.price[full], kind="stable")].tolist():
        name, units = helpers.ids[h], int(helpers.capacity[h])
        text = Text(f"{name} 的 {units} 个名额已用完。", f"{name} is full at {units} units.")
        found.append(Binding(name, float(units), float(units), "units", text))
    return tuple(found)


def left_unmet(needs: Needs, solved: Solved, rows: Iterable[Visit]) -> list[Problem]:
    row_of = {name: k for k, name in enumerate(needs.ids)}
    reached = set(solved.arcs.need.tolist())
    found = []
    for row in rows:
        if row.helper:
            continue
        k = row_of[row.need]
        level, grade, days = PRIORITIES[needs.priority[k]], PRIORITIES_ZH[needs.priority[k]], float(needs.waited[k])
        zh = f"{row.need}（{grade}）有 {row.units} 个未安排，已等 {days:g} 天。"
        en = f"{row.need} ({level}) has {row.units} unmet, {days:g} days so far."
        code = "nobody_free"
        if k not in reached:
            code = "nobody_within_reach" if solved.served[k] else "nobody_with_the_skill"
            zh, en = zh + NOBODY.zh, f"{en} {NOBODY.en}"
        found.append(Problem(code, f"need {row.need}", Text(zh, en)))
    return found
