"""The figures of a situation report: of the bulletin, of the doors, of the series beside it, and beds by class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongzhou.command import houses, indicators, queries
from tongzhou.command.changes import less
from tongzhou.command.published import Published
from tongzhou.command.sources import Sources

# What a command reads first beside the bulletin; no other series, and nobody by where they are registered.
FIRST = ("severe", "critical", "in_hospital", "suspected", "contacts_observed", "fever_clinic_visits", "tested",
         "staff_infected")  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One figure of the report. `value` None: not told or never received; `day`: of which day it is, where another than
    the report's; `change` since the day before; `source`: its number in the list of sources; `named`: the name of its
    series, as `(zh, en)`, and `of` the place it was told for, where that is another."""

    id: str
    value: int | None = None
    href: str = ""
    day: dt.date | None = None
    old: bool = False
    change: int | None = None
    source: int = 0
    unit: str = ""
    grade: str = ""
    named: tuple[str, str] = ("", "")
    of: tuple[str, str] = ("", "")


def bulletin(line: queries.Line, curve: Sequence[Published | dt.date], day: dt.date, sources: Sources) -> list[Figure]:
    """New, now, and in all: of the newest bulletin, with the change since the day before that one's."""
    now = line.published
    if now is None:
        return []
    eve = before(now, curve)
    href = f"/source/bulletin/{now.unit}/{now.day}"
    n = sources.number(now.source, now.published_on)
    fresh = {name: one.fresh for name, one in now.changes.items()}
    was = {name: one.fresh for name, one in eve.changes.items()} if eve else {}
    gone = eve.active if eve else None
    told: list[tuple[str, int | None, int | None]] = [
        ("new", now.fresh, less(now.fresh, was.get("confirmed"))),
        ("active", now.active, less(now.active, gone)),
        ("new_cured", fresh.get("cured"), less(fresh.get("cured"), was.get("cured"))),
        ("new_dead", fresh.get("dead"), less(fresh.get("dead"), was.get("dead"))),
        ("confirmed", now.confirmed, None),
        ("cured", now.cured, None),
        ("dead", now.dead, None),
    ]
    return [Figure(name, value, href, now.day, now.day < day, change, n) for name, value, change in told]


def before(now: Published, curve: Sequence[Published | dt.date]) -> Published | None:
    """The figures of the day before those that are shown; None where they were not told."""
    eve = now.day - dt.timedelta(days=1)
    return next((one for one in curve if isinstance(one, Published) and one.day == eve), None)


def households(line: queries.Line, day: dt.date, at: dt.datetime | None) -> list[Figure]:
    """What the doors told, where a list of them is kept. Tallies are kept by the hour: as known at a moment, those of
    the hours that were over, so that whoever asks again finds the same."""
    if not line.households:
        return []
    if at is not None:
        hour = at.replace(minute=0, second=0, microsecond=0) - dt.timedelta(microseconds=1)
        line = queries.board(line.id, day, hour).place
    href = f"/board/{line.id}?day={day}"
    told = (("households", line.households), *((name, line.tally[name]) for name in ("heard", "exceptions")))
    return [Figure(name, value, href, day) for name, value in told]


def first(
    board: queries.Board, held: Mapping[int, Mapping[str, indicators.Series]], day: dt.date, sources: Sources
) -> list[Figure]:
    """What a command reads first beside the bulletin, of the series that the region knows, read as the board reads
    them."""
    place, below = board.place.id, [one.id for one in board.below]
    known = indicators.expected(held.get(place, {}).values())
    read = {one.id: indicators.reading(one.id, place, held, below) for one in known}
    told = {name: one.series for name, one in read.items() if one}
    order = [*indicators.sums_ahead(told), *(name for name in FIRST if name in read)]
    named = {one.id: one for one in known}
    return [_indicator(named[name], read[name], board, day, sources) for name in dict.fromkeys(order)]


def _indicator(
    known: indicators.Series, read: indicators.Reading | None, board: queries.Board, day: dt.date, sources: Sources
) -> Figure:
    named = (known.name_zh, known.name_en)
    if read is None:
        return Figure(known.id, named=named, unit=known.unit)
    last, of = read.last, next(one for one in (board.place, *board.below) if one.id == read.of)
    return Figure(
        known.id, last.value, read.href(board), last.day, last.day < day, read.change if last.day == day else None,
        sources.number(last.source, last.published_on), known.unit, last.grade, named,
        (of.name_zh, of.name_en) if of.id != board.place.id else ("", ""),
    )  # fmt: skip


def beds(covers: str, day: dt.date, at: dt.datetime | None, sources: Sources) -> list[tuple[houses.Class, int]]:
    """Beds by class as published; nothing of this ledger's own wards, which not everybody who reads this may see."""
    told = [one for one in houses.beds(covers, day, at, now=False).classes if one.houses is not None]
    return [(one, sources.number(one.source) if one.source else 0) for one in told if one.id != "own"]
