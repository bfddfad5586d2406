"""The own ledger's cases by day of report, as a series like a published one."""

from __future__ import annotations

import datetime as dt

from tongzhou.command.published import Published
from tongzhou.command.raw import raw
from tongzhou.ledger.time import zone


def reported(covers: str, day: dt.date, at: dt.datetime | None) -> list[Published | dt.date]:
    """The own ledger's cases as a series by day of report, newest first: for places nothing was published for."""
    found = raw().execute(
        "select reported, sum(n)::integer from outlook_onsets(%s, %s) where unit <@ %s::int4multirange"
        " and reported <= %s group by 1 order by 1",
        [at, str(zone()), covers, day],
    )
    by_day: dict[dt.date, int] = dict(found.fetchall())
    if not by_day:
        return []
    total, made = 0, []
    first = min(by_day)
    for n in range((day - first).days + 1):
        one = first + dt.timedelta(days=n)
        total += by_day.get(one, 0)
        made.append(Published(one, total, None, None, "", "ledger", by_day.get(one, 0), 0))
    return list(reversed(made))
