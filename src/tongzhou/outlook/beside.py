"""What was published beside the cases that says how heavy it is: severe, suspected, tests, contacts, fever clinics.

Where nothing of a series is held, the outlook says so: *not held here* says nothing of whether it was reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tongzhou.command.indicators import SUMS, Series, Told, by_name, expected, reading

SHOWN = ("severe_and_critical", "suspected", "tested", "contacts_observed", "fever_clinic_visits")
WEEK = dt.timedelta(days=7)
Names = tuple[str, str]
Below = Mapping[str, tuple[Series, Names]]


@dataclass(frozen=True)
class Beside:
    """A series of a place: its last figure, and by how much it differs from a week before; None where nothing is held,
    or what is counted changed in between."""

    name_zh: str
    name_en: str
    unit: str
    day: dt.date | None = None
    value: int | None = None
    week: int | None = None
    of: Names | None = None  # the one place below that tells it
    old: bool = False


def told_below(held: Mapping[int, Sequence[Series]], place: int, below: Mapping[int, Names]) -> Below:
    """The series shown that one place right below tells of a newer day than the place, or alone: as the board reads
    them."""
    named = by_name(held)
    read = {name: reading(name, place, named, below) for name in SHOWN}
    return {name: (one.series, below[one.of]) for name, one in read.items() if one and one.of != place}


def beside(found: Iterable[Series], day: dt.date, elsewhere: Below | None = None) -> list[Beside]:
    """The series shown, in their order, of days up to `day`; those the region does not know of are left out."""
    held = {one.id: one for one in expected(found)}
    told = []
    for name in SHOWN:
        if name in held:
            series, of = (elsewhere or {}).get(name, (held[name], None))
            one = _one(series, held if of is None else {name: series})
            told.append(replace(one, of=of, old=one.day is not None and one.day < day))
    return told


def _one(series: Series, held: dict[str, Series]) -> Beside:
    told = {one.day: one for one in series.told}
    values = {day: one.value for day, one in told.items()} or _added(SUMS.get(series.id, ()), held)
    if not values:
        return Beside(series.name_zh, series.name_en, series.unit)
    last = max(values)
    before = values.get(last - WEEK)
    change = None if before is None or _changed(told, last) else values[last] - before
    return Beside(series.name_zh, series.name_en, series.unit, last, values[last], change)


def _added(parts: tuple[str, ...], held: dict[str, Series]) -> dict[dt.date, int]:
    """The days on which every part was told."""
    if not parts or not all(part in held for part in parts):
        return {}
    told = [{one.day: one.value for one in held[part].told} for part in parts]
    return {day: sum(days[day] for days in told) for day in set.intersection(*map(set, told))}


def _changed(told: dict[dt.date, Told], last: dt.date) -> bool:
    return any(one.definition for day, one in told.items() if last - WEEK < day <= last)
