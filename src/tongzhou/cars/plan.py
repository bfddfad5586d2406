"""Which car drives whom: of the nearest that have room the first that is free at that hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongzhou.ledger.time import zone


@dataclass(frozen=True)
class Car:
    """`rank`: how near it is, the nearest first; `seats` None: nobody counted them."""

    key: str
    kind: str
    rank: int
    seats: int | None = None
    stretchers: int | None = None


@dataclass(frozen=True)
class Busy:
    car: str
    starts: dt.datetime


def moment(day: dt.date, hour: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(hour), zone())


def fits(car: Car, seat: str, companion: bool) -> bool:
    """Lying needs a stretcher; a wheelchair needs a car in which somebody can be lifted, not a bus of many."""
    if seat == "stretcher":
        return car.stretchers is not None and car.stretchers > 0
    return car.seats is None or car.seats >= 1 + companion


def free(cars: Sequence[Car], busy: Sequence[Busy], starts: dt.datetime, away: dt.timedelta, seat: str,
         companion: bool, but: str = "") -> list[Car]:  # fmt: skip
    """Cars that can take it, the most fitting first: an ambulance only where somebody lies, as long as another is
    free."""
    taken = {one.car for one in busy if abs(one.starts - starts) < away}
    able = [one for one in cars if one.key not in taken and one.key != but and fits(one, seat, companion)]
    return sorted(able, key=lambda one: ((one.kind == "ambulance") != (seat == "stretcher"), one.rank, one.key))


def propose(lifts: Sequence[Mapping[str, Any]], day: dt.date, cars: Sequence[Car], busy: Sequence[Busy],
            away: dt.timedelta) -> dict[str, str]:  # fmt: skip
    """A car by lift for one day, earliest first; who finds none is left out."""
    found: dict[str, str] = {}
    held = list(busy)
    for one in sorted(lifts, key=lambda one: (one["hour"], one["key"])):
        starts = moment(day, one["hour"])
        able = free(cars, held, starts, away, one["seat"], one["companion"])
        if able:
            found[one["key"]] = able[0].key
            held.append(Busy(able[0].key, starts))
    return found
