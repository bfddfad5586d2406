"""The invented community's daily round: which household was heard from, by which channel, and how it was."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from tongzhou.community.homes import Household
from tongzhou.community.twin import Twin
from tongzhou.community.twin_teller import Said, Teller

# First, usual and last hour of each channel. Households are asked to say how they are before nine, when the worker
# sets out to the doors that were silent: most pages and calls come before, what is on paper is typed in later.
HOURS = {"page": (6.0, 7.25, 9.75), "phone": (7.5, 8.0, 9.75), "paper": (7.5, 8.75, 10.0), "door": (9.0, 13.25, 17.5)}


def rounds(teller: Teller, homes: Sequence[Household], unwell: set[tuple[dt.date, int]]) -> Iterator[Said]:
    """The household-days: who was heard from on each day, by which channel, and how they were."""
    plan, rng = teller.twin.rounds, teller.rng
    away = {home.number for home in homes if rng.random() < plan.away}
    yield from days(teller, homes, unwell, away, plan.first_day, plan.last_day)


def days(
    teller: Teller,
    homes: Sequence[Household],
    unwell: set[tuple[dt.date, int]],
    away: set[int],
    day: dt.date,
    until: dt.date,
) -> Iterator[Said]:
    """The same from a day until another, both included; doors of `away` are shut."""
    plan, rng = teller.twin.rounds, teller.rng
    while day <= until:
        heard, sick = share_heard(teller.twin, day), share_unwell(teller.twin, day)
        mix = channels(teller.twin, day)
        for home in homes:
            drawn = rng.random()
            forced = (day, home.number) in unwell
            if forced or (drawn < heard and home.number not in away):
                state = "unwell" if forced or rng.random() < sick else "well"
                yield from _household_day(teller, home, day, state, rng.choices(*mix)[0])
            elif drawn < heard + plan.no_answer:
                yield _heard(teller, home, teller.between(day, 10, 18.5), "no_answer", "door")
        day += dt.timedelta(1)


def share_heard(twin: Twin, day: dt.date) -> float:
    plan = twin.rounds
    return plan.heard_first + (plan.heard_steady - plan.heard_first) * _progress(twin, day)


def share_unwell(twin: Twin, day: dt.date) -> float:
    """Bell-shaped about the peak day with the epidemic's own width, over a floor of ordinary colds."""
    plan = twin.rounds
    z = (day - plan.peak_day).days / twin.epidemic.onset_days
    return plan.unwell_floor + (plan.unwell_peak - plan.unwell_floor) * math.exp(-z * z / 2)


def channels(twin: Twin, day: dt.date) -> tuple[list[str], list[float]]:
    done = _progress(twin, day)
    first, steady = twin.rounds.channels_first, twin.rounds.channels_steady
    return list(first), [first[name] + (steady[name] - first[name]) * done for name in first]


def _progress(twin: Twin, day: dt.date) -> float:
    plan = twin.rounds
    return min(1.0, (day - plan.first_day).days / (plan.steady_day - plan.first_day).days)


def _household_day(teller: Teller, home: Household, day: dt.date, state: str, channel: str) -> Iterator[Said]:
    """One household's word on one day, and the few words that come late, correct it or contradict it."""
    plan, rng = teller.twin.rounds, teller.rng
    when = teller.about(day, *HOURS[channel])
    late = channel == "door" and rng.random() < plan.late / 0.2
    first = _heard(teller, home, when, state, channel, late=late)
    yield first
    drawn = rng.random()
    if drawn < plan.corrected:
        yield from _correction(teller, home, first, state, channel)
    elif drawn < plan.corrected + plan.contradicted:
        other = "well" if state == "unwell" else "unwell"
        later = when + dt.timedelta(minutes=rng.randint(20, 180))
        yield _heard(teller, home, later, other, "door", story="contradicts")


def _correction(teller: Teller, home: Household, first: Said, state: str, channel: str) -> Iterator[Said]:
    """The same mouth says it again rightly, or takes it back."""
    when = dt.datetime.fromisoformat(first["received_at"]) + dt.timedelta(minutes=teller.rng.randint(3, 90))
    if teller.rng.random() < 0.6:
        other = "well" if state == "unwell" else "unwell"
        body = {"household": home.number, "state": other, "channel": channel}
        effective = dt.datetime.fromisoformat(first["effective_at"])
        yield teller.say("household.heard", home.grid, first["by"], effective, body, lag=when - effective,
                         corrects=first["id"], story="corrected")  # fmt: skip
    else:
        yield teller.say("fact.withdrawn", home.grid, first["by"], when, {"reason": "wrong_household"},
                         corrects=first["id"], story="withdrawn")  # fmt: skip


def _heard(
    teller: Teller, home: Household, when: dt.datetime, state: str, channel: str, *, late: bool = False,
    story: str = "",
) -> Said:  # fmt: skip
    """Paper is entered in the afternoon, a round at doors is sent when over: the event keeps its time."""
    lag = None
    if late:
        lag, story = dt.timedelta(hours=teller.rng.uniform(14, 66)), "late"
    elif channel == "paper":
        lag = dt.timedelta(hours=teller.rng.uniform(4, 9))
    elif channel == "door":
        lag = dt.timedelta(minutes=teller.rng.uniform(0.1, 90))
    by = "resident" if channel == "page" else teller.worker(home.grid)
    body = {"household": home.number, "state": state, "channel": channel}
    return teller.say("household.heard", home.grid, by, when, body, lag=lag, story=story)
