"""What was foretold of a day before, as it was made: from what had been published by then, not from what is known now.

Every publication is kept with its day, so a forecast is made again from just those that were out and comes out the
same; what was restated since does not touch it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongzhou.command.changes import change
from tongzhou.command.published import Published
from tongzhou.outlook.ahead import Range, look_ahead

BACK = (1, 3, 7)  # days before


@dataclass(frozen=True)
class Past:
    """What was told on `made` for a day so many days later, and whether it held; `then` None: only the direction."""

    made: dt.date
    ahead: int
    then: Range | None
    direction: str
    came: int | None

    @property
    def held(self) -> bool | None:
        if self.then is None or self.came is None:
            return None
        return self.then[1] - 0.5 <= self.came <= self.then[2] + 0.5


def foretold_for(series: Sequence[Published | dt.date], breaks: Collection[dt.date]) -> list[Past]:
    """The forecasts of the newest day of a series made one, three and seven days before it; `series` newest first."""
    if not series or isinstance(series[0], dt.date):
        return []
    day, found = series[0].day, []
    for back in BACK:
        made = day - dt.timedelta(days=back)
        told = look_ahead(as_published(series, made), {one for one in breaks if one <= made}, beds=False)
        then = None
        if len(told.days) >= back:
            low, _, median, _, high = told.days[back - 1][1]
            then = (median, low, high)
        if then or told.direction:
            found.append(Past(made, back, then, told.direction, series[0].fresh))
    return found


def as_published(series: Sequence[Published | dt.date], day: dt.date) -> list[Published | dt.date]:
    """A series up to a day as it stood when that day's figures came out, on the next one; newest first."""
    out = (day + dt.timedelta(days=1)).isoformat()
    found: list[Published | dt.date] = []
    before: list[Any] = []
    for one in reversed(series):
        on = one if isinstance(one, dt.date) else one.day
        if on > day:
            break
        versions = [] if isinstance(one, dt.date) else [v for v in one.versions if str(v["published_on"]) <= out]
        confirmed, cured, dead = (_last(versions, name) for name in ("confirmed", "cured", "dead"))
        if isinstance(one, dt.date) or confirmed is None:
            found.append(on)
        else:
            new = change(versions, before)
            stood = replace(one, confirmed=confirmed, cured=cured, dead=dead, versions=versions)
            found.append(replace(stood, fresh=new.fresh, revised=new.revised))
        before = versions
    return found[::-1]


def _last(versions: Sequence[Any], measure: str) -> int | None:
    return next((v[measure] for v in reversed(versions) if v.get(measure) is not None), None)
