"""Everything that a board shows, gathered once: the page, the API and the export read the same figures from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tongzhou.command import figures as judged
from tongzhou.command import glance, houses, measured, queries
from tongzhou.command.indicators import Series, by_name, series
from tongzhou.command.odd import Difference, odd
from tongzhou.command.reconcile import Flag
from tongzhou.command.unchanged import kept
from tongzhou.ledger import clock
from tongzhou.ledger.time import local_day
from tongzhou.places.queries import covers_of
from tongzhou.supply import queries as stores

DAYS = 120  # that a curve goes back
STALE = 8  # days after which a district's figure is shown no more
Curve = Sequence[queries.Published | dt.date]


@dataclass(frozen=True)
class Seen:
    """A board on a day, as known now or at `at`. `now`: what was said is of the newest day, so that what is known only
    as it stands (what is overdue, beds taken) may stand beside it."""

    board: queries.Board
    units: list[queries.Line]
    day: dt.date
    at: dt.datetime | None
    now: bool
    covers: str
    curves: Mapping[int, Curve]
    held: Mapping[int, Mapping[str, Series]]

    @property
    def curve(self) -> Curve:
        return self.curves.get(self.board.place.id, ())

    @cached_property
    def values(self) -> dict[int, measured.Measured]:
        """Every measure of the place, of those right below it and of those on its map."""
        place = self.board.place
        lines = {line.id: line for line in (place, *self.board.below, *self.units)}
        late = measured.overdue([*lines], clock.read(queries.raw()).now) if self.now else None
        found = measured.measured(list(lines.values()), self.curves, self.day, late, self._cover(list(lines)))
        if late is not None:  # what lies right at a place and what lies below it
            found[place.id] = {**found[place.id], "overdue": sum(late.values()) if late else None}
        return found | {id: {**found[id], **own} for id, own in self._districts().items() if id in found}

    def _cover(self, places: Sequence[int]) -> dict[int, float]:
        return measured.least_cover(places, stores.at_close(self.board.tallies_of, self.at, self.covers))

    def _districts(self) -> dict[int, dict[str, float]]:
        """Confirmed in all of places that bulletins do not tell of, from a series that stands for it."""
        stands = [one["id"] for one in queries.region().get("indicators", ()) if one.get("measure") == "confirmed"]
        found: dict[int, dict[str, float]] = {}
        for line in self.units:
            told = next((one.last for name in stands if (one := self.held.get(line.id, {}).get(name))), None)
            if line.published is None and told and (self.day - told.day).days <= STALE:
                found[line.id] = {"confirmed": told.value}
        people = measured.inhabitants(list(found))
        for id, own in found.items():
            if people.get(id):
                own["per100k"] = own["confirmed"] * 100_000 / people[id]
        return found

    @cached_property
    def figures(self) -> list[glance.Figure]:
        return first_read(self.board, self.curve, self.held)

    @cached_property
    def beds(self) -> houses.Beds:
        return houses.beds(self.covers, self.day, self.at, now=self.now)

    @cached_property
    def flags(self) -> list[Flag]:
        """What does not add up in the place's series."""
        one = self.board.place.published
        return judged.flags_of(queries.raw(), queries.region(), one.unit, self.day, self.at) if one else []

    @cached_property
    def odd(self) -> list[Difference]:
        """What does not add up in the figures of the day, here and right below."""
        return odd([self.board.place, *self.board.below], self.day, self.at)

    @property
    def added(self) -> dict[dt.date, int]:
        return added_of(self.held.get(self.board.place.id, {}))


def added_of(own: Mapping[str, Series]) -> dict[dt.date, int]:
    """New cases of a day that only a changed definition counts, where a series of a place tells them."""
    stands = [one["id"] for one in queries.region().get("indicators", ()) if one.get("measure") == "added"]
    return {told.day: told.value for name in stands if name in own for told in own[name].told}


def seen(place: int, day: dt.date, at: dt.datetime | None, tallies_of: dt.date | None = None) -> Seen:
    """Raises NotFound outside the reader's scope."""
    board = queries.board(place, day, at, tallies_of)
    units = queries.districts(board)
    covers = covers_of(place)
    newest = queries.newest_day() or local_day(clock.read(queries.raw()).now)
    curves, held = curves_of((board.place, *board.below, *units), day, at), held_of(covers, day, at)
    return Seen(board, units, day, at, at is None and board.tallies_of >= newest, covers, curves, held)


def curves_of(lines: Iterable[queries.Line], day: dt.date, at: dt.datetime | None) -> Mapping[int, Curve]:
    """The published figures of each of these places day by day, newest first."""
    told = tuple({line.id: line for line in lines if line.published})
    if not told:
        return {}
    return kept(queries.raw(), ("bulletin",), ("curves", told, day, at), lambda: queries.curves(told, day, DAYS, at))


def held_of(covers: str, day: dt.date, at: dt.datetime | None) -> Mapping[int, Mapping[str, Series]]:
    """The series held for each place of a branch, by name."""
    return by_name(kept(queries.raw(), ("indicator",), ("series", covers, day, at), lambda: series(covers, day, at)))


def first_read(board: queries.Board, curve: Curve, held: Mapping[int, Mapping[str, Series]]) -> list[glance.Figure]:
    """What a command reads first of a place."""
    names = {line.id: (line.name_zh, line.name_en) for line in board.below}
    keys = {line.id: line.key for line in (board.place, *board.below)}
    return glance.figures(board.place, curve, held, board.day, names, keys)
