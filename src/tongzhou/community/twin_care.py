"""The invented community's exceptions: fevers, people alone, newcomers, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongzhou.community.homes import Household, alone_and_old
from tongzhou.community.twin_rounds import share_unwell
from tongzhou.community.twin_teller import Said, Teller


@dataclass(frozen=True)
class InventedCase:
    """One of the invented confirmed cases: a person of the category that is followed, without a name."""

    household: int
    grid: str
    onset: dt.date
    raised_on: dt.date
    confirmed_on: dt.date
    breathless: bool


def cases(teller: Teller, homes: Sequence[Household]) -> tuple[InventedCase, ...]:
    """The confirmed cases in order of onset; the last is confirmed by `last_confirmed_by`."""
    plan, first, rng = teller.twin.epidemic, teller.twin.rounds.first_day, teller.rng
    made = []
    for home in rng.sample(list(homes), plan.cases):
        latest = plan.last_confirmed_by - dt.timedelta(5)
        onset = min(plan.onset_peak + dt.timedelta(round(rng.gauss(0, plan.onset_days))), latest)
        raised = min(max(onset + dt.timedelta(rng.randint(0, 3)), first), latest + dt.timedelta(3))
        confirmed = min(raised + dt.timedelta(rng.randint(1, 7)), plan.last_confirmed_by)
        made.append(InventedCase(home.number, home.grid, onset, raised, confirmed, rng.random() < 0.25))
    return tuple(sorted(made, key=lambda case: (case.onset, case.household)))


def exceptions(teller: Teller, homes: Sequence[Household]) -> tuple[list[Said], set[tuple[dt.date, int]]]:
    """Everything said about exceptions, and the (day, household) that were unwell because of them."""
    by_number = {home.number: home for home in homes}
    told: list[Said] = []
    unwell: set[tuple[dt.date, int]] = set()
    for case in cases(teller, homes):
        concerns = ["breathless", "fever"] if case.breathless else ["fever"]
        told += _episode(teller, by_number[case.household], case.raised_on, concerns, "in_care", 0, 2)
        unwell.add((case.raised_on, case.household))
    for day, home in _other_fevers(teller, homes):
        told += _episode(teller, home, day, ["fever"], "well", 2, 5)
        unwell.add((day, home.number))
    for home in teller.rng.sample(list(alone_and_old(homes)), 15):
        told += _episode(teller, home, _some_day(teller, 3, 40), ["alone"], "supplied", 0, 3)
    for home in teller.rng.sample(list(homes), teller.twin.epidemic.newcomers):
        # Gates closed on 11 February: four of five newcomers came before; the last are seen to before the story ends.
        day = _some_day(teller, 0, 18) if teller.rng.random() < 0.8 else _some_day(teller, 19, 33)
        outcome = "moved" if teller.rng.random() < 0.2 else "well"
        told += _episode(teller, home, day, ["newcomer"], outcome, 14, 14)
    told += list(_awkward(teller, homes)) + list(_last_evening(teller, homes))
    return told, unwell


def _other_fevers(teller: Teller, homes: Sequence[Household]) -> Iterator[tuple[dt.date, Household]]:
    """Ordinary fevers: as many as an eighth of the unwell households of the day would bring."""
    plan = teller.twin.rounds
    day = plan.first_day
    while day < plan.last_day:
        expected = share_unwell(teller.twin, day) * len(homes) / 16
        for _ in range(round(expected + teller.rng.gauss(0, 0.4))):
            yield day, teller.rng.choice(homes)
        day += dt.timedelta(1)


def _episode(
    teller: Teller, home: Household, day: dt.date, concerns: list[str], outcome: str, first: int, last: int
) -> Iterator[Said]:
    """Raised at the door or by the household, called back by the community doctor, closed some days later."""
    rng = teller.rng
    channel = rng.choice(["door", "phone", "page"])
    body: dict[str, object] = {"household": home.number, "concerns": concerns, "channel": channel}
    if "fever" in concerns:
        body["temp10"] = rng.randint(373, 394)
    by = "resident" if channel == "page" else teller.worker(home.grid)
    when = teller.between(day, 8, 19)
    raised = teller.say("exception.raised", home.grid, by, when, body)
    yield raised
    # In January the telephone rang for hours.
    wait = rng.uniform(0.2, 20 if day < dt.date(2020, 2, 2) else 3)
    called = when + dt.timedelta(hours=wait)
    advice = "emergency" if "breathless" in concerns else "clinic" if outcome == "in_care" else "stay_home"
    if "fever" in concerns or "breathless" in concerns:
        yield _call(teller, raised, called, advice)
    done = max(called, teller.between(day + dt.timedelta(rng.randint(first, last)), 9, 18))
    if done < teller.end():
        yield _close(teller, raised, done + dt.timedelta(minutes=30), outcome)


def _awkward(teller: Teller, homes: Sequence[Household]) -> Iterator[Said]:
    """Closed twice with two outcomes; and a call-back that is known before the exception it answers."""
    home, other = teller.rng.sample(list(homes), 2)
    body = {"household": home.number, "concerns": ["fever"], "channel": "door", "temp10": 378}
    raised = teller.say("exception.raised", home.grid, teller.worker(home.grid),
                        teller.at(dt.date(2020, 2, 8), 10.2), body)  # fmt: skip
    yield raised
    yield _close(teller, raised, teller.at(dt.date(2020, 2, 9), 9.5), "well", by=teller.worker(home.grid))
    yield _close(teller, raised, teller.at(dt.date(2020, 2, 9), 16), "in_care", story="closed_twice")
    body = {"household": other.number, "concerns": ["fever"], "channel": "door", "temp10": 381}
    when, lag = teller.at(dt.date(2020, 2, 14), 9.8), dt.timedelta(hours=7)
    by = teller.worker(other.grid)
    offline = teller.say("exception.raised", other.grid, by, when, body, lag=lag, story="late")
    yield offline
    yield _call(teller, offline, teller.at(dt.date(2020, 2, 14), 11), "clinic", story="before_its_exception")
    yield _close(teller, offline, teller.at(dt.date(2020, 2, 15), 10), "well")


def _last_evening(teller: Teller, homes: Sequence[Household]) -> Iterator[Said]:
    """On the last day Zhao writes a fever down off line; the doctor sends the person to the clinic."""
    day, grid = teller.twin.rounds.last_day, teller.twin.grids[0].key
    families = [home for home in homes if home.grid == grid and home.under_15 and home.people > 2]
    home = teller.rng.choice(families)
    body = {"household": home.number, "concerns": ["fever"], "channel": "door", "temp10": 382}
    raised = teller.say("exception.raised", grid, teller.worker(grid), teller.at(day, 16.1), body,
                        lag=dt.timedelta(hours=3, minutes=34), story="last_evening")  # fmt: skip
    yield raised
    yield _call(teller, raised, teller.at(day, 20.2), "clinic", story="last_evening")


def _call(teller: Teller, raised: Said, when: dt.datetime, advice: str, story: str = "") -> Said:
    body = {"exception": raised["id"], "outcome": "reached", "advice": advice}
    by = teller.holder("community_doctor")
    return teller.say("exception.called_back", raised["place"], by, when, body, story=story)


def _close(teller: Teller, raised: Said, when: dt.datetime, outcome: str, *, by: str = "", story: str = "") -> Said:
    body = {"exception": raised["id"], "outcome": outcome}
    by = by or teller.holder("community_doctor")
    return teller.say("exception.closed", raised["place"], by, when, body, story=story)


def _some_day(teller: Teller, first: int, last: int) -> dt.date:
    return teller.twin.rounds.first_day + dt.timedelta(teller.rng.randint(first, last))
