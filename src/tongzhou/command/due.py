"""When a day's bulletin is due, and the last whole day: what a page shows while the day it is asked for is not told."""

from __future__ import annotations

import datetime as dt

from tongzhou.command import published
from tongzhou.command.raw import raw
from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day, zone

ONE = dt.timedelta(days=1)


def eight(day: dt.date) -> dt.datetime:
    """Eight in the morning of a day: by then the day before is told."""
    return dt.datetime.combine(day, dt.time(8), zone())


def whole(place: int, day: dt.date, at: dt.datetime | None) -> dt.date:
    """The day whose figures are shown of a place where `day` is asked for at a moment. A day that nobody had to tell by
    then, and nobody did, is not missing: the last one that is told, or had to be, stands for it. A place of which no
    figures are published has no such days."""
    moment = at or clock.read(raw()).now
    if moment >= eight(day + ONE):
        return day
    told = published.published([place], day, at).get(place)
    if told is None:
        return day
    had_to_be = local_day(moment) - (2 if moment < eight(local_day(moment)) else 1) * ONE
    return max(told.day, min(day, had_to_be))
