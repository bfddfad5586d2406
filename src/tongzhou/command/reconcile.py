"""Where published cumulative figures disagree with themselves: flagged with the amounts, never repaired."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

MEASURES = ("confirmed", "cured", "dead")
# What each kind of finding means, as the board and the report say it.
KINDS = {
    "decrease": "The cumulative confirmed count of a unit went down.",
    "province_decrease": "The cumulative confirmed count of the province went down.",
    "cured_decrease": "A cumulative count of the cured went down.",
    "dead_decrease": "A cumulative count of the dead went down.",
    "definition_change": "What is counted as confirmed changed on this day: before and after do not compare.",
    "province_minus_units": "The province's confirmed count is not the sum of its units.",
    "cured_province_minus_units": "The province's count of the cured is not the sum of its units.",
    "dead_province_minus_units": "The province's count of the dead is not the sum of its units.",
    "missing_day": "A unit has no figure for a day between its first and the province's last.",
    "dead_or_cured_exceeds_confirmed": "More are dead and cured than were ever confirmed.",
    "revision": "A later publication gives another figure for the same day.",
    "told_afterwards": "The figure was published later than the day after.",
}


class Bulletin(Protocol):
    """Cumulative counts of a place at the close of `day`, as published on `published_on`."""

    @property
    def day(self) -> dt.date: ...
    @property
    def place(self) -> str: ...
    @property
    def confirmed(self) -> int: ...
    @property
    def cured(self) -> int: ...
    @property
    def dead(self) -> int: ...
    @property
    def published_on(self) -> dt.date: ...


@dataclass(frozen=True)
class Flag:
    """One disagreement. `amounts` are counts of persons by name, so that a page can show the sum itself."""

    kind: str
    place: str
    day: dt.date
    amounts: Mapping[str, int] = field(default_factory=dict)


Series = dict[dt.date, Bulletin]


def reconcile(bulletins: Iterable[Bulletin], root: str, changes: Iterable[tuple[dt.date, str]] = ()) -> list[Flag]:
    """Flag every disagreement of the series of `root` and of the units that add up to it.

    `changes` are (day, place) on which the definition changed; at the root it holds for all units. Flags come
    sorted by day, place and kind. Where a day was published twice, the later publication counts and the
    difference is a `revision`.
    """
    series, flags = _latest(bulletins)
    for place, days in series.items():
        flags += _decreases(place, days, "province_decrease" if place == root else "decrease")
        flags += _impossible(place, days)
    for day, place in changes:
        flags += _definition(series, day, list(series) if place == root else [place])
    if root in series:
        units = {place: days for place, days in series.items() if place != root}
        flags += _sums(root, series[root], units)
        flags += _gaps(units, max(series[root]))
    return sorted(flags, key=lambda flag: (flag.day, flag.place, flag.kind))


def count_by_kind(flags: Iterable[Flag]) -> dict[str, int]:
    """How many flags of each kind; kinds without a flag are 0, so silence is not no check."""
    found = Counter(flag.kind for flag in flags)
    return {kind: found[kind] for kind in KINDS}


def _latest(bulletins: Iterable[Bulletin]) -> tuple[dict[str, Series], list[Flag]]:
    """The last publication for each place and day, in order of days, and what it changed."""
    flags: list[Flag] = []
    found: dict[str, Series] = defaultdict(dict)
    for bulletin in sorted(bulletins, key=lambda b: (b.day, b.published_on)):
        before = found[bulletin.place].get(bulletin.day)
        if before is not None and _amounts(before) != _amounts(bulletin):
            old = {f"{name}_before": amount for name, amount in _amounts(before).items()}
            flags.append(Flag("revision", bulletin.place, bulletin.day, _amounts(bulletin) | old))
        if before is None and bulletin.published_on > bulletin.day + dt.timedelta(1):
            late = (bulletin.published_on - bulletin.day).days
            flags.append(Flag("told_afterwards", bulletin.place, bulletin.day, {"days_after": late}))
        found[bulletin.place][bulletin.day] = bulletin
    return dict(found), flags


def _decreases(place: str, days: Series, kind: str) -> Iterator[Flag]:
    kinds = dict(zip(MEASURES, (kind, "cured_decrease", "dead_decrease"), strict=True))
    for earlier, later in pairwise(days.values()):
        for name in MEASURES:
            before, after = _amounts(earlier)[name], _amounts(later)[name]
            if after < before:
                amounts = {"before": before, "after": after, "difference": after - before}
                yield Flag(kinds[name], place, later.day, amounts)


def _impossible(place: str, days: Series) -> Iterator[Flag]:
    for day, bulletin in days.items():
        if bulletin.cured + bulletin.dead > bulletin.confirmed:
            yield Flag("dead_or_cured_exceeds_confirmed", place, day, _amounts(bulletin))


def _definition(series: Mapping[str, Series], day: dt.date, places: Sequence[str]) -> Iterator[Flag]:
    for place in places:
        now, before = series[place].get(day), series[place].get(day - dt.timedelta(1))
        if now is not None:
            amounts = {"after": now.confirmed}
            if before is not None:
                amounts |= {"before": before.confirmed, "difference": now.confirmed - before.confirmed}
            yield Flag("definition_change", place, day, amounts)


def _sums(root: str, whole: Series, units: Mapping[str, Series]) -> Iterator[Flag]:
    """Compared only where every unit that has begun to publish has a figure: a gap is not a zero."""
    for day, bulletin in whole.items():
        begun = [days for days in units.values() if min(days) <= day]
        if not begun or not all(day in days for days in begun):
            continue
        for name in MEASURES:
            total = sum(_amounts(days[day])[name] for days in begun)
            difference = _amounts(bulletin)[name] - total
            if difference:
                kind = "province_minus_units" if name == "confirmed" else f"{name}_province_minus_units"
                amounts = {"province": _amounts(bulletin)[name], "units": total, "difference": difference}
                yield Flag(kind, root, day, amounts | {"units_reporting": len(begun)})


def _gaps(units: Mapping[str, Series], last: dt.date) -> Iterator[Flag]:
    for place, days in units.items():
        day = min(days)
        while day < last:
            day += dt.timedelta(1)
            if day not in days:
                yield Flag("missing_day", place, day)


def _amounts(bulletin: Bulletin) -> dict[str, int]:
    return {"confirmed": bulletin.confirmed, "cured": bulletin.cured, "dead": bulletin.dead}
