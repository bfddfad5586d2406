"""Mother and young child, or whoever must stay together: brought into one ward after the flow, others making room."""

from dataclasses import replace

import numpy as np

from .flow import place
from .model import Ints
from .residual import BIG, Residual, ways_to
from .suit import NEVER, Part


def bring_together(part: Part, plan: Residual) -> None:
    """Give every group one ward, the dearest to keep waiting first, and hold it there.

    The flow places members one by one, a relaxation whose value still bounds the plan.
    """
    wait = part.cost[:, -1].astype(np.int64)
    for rows in sorted(part.groups, key=lambda rows: (-int(wait[rows].sum()), int(rows[0]))):
        lies = plan.at[rows].tolist()
        if len({int(part.ward[at]) if at < part.waiting else -1 for at in lies}) > 1:
            common = np.flatnonzero((part.cost[rows] < NEVER).all(axis=0))
            price = part.cost[rows].astype(np.int64).sum(axis=0)
            for at in lies:
                back = np.minimum(ways_to(plan.arcs, at)[:-1], BIG)
                price += np.where(np.arange(len(back)) == at, 0, back)
            for column in common[np.argsort(price[common], kind="stable")].tolist():
                if _send_all(plan, rows.tolist(), column):
                    break
        plan.hold(rows)


def _send_all(plan: Residual, rows: list[int], column: int) -> bool:
    """Send every member to a column, or leave all as they were."""
    before, free = plan.at.copy(), plan.free.copy()
    for row in sorted(rows, key=lambda row: plan.at[row] != column):
        if not plan.send(row, column):
            plan.at, plan.free = before, free
            plan.renew(set(range(plan.cost.shape[1])))
            return False
        plan.free[row] = False
        plan.renew({column})
    plan.free = free
    return True


def dispatched(part: Part) -> Ints:
    """A dispatcher's columns: the dearest to keep waiting first, groups whole, each to the cheapest free ward."""
    at = np.full(len(part.people), part.waiting, np.int64)
    room, wait = part.room.copy(), part.cost[:, -1].astype(np.int64)
    group_of = {row: rows for rows in part.groups for row in rows.tolist()}
    seen = np.zeros(len(at), bool)
    for row in np.argsort(-wait, kind="stable").tolist():  # a group comes with its most urgent member
        if seen[row]:
            continue
        rows = group_of.get(row, np.array([row]))
        seen[rows] = True
        cost = part.cost[rows, : part.waiting].max(axis=0, initial=0)
        cost = np.where(room >= len(rows), cost, NEVER)
        if len(cost) and cost.min() < NEVER:
            at[rows] = int(cost.argmin())
            room[at[row]] -= len(rows)
    return at


def groups_first(part: Part) -> Residual:
    """Groups where the dispatcher puts them, everybody else by the flow: never dearer than the dispatcher."""
    at = dispatched(part)
    held = np.concatenate(part.groups)
    single = np.ones(len(at), bool)
    single[held] = False
    taken = np.bincount(at[held], minlength=part.waiting + 1)[:-1]
    rest = replace(
        part, people=part.people[single], profile=part.profile[single], settled=part.settled[single],
        cost=part.cost[single], room=part.room - taken, groups=[],
    )  # fmt: skip
    at[single], _ = place(rest)
    plan = Residual(part.cost, part.room, at)
    plan.hold(held)
    return plan
