"""The rows of a situation report: the places right below, their sum, and the place itself as it was published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongzhou.command import queries
from tongzhou.command.measured import inhabitants
from tongzhou.command.published import Published
from tongzhou.command.sources import Sources

WEEK = 7
KEPT_FOR = 100_000  # people that a rate is told for


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


def rows(board: queries.Board, day: dt.date, at: dt.datetime | None, sources: Sources) -> list[Row]:
    """The places right below; invented ones stand in no report of a real place."""
    below = [one for one in board.below if one.invented == board.place.invented]
    people = inhabitants([one.id for one in below])
    for told in (one.published for one in below):
        if told:
            sources.number(told.source, told.published_on)
    return [row(one, queries.curve(one.id, day, at=at) if one.published else [], people) for one in below]


def row(line: queries.Line, curve: Sequence[Published | dt.date], people: Mapping[int, int]) -> Row:
    told = line.published
    if told is None:
        return Row(line)
    week = [one.fresh if isinstance(one, Published) else None for one in curve[:WEEK]]
    known = [one for one in week if one is not None]
    number = people.get(line.id)
    return Row(
        line, told.fresh, sum(known) if len(known) == WEEK else None, told.confirmed, told.active, told.cured,
        told.dead, told.confirmed * KEPT_FOR / number if number else None, queries.days_without_new(list(curve)),
        f"/source/bulletin/{told.unit}/{told.day}",
    )  # fmt: skip


def together(rows: Sequence[Row]) -> Row | None:
    """The sum of the places below, of each figure that all of those with a bulletin tell."""
    told = [row for row in rows if row.confirmed is not None]
    if not told:
        return None
    sums: dict[str, Any] = {}
    for name in SUMMED:
        values = [value for row in told if (value := getattr(row, name)) is not None]
        sums[name] = sum(values) if len(values) == len(told) else None
    return Row(None, **sums)
