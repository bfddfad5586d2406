"""What a situation report says of a place and a day: every figure with its source, none typed, none made up.

Everything here is a count or a published figure that whoever sees counts of the place sees alike, so that two readers
of one edition hold the same paper and its digest is the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from tongzhou.command import figures, houses, indicators, overdue, queries
from tongzhou.command.changes import less
from tongzhou.command.published import Published
from tongzhou.command.sources import Sources
from tongzhou.directives import queries as desks
from tongzhou.ledger.time import close_of, local_day
from tongzhou.supply import queries as stores

FIRST = ("severe", "critical", "suspected", "contacts_observed", "tested")  # of the tiles
GOODS, LATE = 6, 5  # what runs out first; sorts of what is late
CURVE = 60  # days of the curve
WEEK, QUIET = 7, 14
KEPT_FOR = 100_000  # people that a rate is told for


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


@dataclass(frozen=True)
class Row:
    """A place right below, or a sum of them. None: not told, or not told of all."""

    line: queries.Line | None
    new: int | None = None
    week: int | None = None
    confirmed: int | None = None
    active: int | None = None
    cured: int | None = None
    dead: int | None = None
    rate: float | None = None
    quiet: int | None = None
    href: str = ""


SUMMED = ("new", "week", "confirmed", "active", "cured", "dead")


@dataclass(frozen=True)
class Lead:
    """What the first sentence is made of."""

    new: int | None
    where: Sequence[queries.Line] = ()
    units: int = 0
    silent: int = 0  # units without a new case on the day
    quiet: int = 0  # units without one for a fortnight
    active: int | None = None
    change: int | None = None


class Told(Protocol):
    """What another folder adds: a sentence in the reader's language, and the facts it is made of."""

    @property
    def facts(self) -> Mapping[str, Any]: ...

    def __str__(self) -> str: ...


# Folders above this one that add a sentence of their own: (board, curve, moment of knowledge) → what they tell.
TELLERS: list[Callable[[queries.Board, Sequence[Published | dt.date], dt.datetime | None], Told | None]] = []


@dataclass(frozen=True)
class Report:
    """All of it. `digest` covers every figure, every sentence's facts and every source, and nothing of the reader."""

    board: queries.Board
    day: dt.date
    at: dt.datetime | None
    lead: Lead
    tiles: Sequence[Figure]
    first: Sequence[Figure]
    beds: Sequence[tuple[houses.Class, int]]  # published classes, each with the number of its source
    curve: Sequence[Published | dt.date]
    rows: Sequence[Row]
    together: Row | None
    whole: Row | None
    flags: Sequence[Any]
    late: Sequence[tuple[str, int, int, dt.datetime]]
    decisions: Sequence[dict[str, Any]]
    goods: Sequence[Any]
    goods_more: int
    communities: Sequence[Community]
    told: Sequence[Told]
    changes: Sequence[Mapping[str, str]]
    sources: Sources
    digest: str = field(default="", compare=False)

    @property
    def line(self) -> queries.Line:
        return self.board.place

    @property
    def odd_beds(self) -> list[houses.Class]:
        """Classes of beds whose figures contradict themselves."""
        return [one for one, _source in self.beds if one.flags]


def report(place: int, day: dt.date, now: dt.datetime, at: dt.datetime | None = None) -> Report:
    """The report of a place and day in the caller's scope, as known now or at `at`. Raises NotFound outside it."""
    board = queries.board(place, day, at)
    line, covers, region = board.place, queries.covers_of(place), queries.region()
    sources = Sources(region)
    curve = queries.curve(place, day, at=at) if line.published else []
    tiles = [*_bulletin(line, curve, day, sources), *_households(line, day, at)]
    rows = _rows(board, day, at, sources)
    together = _together(rows)
    goods = [one for one in stores.at_close(day, at, covers) if one.cover is not None]
    flags = figures.flags_of(queries.raw(), region, line.published.unit, day, at) if line.published else []
    held = indicators.series(covers, day, at)
    moment = min(at or now, close_of(day + dt.timedelta(days=1)))  # a past day's desk: what was late and decided then
    known = moment if moment < now else at
    found = Report(
        board, day, at,
        _lead(board, curve, rows),
        tiles,
        _first(board, held, day, sources),
        _beds(covers, day, at, sources),
        curve[:CURVE],
        rows,
        together,
        _row(line, curve, _people([line.id])),
        [one for one in flags if line.published and one.day in (day, line.published.day)],
        _late(covers, moment, known),
        desks.decisions(place, local_day(moment), moment, known),
        goods[:GOODS],
        len(goods[GOODS:]),
        published_communities(day),
        [told for teller in TELLERS if curve and (told := teller(board, curve, at))],
        [one for one in region.get("definition_changes", []) if str(one["day"]) <= str(day)] if line.published else [],
        sources,
    )  # fmt: skip
    object.__setattr__(found, "digest", digest(found))
    return found


def digest(found: Report) -> str:
    """SHA-256 over what the report says, in no language."""
    plain = {
        "place": found.line.key, "day": found.day, "lead": [found.lead.new, found.lead.active, found.lead.quiet],
        "figures": [[one.id, one.value, one.day, one.change, one.source] for one in (*found.tiles, *found.first)],
        "beds": [[one.id, one.open, one.used, one.free, one.day] for one, _source in found.beds],
        "curve": [[one, None] if isinstance(one, dt.date) else [one.day, one.fresh] for one in found.curve],
        "rows": [[row.line.key if row.line else "", *(getattr(row, name) for name in SUMMED), row.quiet]
                 for row in found.rows],
        "differs": [[one.kind, one.day, dict(one.amounts)] for one in found.flags],
        "late": [[what, n, places, since] for what, n, places, since in found.late],
        "decisions": [[one["key"], one["text"], one["due"]] for one in found.decisions],
        "goods": [[one.key, one.item.code, one.usable] for one in found.goods],
        "told": [dict(one.facts) for one in found.told],
        "sources": found.sources.plain,
    }  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()


def _lead(board: queries.Board, curve: Sequence[Published | dt.date], rows: Sequence[Row]) -> Lead:
    now = board.place.published
    if now is None:
        return Lead(None)
    told = [row for row in rows if row.new is not None and row.line is not None]
    active, before = now.in_hospital, _before(now, curve)
    gone = before.in_hospital if before else None
    return Lead(
        now.fresh,
        [row.line for row in told if row.new and row.line],
        len(told),
        sum(row.new == 0 for row in told),
        sum(row.quiet is not None and row.quiet >= QUIET for row in told),
        active,
        None if active is None or gone is None else active - gone,
    )


def _before(now: Published, curve: Sequence[Published | dt.date]) -> Published | None:
    """The figures of the day before those that are shown; None where they were not told."""
    eve = now.day - dt.timedelta(days=1)
    return next((one for one in curve if isinstance(one, Published) and one.day == eve), None)


def _bulletin(line: queries.Line, curve: Sequence[Published | dt.date], day: dt.date, sources: Sources) -> list[Figure]:
    """New, now, and in all: of the newest bulletin, with the change since the day before that one's."""
    now = line.published
    if now is None:
        return []
    before = _before(now, curve)
    href = f"/source/bulletin/{now.unit}/{now.day}"
    n = sources.number(now.source, now.published_on)
    fresh = {name: one.fresh for name, one in now.changes.items()}
    was = {name: one.fresh for name, one in before.changes.items()} if before else {}
    gone = before.in_hospital if before else None
    told: list[tuple[str, int | None, int | None]] = [
        ("new", now.fresh, less(now.fresh, was.get("confirmed"))),
        ("active", now.in_hospital, less(now.in_hospital, gone)),
        ("new_cured", fresh.get("cured"), less(fresh.get("cured"), was.get("cured"))),
        ("new_dead", fresh.get("dead"), less(fresh.get("dead"), was.get("dead"))),
        ("confirmed", now.confirmed, None),
        ("cured", now.cured, None),
        ("dead", now.dead, None),
    ]
    return [Figure(name, value, href, now.day, now.day < day, change, n) for name, value, change in told]


def _households(line: queries.Line, day: dt.date, at: dt.datetime | None) -> list[Figure]:
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


def _first(
    board: queries.Board, held: Mapping[int, list[indicators.Series]], day: dt.date, sources: Sources
) -> list[Figure]:
    """What a command reads first beside the bulletin: each series that the region knows, the place's own or, where it
    has none, that of the first place right below that has one; those of the tiles first."""
    own = {one.id: one for one in indicators.expected(held.get(board.place.id, []))}
    first = [*indicators.sums_ahead(own), *(name for name in FIRST if name in own)]
    found = []
    for name in [*first, *(name for name in own if name not in first)]:
        series, of = own[name], board.place
        for below in board.below if not series.told else ():
            theirs = next((one for one in held.get(below.id, []) if one.id == name and one.told), None)
            if theirs:
                series, of = theirs, below
                break
        found.append(_indicator(series, of, board.place, day, sources))
    return found


def _indicator(
    series: indicators.Series, of: queries.Line, place: queries.Line, day: dt.date, sources: Sources
) -> Figure:
    named, last = (series.name_zh, series.name_en), series.last
    if last is None:
        return Figure(series.id, named=named, unit=series.unit)
    before = next((one.value for one in series.told if one.day == last.day - dt.timedelta(days=1)), None)
    return Figure(
        series.id, last.value, f"/source/indicator/{of.key}/{series.id}/{last.day}", last.day, last.day < day,
        less(last.value, before) if last.day == day and not last.definition else None,
        sources.number(last.source, last.published_on), series.unit, last.grade, named,
        (of.name_zh, of.name_en) if of.id != place.id else ("", ""),
    )  # fmt: skip


def _beds(covers: str, day: dt.date, at: dt.datetime | None, sources: Sources) -> list[tuple[houses.Class, int]]:
    """Beds by class as published; nothing of this ledger's own wards, which not everybody who reads this may see."""
    told = [one for one in houses.beds(covers, day, at, now=False).classes if one.houses is not None]
    return [(one, sources.number(one.source) if one.source else 0) for one in told if one.id != "own"]


def _rows(board: queries.Board, day: dt.date, at: dt.datetime | None, sources: Sources) -> list[Row]:
    """The places right below; invented ones stand in no report of a real place."""
    below = [one for one in board.below if one.invented == board.place.invented]
    people = _people([one.id for one in below])
    for told in (one.published for one in below):
        if told:
            sources.number(told.source, told.published_on)
    return [_row(one, queries.curve(one.id, day, at=at) if one.published else [], people) for one in below]


def _row(line: queries.Line, curve: Sequence[Published | dt.date], people: Mapping[int, int]) -> Row:
    told = line.published
    if told is None:
        return Row(line)
    week = [one.fresh if isinstance(one, Published) else None for one in curve[:WEEK]]
    known = [one for one in week if one is not None]
    number = people.get(line.id)
    return Row(
        line, told.fresh, sum(known) if len(known) == WEEK else None, told.confirmed, told.in_hospital, told.cured,
        told.dead, told.confirmed * KEPT_FOR / number if number else None, queries.days_without_new(list(curve)),
        f"/source/bulletin/{told.unit}/{told.day}",
    )  # fmt: skip


def _together(rows: Sequence[Row]) -> Row | None:
    """The sum of the places below, of each figure that all of those with a bulletin tell."""
    told = [row for row in rows if row.confirmed is not None]
    if not told:
        return None
    sums: dict[str, Any] = {}
    for name in SUMMED:
        values = [value for row in told if (value := getattr(row, name)) is not None]
        sums[name] = sum(values) if len(values) == len(told) else None
    return Row(None, **sums)


def _people(places: list[int]) -> dict[int, int]:
    """How many live in each place, by the newest census held."""
    rows = queries.raw().execute(
        "select distinct on (place) place, (value ->> 'people')::integer from places_fact"
        " where name = 'population' and place = any(%s) order by place, valid_from desc",
        [places],
    )
    return dict(rows.fetchall())


def _late(covers: str, moment: dt.datetime, known: dt.datetime | None) -> list[tuple[str, int, int, dt.datetime]]:
    """What is late: which sort, how many, at how many places, since when; the oldest first."""
    found = [one for one in overdue.by_county(moment, known) if _within(one.place, covers)]
    counted: Counter[str] = Counter()
    places: dict[str, set[int]] = {}
    since: dict[str, dt.datetime] = {}
    for one in found:
        counted[one.what] += one.n
        places.setdefault(one.what, set()).add(one.place)
        since[one.what] = min(one.since, since.get(one.what, one.since))
    told = [(what, n, len(places[what]), since[what]) for what, n in counted.items()]
    return sorted(told, key=lambda one: (one[3], one[0]))[:LATE]


def _within(place: int, covers: str) -> bool:
    """Is a place among ranges such as `{[1,4),[7,9)}`?"""
    parts = (part.split(",") for part in covers.strip("{}").replace("[", "").split("),") if part)
    return any(int(low) <= place < int(high.rstrip(")")) for low, high in parts)


@dataclass(frozen=True)
class Community:
    """A real community as a publication showed it."""

    name_zh: str
    name_en: str
    key: str
    confirmed: int
    days: int


def published_communities(day: dt.date) -> list[Community]:
    rows = (
        queries.raw()
        .execute(
            "select n.name_zh, n.name_en, r.key, (r.data ->> 'confirmed')::numeric, (r.data ->> "
            "'days_without_new_at_least')::numeric"
            " from ledger_row r join places_name n on n.place = r.place and n.valid_to is null"
            " where r.noun = 'published_community' and (r.data ->> 'as_of')::date <= %s",
            [day],
        )
        .fetchall()
    )
    return [Community(zh, en, key, int(confirmed), int(days)) for zh, en, key, confirmed, days in rows]
