"""Sanitation in the invented counties: homes after their cases, waste of the last days, clean-ups, texts read out. The
same each time; nobody there ever lived."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tongzhou.ledger.reactors import NAMESPACE
from tongzhou.ledger.story import Told, tell
from tongzhou.sanitation import rule

HOUR = dt.timedelta(hours=1)
EVENING = dt.time(16)  # a home after a case of the evening is disinfected on the next day
DAYS = 3  # of which waste, texts and clean-ups are told


def homes(told: Iterable[Told], lead: str, zone: ZoneInfo) -> Iterator[Told]:
    """What was told, and after each case the disinfection that its rule orders, done within a day."""
    doors: dict[str, int] = {}
    for line in sorted(told, key=lambda one: (one.at, str(one.id))):
        yield line
        if line.kind == "referral.made":
            doors[str(line.id)] = line.body["household"]
        edition = rule.in_force(line.at.astimezone(zone).date())
        if line.kind != "case.identified" or edition is None or line.home is None:
            continue
        ordered = uuid.uuid5(NAMESPACE, f"{rule.RULE} case/{line.id} {line.id}")  # as the reactor says it
        door = doors.get(line.body.get("referral", ""))
        body = {"what": "home", "edition": edition.edition} | ({"household": door} if door else {})
        yield Told(line.at, line.by, "disinfection.ordered", ordered, body, place=line.home)
        rng = random.Random(f"disinfection {line.id}")
        done = {"disinfection": str(ordered), "outcome": "done", "agent": "chlorine_1000", "litres": rng.randint(8, 25),
                "done_by": rng.choice(["cdc", "property", "community"])}  # fmt: skip
        yield tell(_next(line.at, rng, zone), lead, "disinfection.done", done, place=line.home)


def _next(at: dt.datetime, rng: random.Random, zone: ZoneInfo) -> dt.datetime:
    """Some hours later; of what is identified in the evening the next morning."""
    local = at.astimezone(zone)
    if local.time() < EVENING:
        return at + rng.uniform(2, 5) * HOUR
    return _at(local.date() + dt.timedelta(days=1), rng.uniform(9.5, 11), zone)


@dataclass(frozen=True)
class Community:
    """A community whose last days are told: its key, its lead, its county's key and the supply officer there."""

    key: str
    lead: str
    county: str
    officer: str
    rural: bool


def days(communities: Sequence[Community], ids: Mapping[str, int], last: dt.date, zone: ZoneInfo) -> Iterator[Told]:
    """Texts read out, waste by weight and clean-ups of the days up to `last`, a morning of which is told."""
    for n, one in enumerate(communities):
        rng = random.Random(f"sanitation {one.key}")
        for back in range(DAYS, -1, -1):
            day = last - dt.timedelta(days=back)
            yield from _text(one, ids, day, rng, zone)
            if not one.rural and not (back <= 2 and n % 5 == 3):  # from one the lorry has not come for two days
                yield from _waste(one, day, 2040 + 10 * n + DAYS - back, rng, zone)
        if one.rural:
            yield from _cleanup(one, last - dt.timedelta(days=1), rng, zone, told=n % 4 != 2)


def _at(day: dt.date, hours: float, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone) + dt.timedelta(minutes=round(hours * 60))


def _text(one: Community, ids: Mapping[str, int], day: dt.date, rng: random.Random, zone: ZoneInfo) -> Iterator[Told]:
    body = {"place": ids[one.key], "day": day.isoformat(), "how": "loudspeaker" if one.rural else "posted"}
    yield tell(_at(day, rng.uniform(7.2, 9.8), zone), one.lead, "announcement.read_out", body, place=one.key)


def _waste(one: Community, day: dt.date, slip: int, rng: random.Random, zone: ZoneInfo) -> Iterator[Told]:
    bags, weight = rng.randint(3, 7), rng.randint(80, 210)
    handed = tell(_at(day, rng.uniform(7, 8.8), zone), one.lead, "waste.collected",
                  {"slip": slip, "sort": "masks", "bags": bags, "weight10": weight}, place=one.key,
                  reporting=one.county)  # fmt: skip
    yield handed
    weighed = {"manifest": str(handed.id), "bags": bags, "weight10": max(1, weight + rng.randint(-3, 3))}
    yield tell(_at(day, rng.uniform(13, 16), zone), one.officer, "waste.received", weighed, place=one.county)


def _cleanup(one: Community, day: dt.date, rng: random.Random, zone: ZoneInfo, *, told: bool) -> Iterator[Told]:
    works = sorted(rng.sample(["rubbish", "ditches", "toilets", "sheds", "water"], 2))
    called = tell(_at(day, 7.0, zone), one.lead, "cleanup.called", {"day": day.isoformat(), "works": works},
                  place=one.key)  # fmt: skip
    yield called
    if told:
        done = {"cleanup": str(called.id), "outcome": "done", "people": rng.randint(12, 40)}
        yield tell(_at(day, rng.uniform(15, 17.5), zone), one.lead, "cleanup.told", done, place=one.key)
