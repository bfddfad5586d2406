"""What does not add up in the figures that a page shows: one list for the board, the morning and the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tongzhou.command import figures, queries
from tongzhou.hospital import leaving
from tongzhou.ledger.time import local_day

NO_CONTRADICTION = ("definition_change", "missing_day")  # what is counted changed; a figure is not there


@dataclass(frozen=True)
class Difference:
    """One figure that does not agree with another. `amounts` are the numbers the sentence names."""

    kind: str
    place: queries.Line
    day: dt.date
    amounts: Mapping[str, int] = field(default_factory=dict)
    href: str = ""
    why: Mapping[str, str] | None = None  # what explains it, where the region's sources do: {zh, en}

    @property
    def name(self) -> str:
        """Which difference it is, of which place and day."""
        return f"{self.kind}/{self.place.key}/{self.day}"

    @property
    def finds(self) -> str:
        """What a decision names that finds it out: with its amounts, since another amount is another question."""
        return "/".join([self.name, *(str(self.amounts[name]) for name in sorted(self.amounts))])


def odd(lines: Sequence[queries.Line], day: dt.date, at: dt.datetime | None) -> list[Difference]:
    """What does not add up in the figures of a day of a place, which comes first of `lines`, and of those right below
    it: its bulletins, and designated beds as published last."""
    return [*_bulletins(lines, day, at), *_beds(lines, day, at)]


def _bulletins(lines: Sequence[queries.Line], day: dt.date, at: dt.datetime | None) -> list[Difference]:
    # A merged unit has its prefecture's figures: what differs in them is told once, of the prefecture where it is here.
    own = {one.published.unit: one for one in lines[:1] if one.published}
    own |= {one.key: one for one in lines if one.published and one.published.unit == one.key}
    found = figures.flags_on(queries.raw(), queries.region(), day, at) if own else []
    return [
        Difference(one.kind, own[one.place], day, one.amounts, f"/source/bulletin/{one.place}/{day}", one.why)
        for one in found
        if one.place in own
    ]


def _beds(lines: Sequence[queries.Line], day: dt.date, at: dt.datetime | None) -> list[Difference]:
    """Designated beds as published last up to the day, where they contradict themselves: those that the board shows."""
    by_place = {line.id: line for line in lines}
    known = day + dt.timedelta(days=1) if at is None else min(day + dt.timedelta(days=1), local_day(at))
    last = {one["place"]: one for one in reversed(leaving.published(known).days)}
    found = []
    for one in last.values():
        if one["place"] not in by_place or not one["flags"]:
            continue
        amounts = {name: one[name] for name in ("beds", "used", "empty")}
        kind = "beds_over" if one["used"] > one["beds"] else "beds_odd"
        found.append(
            Difference(kind, by_place[one["place"]], one["day"], amounts | {"over": one["used"] - one["beds"]})
        )
    return found
