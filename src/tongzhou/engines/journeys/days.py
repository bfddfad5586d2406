"""Which day each group leaves: what must leave goes, others only fill up vehicles, so that few seats stay
empty.
"""

import numpy as np

from .model import Groups, Ints


def persons_by_day(groups: Groups, rows: Ints, capacity: int, days: int) -> Ints:
    """(rows, days) persons leaving each day, for groups to one destination; a group may be split over its
    days.

    On each day those on their last day leave; if they do not fill whole vehicles, those whose last day is
    nearest fill the empty seats. Whole vehicles' worth of people also leave early, to spread the work over
    the days.
    """
    left = groups.persons[rows].copy()
    plan = np.zeros((len(rows), days), np.int64)
    for day in range(days):
        ready = (groups.first[rows] <= day) & (left > 0)
        must = ready & (groups.last[rows] <= day)
        due = int(left[must].sum())
        waiting = int(left[ready].sum())
        even = -(-waiting // (days - day)) // capacity * capacity
        seats = max(-(-due // capacity) * capacity, even)
        seats = min(seats, waiting)
        order = np.lexsort((np.arange(len(rows)), groups.last[rows]))
        for k in order[ready[order]]:
            take = min(int(left[k]), seats)
            plan[k, day] += take
            left[k] -= take
            seats -= take
    return plan
