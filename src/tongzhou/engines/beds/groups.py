"""Mother and young child, or whoever must stay together: brought into one ward after the flow, others making room."""

import numpy as np

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
