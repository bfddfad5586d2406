"""What the forecast is asked for a place: the published series since its last break, or the own ledger's by report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from tongzhou.command import queries, rt
from tongzhou.command.queries import Published
from tongzhou.engines import forecast as ahead
from tongzhou.engines import rt as reproduction
from tongzhou.ledger.time import zone
from tongzhou.tables.policy import shipped

DAYS, SEED, DRAWS = 14, 1, 1000
LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
LEAST_DAYS = 14  # of an unbroken series, below which the naive forecasts are better (docs/validation.md)
SCORED_DAYS = 36  # below which the past is too short to score forecasts by


Range = tuple[float, float, float]  # median, 2.5 %, 97.5 %


@dataclass(frozen=True)
class Burden:
    """What the week ahead means for hospitals: by the seventh day, and the fullest day of the fortnight."""

    in_bed: int  # confirmed, neither cured nor dead, as published
    admissions: Range
    severe: Range
    beds: Range
    gowns: Range
    peak: Range
    peak_day: dt.date
    peak_beyond: bool
    growing: np.ndarray | None = field(default=None, repr=False, compare=False)  # (draws, days): beds over today's


@dataclass(frozen=True)
class Ahead:
    """Fourteen days of new cases as quantiles by day (`days`, each (day, five numbers)), or why there are none."""

    days: list[tuple[dt.date, tuple[float, ...]]]
    why: str = ""  # few, short
    since: dt.date | None = None
    reproduction: Range | None = None  # mean and 95 % interval; None where most infectors are older than the series
    doubling: float | None = None
    halving: float | None = None
    naive_wins: str = ""  # the baseline that scored better here
    judged: bool = False  # by forecasts of its own past
    burden: Burden | None = None

    @property
    def week(self) -> tuple[float, float, float] | None:
        """Median and 95 % interval of the seventh day."""
        return (self.days[6][1][2], self.days[6][1][0], self.days[6][1][4]) if len(self.days) >= 7 else None


def unbroken(series: Sequence[Published | dt.date], breaks: Collection[dt.date]) -> list[Published]:
    """The last part of a published series without a hole, another source or a new definition, oldest first.
    `series` newest first."""
    part: list[Published] = []
    for one in series:
        if isinstance(one, dt.date) or one.fresh is None or (part and one.source != part[-1].source):
            break
        if one.definition or one.day in breaks:
            break
        part.append(one)
    return part[::-1]


def look_ahead(series: Sequence[Published | dt.date], breaks: Collection[dt.date], *, scored: bool = True) -> Ahead:
    """The renewal forecast of a published series by day of report; `scored` against naive ones on its own past."""
    part = unbroken(series, breaks)
    if len(part) < LEAST_DAYS:
        return Ahead([], "short", part[0].day if part else None)
    counts = rt.new_cases(part)
    values = rt.policy()["values"]
    weights = reproduction.discretise(values["mean_days"], values["sd_days"], len(part))
    told = ahead.forecast(counts, weights, days=DAYS, seed=SEED, draws=DRAWS)
    if not told.says_something:
        return Ahead([], "few", part[0].day)
    quantiles = told.quantiles(LEVELS)
    days = [(part[-1].day + dt.timedelta(days=n + 1), tuple(float(v) for v in quantiles[:, n])) for n in range(DAYS)]
    mean, low, high = told.reproduction
    covered = float(weights[: len(part) - int(values["window_days"]) + 1].sum()) >= values["covered_least"]
    doubling = float(ahead.doubling_time(mean, weights)) if covered and (low > 1 or high < 1) else None
    naive = ""
    if scored and len(part) >= SCORED_DAYS:
        verdict = ahead.score(counts, weights, days=7, seed=SEED, draws=200).verdict()
        naive = str(verdict["winner"]) if verdict["baseline_wins"] else ""
    turns = doubling or 0.0
    return Ahead(
        days,
        since=part[0].day,
        reproduction=(mean, low, high) if covered else None,
        doubling=turns if turns > 0 else None,
        halving=-turns if turns < 0 else None,
        naive_wins=naive,
        judged=scored and len(part) >= SCORED_DAYS,
        burden=_burden(part, counts, told.paths),
    )


def _leaving(part: list[Published]) -> float | None:
    """The share of those in bed who left on a day of the last week, as published; None where nobody did."""
    week = part[-8:]
    stays, left = [one.in_hospital for one in week], [one.confirmed - (one.in_hospital or 0) for one in week]
    if len(week) < 8 or None in stays:
        return None
    in_bed, gone = sum(max(0, one or 0) for one in stays[:-1]), left[-1] - left[0]
    return min(0.9, gone / in_bed) if in_bed > 0 and gone > 0 else None


def _burden(part: list[Published], counts: np.ndarray, paths: np.ndarray) -> Burden | None:
    """Admissions, severe cases, beds and gowns that the forecast's paths mean, by the signed table.

    Patients leave as they left in the last week (cured and dead over those in bed); where nobody did, as the table's
    stay says. On 10 March 2020 the table alone would have emptied Hubei's beds twice as fast as they did empty.
    """
    table, last = shipped("hospital_burden")["values"], part[-1]
    if last.in_hospital is None:  # the cured or the dead were not told: nobody knows how many lie
        return None
    leaving = _leaving(part)
    stay = reproduction.discretise(table["stay_mean_days"], table["stay_sd_days"], 60)
    if leaving is not None:
        stay = leaving * (1 - leaving) ** np.arange(400.0)
    coming = ahead.admissions(counts, paths, table["delay_days"], table["admitted_share"])
    before = ahead.admissions(np.zeros(1), counts[None, :], table["delay_days"], table["admitted_share"])[0]
    in_bed = max(0, last.in_hospital)
    beds = ahead.occupancy(in_bed, before if leaving is None else [], coming, stay / stay.sum())
    top = ahead.peak(beds)

    def seventh(values: np.ndarray) -> Range:
        median, low, high = (float(v) for v in np.quantile(values[:, 6], (0.5, 0.025, 0.975)))
        return median, low, high

    return Burden(
        in_bed, seventh(coming), seventh(coming * table["severe_share"]), seventh(beds),
        seventh(beds * table["gowns_per_bed_day"]), top.height, last.day + dt.timedelta(days=top.day), top.beyond,
        beds / in_bed if in_bed else None,
    )  # fmt: skip


def reported(covers: str, day: dt.date, at: dt.datetime | None) -> list[Published | dt.date]:
    """The own ledger's cases as a series by day of report, newest first: for places nothing was published for."""
    found = queries.raw().execute(
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
