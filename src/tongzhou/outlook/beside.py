"""What was published beside the cases that says how heavy it is: severe, suspected, tests, contacts, fever clinics.

Where nothing of a series is held, the outlook says so: *not held here* says nothing of whether it was reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tongzhou.command.indicators import SUMS, Series, Told, expected

SHOWN = ("severe_and_critical", "suspected", "tested", "contacts_observed", "fever_clinic_visits")
WEEK = dt.timedelta(days=7)


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


def beside(found: Iterable[Series], day: dt.date) -> list[Beside]:
    """The series shown, in their order, of days up to `day`; those the region does not know of are left out."""
    held = {one.id: one for one in expected(found)}
    return [_one(held[name], held) for name in SHOWN if name in held]


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
