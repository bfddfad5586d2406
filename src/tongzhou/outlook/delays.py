"""What this ledger recorded itself by the day it happened, with a nowcast of what is still to be told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from tongzhou.command import queries
from tongzhou.engines import nowcast
from tongzhou.ledger.time import zone

DELAYS, ROWS = 14, 60
LEAST_ONSETS = 20  # in the last four weeks, below which delays are not told from a place alone


@dataclass(frozen=True)
class Onset:
    """What happened on a day: told so far, and with what is still to be told (median and 95 % interval)."""

    day: dt.date
    reported: int
    median: float | None = None
    low: float | None = None
    high: float | None = None
    coming: float = 0.0  # expected still to be told; medians of many small days do not add up


def onsets(covers: str, day: dt.date, at: dt.datetime | None) -> list[Onset]:
    """The own ledger's cases in a place by day of onset up to `day`, with a nowcast where there are enough."""
    found = queries.raw().execute(
        "select onset, reported, sum(n)::integer, unit <@ %s::int4multirange from outlook_onsets(%s, %s)"
        " where reported <= %s group by 1, 2, 4 order by 1, 2",
        [covers, at, str(zone()), day],
    )
    return _completed(found.fetchall(), day)


def waits(covers: str, day: dt.date, at: dt.datetime | None) -> dict[str, list[Onset]]:
    """The same for samples by the day they were taken (told: the result) and for admissions (told: the record)."""
    found = queries.raw().execute(
        "select what, happened, told, sum(n)::integer, unit <@ %s::int4multirange from outlook_waits(%s, %s)"
        " where told <= %s group by 1, 2, 3, 5 order by 1, 2, 3",
        [covers, at, str(zone()), day],
    )
    by_what: dict[str, list[Told]] = {"sample": [], "admission": []}
    for what, *row in found.fetchall():
        by_what[what].append(tuple(row))
    return {what: _completed(rows, day) for what, rows in by_what.items()}


Told = tuple[dt.date, dt.date, int, bool]  # happened, told, how many, in this place (else elsewhere in scope)


def _completed(rows: list[Told], day: dt.date) -> list[Onset]:
    """Counts of this place by day up to `day`, completed by the multiplicative nowcast. The delays of the reader's
    other places help where there are enough of them: a small place's own few say too little."""
    earliest = day - dt.timedelta(days=ROWS - 1)
    own = [row for row in rows if row[3] and row[0] >= earliest]
    others = [row for row in rows if not row[3] and row[0] >= earliest]
    if not own:
        return []
    by_day: dict[dt.date, int] = {}
    for happened, _told, n, _own in own:
        by_day[happened] = by_day.get(happened, 0) + n
    began = own[0][0]
    known = [Onset(one, by_day.get(one, 0)) for one in _days(began, day)]
    pooled = _recent(others, day) >= LEAST_ONSETS
    first = min(began, others[0][0]) if pooled else began
    days = _days(first, day)
    recent = _recent(own, day)
    if len(days) <= DELAYS + 1 or recent < (1 if pooled else LEAST_ONSETS):
        return known
    triangles = np.stack([_triangle(part, first, day) for part in ((own, others) if pooled else (own,))])
    weekday = [one.weekday() for one in days]
    made = (
        nowcast.nowcast_places(triangles, weekday=weekday)[0]
        if pooled
        else nowcast.nowcast(triangles[0], weekday=weekday)
    )
    low, median, high = made.quantiles((0.025, 0.5, 0.975))
    return [
        replace(one, median=float(median[i]), low=float(low[i]), high=float(high[i]), coming=float(made.to_come[i]))
        for i, one in enumerate(known, start=len(days) - len(known))
    ]


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _recent(rows: list[Told], day: dt.date) -> int:
    since = day - dt.timedelta(days=2 * DELAYS - 1)
    return sum(n for happened, _told, n, _own in rows if happened >= since)


def _triangle(rows: list[Told], first: dt.date, day: dt.date) -> np.ndarray:
    happened = [one.toordinal() for one, _told, n, _own in rows for _ in range(n)]
    known = [told.toordinal() for _one, told, n, _own in rows for _ in range(n)]
    made, _late = nowcast.build(happened, known, first=first.toordinal(), as_of=day.toordinal(), delays=DELAYS)
    one: np.ndarray = made[0]
    return one
