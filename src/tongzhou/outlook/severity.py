"""How severe, how many, how fast: fatality and attack rate as published; contacts, pairs, curves of the own ledger."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tongzhou.cases.clocks import moment
from tongzhou.command import queries, rt
from tongzhou.command.queries import Published
from tongzhou.engines import severity as engine
from tongzhou.investigation import queries as investigation
from tongzhou.ledger.known import rows
from tongzhou.ledger.time import close_of, local_day
from tongzhou.outlook import chains
from tongzhou.outlook.tracing import LEAST
from tongzhou.tables.policy import shipped

LATE = 21  # days: a later infector has only had time for short intervals
BANDS = ((0, 14), (15, 39), (40, 59), (60, 130))  # years
CONFIRMED = ("confirmed", "clinical", "asymptomatic")


def policy() -> dict[str, Any]:
    return shipped("severity")


@dataclass(frozen=True)
class Burden:
    """Of the published figures of a place. `fatality` and `attack` are None where there is nothing to divide by."""

    confirmed: int
    dead: int | None
    day: dt.date
    fatality: engine.Fatality | None
    attack: engine.Share | None
    people: int | None
    census: dt.date | None

    @property
    def per_100_000(self) -> tuple[float, float, float] | None:
        """Confirmed cases so far per 100,000 inhabitants, with a 95 % interval of chance alone."""
        one = self.attack
        if one is None or one.value is None or one.low is None or one.high is None:
            return None
        return 1e5 * one.value, 1e5 * one.low, 1e5 * one.high


@dataclass(frozen=True)
class Own:
    """Of the cases that this ledger recorded itself and the reader may see."""

    cases: int
    ages: list[tuple[tuple[int, int], int]]
    age_unknown: int
    secondary: list[tuple[str, engine.Share]]  # by the contact's category; too few are left out
    unsettled: int  # contacts still under observation
    interval: engine.Interval | None
    before: engine.Interval | None
    after: engine.Interval | None
    curve: list[tuple[dt.date, int, int, int]]  # onset, report, confirmation
    missing: dict[str, int]


def published(series: Sequence[Published | dt.date], place: int) -> Burden | None:
    """`series` newest first, as queries.curve gives it. A day without a figure is told with the day after it."""
    held = [one for one in reversed(series) if isinstance(one, Published)]
    if not held:
        return None
    last, values = held[-1], policy()["values"]
    fatality = None
    if last.dead is not None and 0 <= last.dead <= last.confirmed and last.confirmed:
        counts = rt.without_withdrawals(_by_day(held))
        delay = engine.delay_from_mean_sd(values["death_delay_mean_days"], values["death_delay_sd_days"], len(counts))
        fatality = engine.adjusted_fatality(counts, last.dead, delay)
    people, census = _people(place)
    attack = engine.share(last.confirmed, people) if people and LEAST <= last.confirmed <= people else None
    return Burden(last.confirmed, last.dead, last.day, fatality, attack, people, census)


def _by_day(held: Sequence[Published]) -> np.ndarray:
    """Confirmed by day, adding up to the last figure. Cases added afterwards stand on the days that had cases: they
    are no new ones of the day that told of them."""
    counts = np.zeros((held[-1].day - held[0].day).days + 1)
    before = 0
    for one in held:
        n, added = (one.day - held[0].day).days, max(0, one.revised or 0)
        counts[n] = one.confirmed - before - added
        counts[: n + 1] += added * _shares(np.maximum(counts[: n + 1], 0))
        before = one.confirmed
    return counts


def _shares(counts: np.ndarray) -> np.ndarray:
    if not counts.any():
        counts = np.append(np.zeros(len(counts) - 1), 1.0)
    return np.asarray(counts / counts.sum())


def _people(place: int) -> tuple[int | None, dt.date | None]:
    """Inhabitants by the census, and its day; None where the region has no figure."""
    row = queries.raw().execute(
        "select (value ->> 'people')::integer, valid_from from places_fact where place = %s and name = 'population'"
        " order by valid_from desc limit 1",
        [place],
    )
    found = row.fetchone()
    return (found[0], found[1]) if found else (None, None)


def own(covers: str, day: dt.date, at: dt.datetime | None) -> Own | None:
    """Of the cases in a place, found up to `day`; None where there are none."""
    held = {
        one["key"]: one
        for one in rows("case", covers=covers, states=[*CONFIRMED], at=at)
        if not one["data"]["past"] and _by(one["data"]["identified_at"]) <= day
    }
    if not held:
        return None
    ages = [one["data"]["age"] for one in held.values() if one["data"]["age"] is not None]
    bands = [(band, sum(band[0] <= age <= band[1] for age in ages)) for band in BANDS]
    told = chains.stated(at)
    secondary, unsettled = _secondary(told, covers, day, at)
    whole, before, after = _intervals(told, held, day)
    curve, missing = _curves(list(held.values()), day)
    return Own(len(held), bands, len(held) - len(ages), secondary, unsettled, whole, before, after, curve, missing)


def _secondary(
    told: chains.Stated, covers: str, day: dt.date, at: dt.datetime | None
) -> tuple[list[tuple[str, engine.Share]], int]:
    """Contacts of cases who became cases up to `day`, of those whose days of observation are over, by how they were
    exposed; and how many are not over. Who falls ill counts no sooner than who stays well."""
    infected: Counter[str] = Counter()
    exposed: Counter[str] = Counter()
    unsettled = 0
    close = close_of(day) - dt.timedelta(seconds=1)
    for one in rows("contact", covers=covers, at=at):
        data, source = one["data"], told.cases.get(one["data"]["case"])
        counts = source is not None and source["state"] in CONFIRMED
        if not counts or one["state"] in ("general", "source_excluded") or _by(data["named_at"]) > day:
            continue
        until = investigation.last_observed(dt.date.fromisoformat(data["last_day"]), close)
        if until is None or until >= day:
            unsettled += 1
            continue
        exposed[data["category"]] += 1
        infected[data["category"]] += one["state"] == "became_case" and _became(data, told) <= day
    rates = engine.secondary_attack_rate(infected, exposed)
    return [(name, one) for name, one in sorted(rates.items()) if one.total >= LEAST], unsettled


def _became(data: Mapping[str, Any], told: chains.Stated) -> dt.date:
    """The day on which the case that a contact became was identified: observation ends only when that is known here,
    which may be weeks later. The day of the end where no case is named, or none that may be read."""
    case = told.cases.get(data["became"] or "")
    return _by(case["data"]["identified_at"] if case else data["ended_at"])


def _by(value: Any) -> dt.date:
    """The day of a moment that a row holds; the last there is where it holds none."""
    at = moment(value)
    return local_day(at) if at else dt.date.max


Interval = engine.Interval | None


def _intervals(told: chains.Stated, held: dict[str, Any], day: dt.date) -> tuple[Interval, Interval, Interval]:
    """Serial intervals of the pairs that investigations found: all, and by the infector's onset before and after the
    policy's split. Infectors of the last three weeks are left out."""
    pairs = []
    for target, link in chains.links(told).items():
        onsets = [told.cases[key]["data"]["onset"] for key in (link["source"], target)]
        if target in held and all(onsets):
            first, second = (dt.date.fromisoformat(one).toordinal() for one in onsets)
            if first <= day.toordinal() - LATE:
                pairs.append((first, second))
    if len(pairs) < 2:
        return None, None, None
    infector, infectee = np.array(pairs, dtype=np.float64).T
    split = policy()["values"]["interval_split"].toordinal()
    before, after = engine.by_period(infector, infectee, [0, split], seed=1)
    return engine.serial_interval(infector, infectee, seed=1), before, after


def _curves(held: list[dict[str, Any]], day: dt.date) -> tuple[list[tuple[dt.date, int, int, int]], dict[str, int]]:
    """Cases by day of onset, of report and of confirmation up to `day`; later ones are not known yet."""
    dates: dict[str, list[float]] = {"onset": [], "report": [], "confirmation": []}
    for one in held:
        data = one["data"]
        confirmed = next((h["at"] for h in data["history"] if h["classification"] in CONFIRMED), None)
        dates["onset"].append(dt.date.fromisoformat(data["onset"]).toordinal() if data["onset"] else np.nan)
        for name, at in (("report", moment(data["reported_at"])), ("confirmation", moment(confirmed))):
            dates[name].append(local_day(at).toordinal() if at and local_day(at) <= day else np.nan)
    found = engine.epidemic_curves(dates)
    columns = zip(*(found.counts[name].tolist() for name in dates), strict=True)
    return [(dt.date.fromordinal(found.first + n), *row) for n, row in enumerate(columns)], found.missing
