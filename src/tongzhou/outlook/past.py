"""What was foretold of a day before, as it was made, and how it did.

The program keeps its forecasts when a publication comes in (kept.py). Of days from before it ran, as after a region's
history was loaded, a forecast is made afterwards from just those publications that were out by then, and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongzhou.command.changes import change
from tongzhou.command.published import Published
from tongzhou.engines.nowcast.score import wis
from tongzhou.outlook.ahead import LEVELS, Range, look_ahead
from tongzhou.outlook.kept import Kept

BACK = (1, 3, 7)  # days before


@dataclass(frozen=True)
class Past:
    """What was told with the figures of `made` for a day so many days later, and how it did; `quantiles` empty: only
    the direction was told. `kept` None: made afterwards."""

    made: dt.date
    ahead: int
    quantiles: Sequence[float]
    direction: str
    came: int | None
    kept: Kept | None = None

    @property
    def then(self) -> Range | None:
        """Median and 95 % interval."""
        if not self.quantiles:
            return None
        low, _, median, _, high = self.quantiles
        return median, low, high

    @property
    def held(self) -> bool | None:
        if self.then is None or self.came is None:
            return None
        return self.then[1] - 0.5 <= self.came <= self.then[2] + 0.5

    @property
    def score(self) -> float | None:
        """Weighted interval score, in cases: nought is best."""
        if not self.quantiles or self.came is None:
            return None
        return float(wis([[v] for v in self.quantiles], LEVELS, [self.came])[0])


def foretold_for(
    series: Sequence[Published | dt.date], breaks: Collection[dt.date], kept: Mapping[dt.date, Kept] | None = None
) -> list[Past]:
    """The forecasts of the newest day of a series made one, three and seven days before it; `series` newest first."""
    if not series or isinstance(series[0], dt.date):
        return []
    day, found = series[0].day, []
    for back in BACK:
        made = day - dt.timedelta(days=back)
        own = (kept or {}).get(made)
        if own is not None:
            quantiles, direction = tuple(own.cases[back - 1]) if len(own.cases) >= back else (), own.direction
        else:
            told = look_ahead(as_published(series, made), {one for one in breaks if one <= made}, beds=False)
            quantiles, direction = told.days[back - 1][1] if len(told.days) >= back else (), told.direction
        if quantiles or direction:
            found.append(Past(made, back, quantiles, direction, series[0].fresh, own))
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
