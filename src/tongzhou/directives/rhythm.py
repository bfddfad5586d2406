"""The rhythm of the day: when desks meet and by when its sheets are ready, by the edition in force.

The morning, the handover and Today read the same tables (`rulebooks/rhythm`): the hours stand in no page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext, gettext_noop

from tongzhou.directives.kinds import DESK
from tongzhou.ledger.owed import LEVELS
from tongzhou.ledger.time import local_day, zone
from tongzhou.people.roles import NAMES

TABLES = Path(__file__).resolve().parents[3] / "rulebooks" / "rhythm"
WORDS = {
    "morning": gettext_noop("Morning meeting"),
    "evening": gettext_noop("Evening meeting"),
    "figures": gettext_noop("Figures of yesterday"),
    "silent_doors": gettext_noop("Doors not heard from"),
    "cover": gettext_noop("Days of cover"),
    "beds": gettext_noop("Beds, and what tomorrow needs"),
    "briefing": gettext_noop("Briefing"),
    "daily_report": gettext_noop("Report of the day"),
}


@dataclass(frozen=True)
class Point:
    """One hour of the day. A meeting has `minutes`; a sheet a page, and the roles whose it is."""

    name: str
    at: dt.time
    page: str
    roles: frozenset[str]
    minutes: int = 0
    levels: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it is called; what a later edition adds stands under its own name."""
        return gettext(WORDS[self.name]) if self.name in WORDS else self.name.replace("_", " ")


@dataclass(frozen=True)
class Edition:
    edition: str
    valid_from: dt.date
    points: tuple[Point, ...]

    @property
    def meetings(self) -> list[Point]:
        return [one for one in self.points if one.minutes]


@dataclass(frozen=True)
class Coming:
    """A point of the day at its moment."""

    at: dt.datetime
    point: Point

    @property
    def ends(self) -> dt.datetime:
        return self.at + dt.timedelta(minutes=self.point.minutes)

    def minutes_left(self, now: dt.datetime) -> int:
        return int((self.at - now).total_seconds() // 60)


@cache
def editions() -> tuple[Edition, ...]:
    """All editions, oldest first. Raises ValueError naming the file and the entry that is wrong."""
    return tuple(sorted((read(path) for path in TABLES.glob("*.yaml")), key=lambda one: (one.valid_from, one.edition)))


def read(path: Path) -> Edition:
    """One edition from its file."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    entry = "rhythm"
    try:
        points = []
        for entry, one in [*raw["meetings"].items(), *raw["sheets"].items()]:
            points.append(_point(entry, one))
        entry = "valid_from"
        return Edition(raw["edition"], raw["valid_from"], tuple(sorted(points, key=lambda one: (one.at, one.name))))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}, {entry}: {error!r}") from error


def _point(name: str, one: dict[str, Any]) -> Point:
    at = dt.time.fromisoformat(one["at"])
    if "minutes" in one:
        if unknown := set(one["levels"]) - set(LEVELS):
            raise ValueError(f"levels {sorted(unknown)}")
        return Point(name, at, "/morning/", frozenset(DESK), int(one["minutes"]), tuple(one["levels"]))
    if unknown := set(one["roles"]) - set(NAMES):
        raise ValueError(f"roles {sorted(unknown)}")
    return Point(name, at, one["page"], frozenset(one["roles"]))


def on(day: dt.date) -> Edition:
    """The edition in force on a day; before the first one, the first."""
    held = [one for one in editions() if one.valid_from <= day]
    return held[-1] if held else editions()[0]


def meetings(day: dt.date) -> list[Coming]:
    """The meetings of a day."""
    return [_at(day, one) for one in on(day).meetings]


def next_meeting(now: dt.datetime) -> Coming | None:
    """The meeting that runs now, or the next one."""
    day = local_day(now)
    held = [*meetings(day), *meetings(day + dt.timedelta(days=1))]
    return next((one for one in held if now < one.ends), None)


def coming(now: dt.datetime, roles: Collection[str], levels: Collection[str] = (), hours: float = 24) -> list[Coming]:
    """What comes within some hours for these roles, the meetings only at desks of these levels; the first first."""
    last = now + dt.timedelta(hours=hours)
    days = [local_day(now) + dt.timedelta(days=n) for n in range(int(hours // 24) + 2)]
    found = [_at(day, one) for day in days for one in on(day).points
             if one.roles & set(roles) and (not one.minutes or set(one.levels) & set(levels))]  # fmt: skip
    return sorted((one for one in found if now < one.at <= last), key=lambda one: (one.at, one.point.name))


def _at(day: dt.date, point: Point) -> Coming:
    return Coming(dt.datetime.combine(day, point.at, zone()), point)
