"""In which order somebody carries: no bag that holds a last dose is late where any order would bring it in time;
beyond that what is cold, then one stairwell after the other, from the top floor down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """A bag on somebody's way. `by`: by when it is at the door, where it holds a last dose; what is cold goes first."""

    key: str
    stair: str
    floor: int
    by: dt.datetime | None
    cold: bool = False


def ordered(stops: Sequence[Stop], now: dt.datetime, minutes: float) -> list[Stop]:
    """At each step the next door of the walk, unless going there first would make one that presses late: then the one
    that is due first. Earliest due first is late only where every order is."""
    walk = sorted(stops, key=lambda one: (not one.cold, one.stair, -one.floor, one.key))
    found: list[Stop] = []
    while walk:
        found.append(_next(walk, now, minutes, len(found)))
        walk.remove(found[-1])
    return found


def _next(walk: Sequence[Stop], now: dt.datetime, minutes: float, done: int) -> Stop:
    pressing = sorted((one for one in walk if one.by), key=lambda one: (one.by, one.key))
    if not pressing or walk[0] is pressing[0]:
        return walk[0]
    rest = [walk[0], *(one for one in pressing if one is not walk[0])]
    return pressing[0] if _late(rest, now, minutes, done) else walk[0]


def late(order: Sequence[Stop], now: dt.datetime, minutes: float) -> list[Stop]:
    """Those that come too late in this order."""
    return _late(order, now, minutes, 0)


def _late(order: Sequence[Stop], now: dt.datetime, minutes: float, done: int) -> list[Stop]:
    each = dt.timedelta(minutes=minutes)
    return [one for n, one in enumerate(order, done + 1) if one.by and now + n * each > one.by]
