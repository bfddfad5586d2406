"""What the outlook says of the fortnight ahead of a place: a direction, a fan as far as it can be judged, and beds.

Rt, growth and forecast have one threshold of enough: where Rt says nothing, nothing is foretold. A fan reaches as far
as ten own past forecasts at that distance could be held against what came; beyond, the direction is what is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tongzhou.command import rt
from tongzhou.command.published import Published
from tongzhou.engines import forecast as engine
from tongzhou.engines import rt as reproduction
from tongzhou.tables.policy import shipped

SEED, DRAWS, WEEK = 1, 1000, 7
LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
DIRECTIONS = {"growing": "rising", "shrinking": "falling", "unsure": "either"}

Range = tuple[float, float, float]  # median, 2.5 %, 97.5 %


@dataclass(frozen=True)
class Burden:
    """What it means for hospitals `days` ahead (at most a week), and the fullest day as far as beds are judged.

    `beds` and what follows from them are None where no distance is judged; `admissions` where cases are not. `growing`:
    (draws, days) of the fortnight, beds over today's; from the last judged day on as on that day.
    """

    in_bed: int
    lying: bool = False  # told as lying in hospital; else everybody confirmed who is neither cured nor dead
    days: int = 0
    beds: Range | None = None
    gowns: Range | None = None
    stay: Range | None = None  # mean days in bed that the discharges of this place tell
    peak: Range | None = None
    peak_day: dt.date | None = None  # today where it only falls from here
    peak_beyond: bool = False
    judged: int = 0
    held: int = 0
    admissions: Range | None = None
    severe: Range | None = None
    growing: np.ndarray | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Checked:
    """A forecast made before for one distance: of which day, its middle and 95 % band, what came, and what the figure
    was on the day it was made."""

    day: dt.date
    low: float
    middle: float
    high: float
    came: float
    then: float

    @property
    def held(self) -> bool:
        return self.low - 0.5 <= self.came <= self.high + 0.5


@dataclass(frozen=True)
class Ahead:
    """New cases as quantiles by day (`days`, each (day, five numbers)) as far as judged; `why` nothing is told, `again`
    when at the earliest. `judged` and `held`: past forecasts `reach` days ahead, and those whose 95 % band held."""

    days: list[tuple[dt.date, tuple[float, ...]]]
    why: str = ""  # as of rt.Day
    again: dt.date | None = None
    since: dt.date | None = None
    direction: str = ""  # rising, falling, either
    by_growth: bool = False
    reproduction: Range | None = None  # mean and 95 % interval
    doubling: float | None = None
    halving: float | None = None
    judged: int = 0
    held: int = 0
    burden: Burden | None = None
    checked: tuple[Checked, ...] = ()  # those that `judged` counts, oldest first
    earlier: tuple[tuple[dt.date, tuple[float, ...]], ...] = ()  # made on a day: the middles of the days after it

    @property
    def reach(self) -> int:
        """How many days ahead the sentence speaks of: a week, or as far as judged."""
        return min(WEEK, len(self.days))

    @property
    def then(self) -> Range | None:
        """Median and 95 % interval of that day."""
        if not self.days:
            return None
        low, _, median, _, high = self.days[self.reach - 1][1]
        return median, low, high


def look_ahead(
    series: Sequence[Published | dt.date],
    breaks: Collection[dt.date],
    *,
    beds: bool = True,
    lying: Mapping[dt.date, int] | None = None,
) -> Ahead:
    """What can be said from a published series by day of report; `series` newest first, as published.curve gives it.
    `lying`: who was told to lie in hospital, by day; where the newest day is among them, beds are reckoned from it."""
    told = rt.ribbon(series, breaks)
    if not told:
        return Ahead([], "begins")
    now, held = told[-1], inputs(series, breaks, lying)
    burden = _burden(held) if beds and held is not None else None
    if now.mean is None or now.low is None or now.high is None or held is None:
        return Ahead([], now.why or "missing", now.again, burden=burden)
    values = rt.policy()["values"]
    turns = 0.0
    if now.says != "unsure":
        weights = reproduction.discretise(values["mean_days"], values["sd_days"], 60)
        turns = float(engine.doubling_time(now.mean, weights))
    cases = engine.foretell(held.cases, days=_days(), part=held.part)
    fan = _fan(cases)
    quantiles = cases.quantiles(LEVELS)
    at = min(WEEK, fan) - 1
    return Ahead(
        [(held.last + dt.timedelta(days=n + 1), tuple(float(v) for v in quantiles[:, n])) for n in range(fan)],
        since=_since(told),
        direction=DIRECTIONS[now.says],
        by_growth=now.by_growth,
        reproduction=(now.mean, now.low, now.high),
        doubling=turns if turns > 0 else None,
        halving=-turns if turns < 0 else None,
        judged=int(cases.judged[at]) if fan else 0,
        held=int(cases.held[at]) if fan else 0,
        burden=burden,
        checked=_checked(cases, held, at) if fan else (),
        earlier=_earlier(cases, held) if fan else (),
    )


def _checked(told: engine.Told, held: Inputs, at: int) -> tuple[Checked, ...]:
    """The forecasts for `at` + 1 days ahead that could be held against what came."""
    assert told.before is not None and told.scored is not None
    middle, spread, freedom = (part[:, at] for part in told.before)
    low, half, high = engine.quantiles(middle, spread, freedom, (0.025, 0.5, 0.975))
    last = len(held.cases) - 1
    return tuple(
        Checked(
            held.last - dt.timedelta(days=int(last - n - at - 1)), float(low[n]), float(half[n]), float(high[n]),
            float(held.cases[n + at + 1]), float(held.cases[n]),
        )
        for n in np.flatnonzero(told.scored[:, at])
    )  # fmt: skip


def _earlier(told: engine.Told, held: Inputs) -> tuple[tuple[dt.date, tuple[float, ...]], ...]:
    """What was foretold one and two weeks ago, by its middle: drawn thin beside what came."""
    assert told.before is not None
    found = []
    for back in (2 * WEEK, WEEK):
        n = len(held.cases) - 1 - back
        if n >= 0 and not np.isnan(told.before[0][n]).any():
            middle, spread, freedom = (part[n] for part in told.before)
            (half,) = engine.quantiles(middle, spread, freedom, (0.5,))
            found.append((held.last - dt.timedelta(days=back), tuple(float(v) for v in half)))
    return tuple(found)


@dataclass(frozen=True)
class Inputs:
    """A series since its last change of source as the engine takes it, by day; NaN where a day was not told."""

    last: dt.date
    cases: np.ndarray
    admitted: np.ndarray
    beds: np.ndarray
    lying: bool  # are the beds those of whom it was told that they lie in hospital?
    part: np.ndarray


def inputs(
    series: Sequence[Published | dt.date], breaks: Collection[dt.date], lying: Mapping[dt.date, int] | None = None
) -> Inputs | None:
    """New cases without withdrawals and revisions, beds taken, and the stretches in which figures compare; None where
    the newest day was not told, or no day's new cases are known."""
    days = list(series)
    if not days or isinstance(days[0], dt.date):
        return None
    source = days[0].source
    end = next((n for n, one in enumerate(days) if isinstance(one, Published) and one.source != source), len(days))
    rows = days[:end][::-1]
    fresh = [one.fresh if isinstance(one, Published) else None for one in rows]
    admitted, stretch = np.full(len(rows), np.nan), []
    for n, one in enumerate([*rows, None]):
        if isinstance(one, Published) and fresh[n] is not None:
            stretch.append(one)
        elif stretch:
            admitted[n - len(stretch) : n] = rt.new_cases(stretch)
            stretch = []
    if np.isnan(admitted).all():
        return None
    changed = np.array([_day(one) in breaks or (isinstance(one, Published) and one.definition) for one in rows])
    told = lying if lying and days[0].day in lying else None
    taken = [one.active if isinstance(one, Published) else None for one in rows] if told is None else [
        told.get(_day(one)) for one in rows]  # fmt: skip
    beds = np.array([np.nan if one is None else max(0.0, float(one)) for one in taken])
    part = np.concatenate([[0], np.cumsum(changed)[:-1]])
    return Inputs(days[0].day, np.where(changed, np.nan, admitted), admitted, beds, told is not None, part)


def _burden(held: Inputs) -> Burden | None:
    """Beds from the place's own discharges, and by the signed table the share admitted, of them severe, and gowns."""
    if np.isnan(held.beds[-1]):
        return None
    table, in_bed = shipped("hospital_burden")["values"], int(held.beds[-1])
    coming = table["admitted_share"] * held.admitted
    told, stay = engine.foretell_beds(held.beds, coming, stay=table["stay_mean_days"], days=_days(), part=held.part)
    reach = _fan(told)
    cases = engine.foretell(held.cases, days=_days(), part=held.part)
    ahead, admissions = _fan(cases), None
    days = min(WEEK, reach)
    if 0 < days <= ahead:
        paths = cases.paths(DRAWS, SEED)
        come = engine.admissions(np.nan_to_num(held.cases), paths, table["delay_days"], table["admitted_share"])
        admissions = _range(come[:, days - 1])
    severe = None if admissions is None else _times(admissions, table["severe_share"])
    if not reach:
        return Burden(in_bed, held.lying)
    paths = told.paths(DRAWS, SEED)[:, :reach]
    low, median, high = (float(v) for v in told.quantiles((0.025, 0.5, 0.975))[:, days - 1])
    top, falls = engine.peak(paths), bool(np.median(paths.max(axis=1)) <= in_bed)
    after = np.repeat(paths[:, -1:], _days() - reach, axis=1)
    return Burden(
        in_bed,
        held.lying,
        days,
        beds=(median, low, high),
        gowns=_times((median, low, high), table["gowns_per_bed_day"]),
        stay=stay.mean,
        peak=(float(in_bed),) * 3 if falls else top.height,
        peak_day=held.last if falls else held.last + dt.timedelta(days=top.day),
        peak_beyond=top.beyond and not falls,
        judged=int(told.judged[days - 1]),
        held=int(told.held[days - 1]),
        admissions=admissions,
        severe=severe,
        growing=np.hstack([paths, after]) / in_bed if in_bed else None,
    )


def _fan(told: engine.Told) -> int:
    """How many days ahead enough own past forecasts stand behind."""
    enough = told.judged >= shipped("forecast")["values"]["judged_least"]
    return int(np.argmin(enough)) if not enough.all() else len(enough)


def _days() -> int:
    return int(shipped("forecast")["values"]["days"])


def _day(one: Published | dt.date) -> dt.date:
    return one if isinstance(one, dt.date) else one.day


def _since(told: Sequence[rt.Day]) -> dt.date:
    """The first day since which nothing is missing or changed."""
    cut = [one.day for one in told if one.why in ("missing", "definition", "source")]
    return max(cut) + dt.timedelta(days=1) if cut else told[0].day


def _times(one: Range, factor: float) -> Range:
    return one[0] * factor, one[1] * factor, one[2] * factor


def _range(values: np.ndarray) -> Range:
    median, low, high = (float(v) for v in np.quantile(values, (0.5, 0.025, 0.975)))
    return median, low, high
