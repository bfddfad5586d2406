"""What a situation report says of a place and a day: every figure with its source, none typed, none made up.

Everything here is a count or a published figure that whoever sees counts of the place sees alike, so that two readers
of one edition hold the same paper and its digest is the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from tongzhou.command import communities, houses, overdue, queries, seen, sitrep_figures, sitrep_rows
from tongzhou.command.measured import inhabitants
from tongzhou.command.odd import Difference, odd
from tongzhou.command.published import Published
from tongzhou.command.sitrep_figures import Figure
from tongzhou.command.sitrep_rows import SUMMED, Row
from tongzhou.command.sources import Sources
from tongzhou.directives import queries as desks
from tongzhou.ledger.time import close_of, local_day
from tongzhou.places.queries import covers_of
from tongzhou.supply import queries as stores

GOODS, LATE = 6, 5  # what runs out first; sorts of what is late
CURVE = 60  # days of the curve
QUIET = 14


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
    added: Mapping[dt.date, int]  # of the new cases of a day, those that only a changed definition counts
    rows: Sequence[Row]
    together: Row | None
    whole: Row | None
    odd: Sequence[Difference]
    late: Sequence[tuple[str, int, int, dt.datetime]]
    past: bool  # of a past moment: that nothing is held as late then is no nought
    decisions: Sequence[dict[str, Any]]
    goods: Sequence[Any]
    goods_more: int
    communities: Sequence[communities.Community]
    told: Sequence[Told]
    changes: Sequence[Mapping[str, str]]
    sources: Sources
    digest: str = field(default="", compare=False)

    @property
    def line(self) -> queries.Line:
        return self.board.place


def report(place: int, day: dt.date, now: dt.datetime, at: dt.datetime | None = None) -> Report:
    """The report of a place and day in the caller's scope, as known now or at `at`. Raises NotFound outside it."""
    board = queries.board(place, day, at)
    line, covers, region = board.place, covers_of(place), queries.region()
    sources = Sources(region)
    curve = queries.curve(place, day, at=at) if line.published else []
    tiles = [*sitrep_figures.bulletin(line, curve, day, sources), *sitrep_figures.households(line, day, at)]
    rows = sitrep_rows.rows(board, day, at, sources)
    goods = [one for one in stores.at_close(day, at, covers) if one.cover is not None]
    held, shown = seen.held_of(covers, day, at), curve[:CURVE]
    days = {one if isinstance(one, dt.date) else one.day for one in shown}
    moment = min(at or now, close_of(day + dt.timedelta(days=1)))  # a past day's desk: what was late and decided then
    known = moment if moment < now else at
    found = Report(
        board, day, at,
        _lead(board, curve, rows),
        tiles,
        sitrep_figures.first(board, held, day, sources),
        sitrep_figures.beds(covers, day, at, sources),
        shown,
        {on: n for on, n in seen.added_of(held.get(place, {})).items() if on in days},
        rows,
        sitrep_rows.together(rows),
        sitrep_rows.row(line, curve, inhabitants([line.id])),
        odd([line, *board.below], day, at),
        overdue.sorts(covers, moment, known)[:LATE],
        moment < now,
        desks.decisions(place, local_day(moment), moment, known),
        goods[:GOODS],
        len(goods[GOODS:]),
        communities.published(day),
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
        "added": [[day, n] for day, n in found.added.items()],
        "rows": [[row.line.key if row.line else "", *(getattr(row, name) for name in SUMMED), row.quiet]
                 for row in found.rows],
        "differs": [[one.kind, one.place.key, one.day, dict(one.amounts)] for one in found.odd],
        "late": [[what, n, places, since] for what, n, places, since in found.late],
        "decisions": [[one["key"], one["text"], one["due"], one["state"], one["became"]] for one in found.decisions],
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
    active, before = now.active, sitrep_figures.before(now, curve)
    gone = before.active if before else None
    return Lead(
        now.fresh,
        [row.line for row in told if row.new and row.line],
        len(told),
        sum(row.new == 0 for row in told),
        sum(row.quiet is not None and row.quiet >= QUIET for row in told),
        active,
        None if active is None or gone is None else active - gone,
    )
