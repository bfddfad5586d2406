"""Where published cumulative figures disagree with themselves: flagged with the amounts, never repaired."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from tongzhou.command.changes import MEASURES, change
from tongzhou.places.bulletins import published
from tongzhou.places.region_types import Bulletin

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
    "unexplained_change": "The cumulative count changed by other than the new cases that the text tells.",
    "told_afterwards": "The figure was published later than the day after.",
}


@dataclass(frozen=True)
class Flag:
    """One disagreement. `amounts` are counts of persons by name, so that a page can show the sum itself."""

    kind: str
    place: str
    day: dt.date
    amounts: Mapping[str, int] = field(default_factory=dict)
    why: Mapping[str, str] | None = None  # what explains it, where the region's sources do: {zh, en}


Series = dict[dt.date, Bulletin]


def reconcile(
    bulletins: Iterable[Bulletin],
    root: str,
    changes: Iterable[tuple[dt.date, str]] = (),
    units: Collection[str] | None = None,
) -> list[Flag]:
    """Flag every disagreement of the series of `root` and of the units that add up to it.

    `changes` are (day, place) on which the definition changed; at the root it holds for all units. `units` are those
    that add up to the root, all that publish where not given; a sum is compared only where each of them told its part:
    what was not told contradicts nothing. Flags come sorted by day, place and kind. Where a day was published twice,
    the later publication counts and the difference is a `revision`.
    """
    series, flags = _latest(bulletins)
    for place, days in series.items():
        flags += _decreases(place, days, "province_decrease" if place == root else "decrease")
        flags += _impossible(place, days)
    for day, place in changes:
        flags += _definition(series, day, list(series) if place == root else [place])
    if root in series:
        below = {place: days for place, days in series.items() if place != root and (units is None or place in units)}
        flags += _sums(root, series[root], below, set(below) if units is None else set(units))
        flags += _gaps(below, max(series[root]))
    return sorted(flags, key=lambda flag: (flag.day, flag.place, flag.kind))


def latest(bulletins: Iterable[Bulletin]) -> list[Bulletin]:
    """For each place and day what holds now: of every figure the last publication that tells it."""
    return [one for days in _latest(bulletins)[0].values() for one in days.values()]


def version_of(one: Bulletin) -> dict[str, Any]:
    """A publication as `changes` reads it."""
    return {"published_on": str(one.published_on), "published_at": one.published_at, "version": one.version,
            "new": one.new, **_amounts(one)}  # fmt: skip


def published_in_order(one: Bulletin) -> tuple[Any, ...]:
    return (one.day, *published(one))


def count_by_kind(flags: Iterable[Flag]) -> dict[str, int]:
    """How many flags of each kind; kinds without a flag are 0, so silence is not no check."""
    found = Counter(flag.kind for flag in flags)
    return {kind: found[kind] for kind in KINDS}


def _latest(bulletins: Iterable[Bulletin]) -> tuple[dict[str, Series], list[Flag]]:
    """What holds for each place and day, in order of days, what later publications changed, and changes that the new
    cases told do not explain."""
    flags: list[Flag] = []
    found: dict[str, Series] = defaultdict(dict)
    told: dict[tuple[str, dt.date], list[dict[str, Any]]] = defaultdict(list)
    for bulletin in sorted(bulletins, key=published_in_order):
        before = found[bulletin.place].get(bulletin.day)
        now = bulletin if before is None else _kept(bulletin, before)
        if before is not None and _amounts(before) != _amounts(now):
            old = {f"{name}_before": amount for name, amount in _amounts(before).items()}
            flags.append(Flag("revision", bulletin.place, bulletin.day, _amounts(now) | old))
        if before is None and bulletin.published_on > bulletin.day + dt.timedelta(1):
            late = (bulletin.published_on - bulletin.day).days
            flags.append(Flag("told_afterwards", bulletin.place, bulletin.day, {"days_after": late}))
        found[bulletin.place][bulletin.day] = now
        told[bulletin.place, bulletin.day].append(version_of(bulletin))
    return dict(found), flags + list(_unexplained(told))


def _kept(bulletin: Bulletin, before: Bulletin) -> Bulletin:
    """A publication with what it does not tell as it stood before."""
    return replace(
        bulletin,
        cured=before.cured if bulletin.cured is None else bulletin.cured,
        dead=before.dead if bulletin.dead is None else bulletin.dead,
    )


def _unexplained(told: Mapping[tuple[str, dt.date], list[dict[str, Any]]]) -> Iterator[Flag]:
    """The cumulative count rose by more or less than the new cases that the text of the day tells, though neither day
    was restated."""
    for (place, day), versions in told.items():
        before = told.get((place, day - dt.timedelta(1)), [])
        if len(versions) == len(before) == 1 and versions[0]["new"].get("confirmed", -1) >= 0:
            found = change(versions, before)
            if found.revised:
                new, total = found.fresh or 0, (found.fresh or 0) + found.revised
                yield Flag("unexplained_change", place, day, {"new": new, "change": total, "difference": found.revised})


def _decreases(place: str, days: Series, kind: str) -> Iterator[Flag]:
    kinds = dict(zip(MEASURES, (kind, "cured_decrease", "dead_decrease"), strict=True))
    for name in MEASURES:
        told = [(one.day, figure) for one in days.values() if (figure := _amounts(one).get(name)) is not None]
        for (_earlier, before), (day, after) in pairwise(told):
            if after < before:
                yield Flag(kinds[name], place, day, {"before": before, "after": after, "difference": after - before})


def _impossible(place: str, days: Series) -> Iterator[Flag]:
    for day, bulletin in days.items():
        if (bulletin.cured or 0) + (bulletin.dead or 0) > bulletin.confirmed:
            yield Flag("dead_or_cured_exceeds_confirmed", place, day, _amounts(bulletin))


def _definition(series: Mapping[str, Series], day: dt.date, places: Sequence[str]) -> Iterator[Flag]:
    for place in places:
        now, before = series[place].get(day), series[place].get(day - dt.timedelta(1))
        if now is not None:
            amounts = {"after": now.confirmed}
            if before is not None:
                amounts |= {"before": before.confirmed, "difference": now.confirmed - before.confirmed}
            yield Flag("definition_change", place, day, amounts)


def _sums(root: str, whole: Series, series: Mapping[str, Series], units: Collection[str]) -> Iterator[Flag]:
    """Compared only where every unit told its figure: a gap is not a zero."""
    for day, bulletin in whole.items():
        for name in MEASURES:
            parts = [_amounts(days[day]).get(name) for days in series.values() if day in days]
            known, total = _amounts(bulletin).get(name), sum(part or 0 for part in parts)
            if known is None or not parts or None in parts or len(parts) < len(units) or known == total:
                continue
            kind = "province_minus_units" if name == "confirmed" else f"{name}_province_minus_units"
            amounts = {"province": known, "units": total, "difference": known - total}
            yield Flag(kind, root, day, amounts | {"units_reporting": len(parts)})


def _gaps(units: Mapping[str, Series], last: dt.date) -> Iterator[Flag]:
    for place, days in units.items():
        day = min(days)
        while day < last:
            day += dt.timedelta(1)
            if day not in days:
                yield Flag("missing_day", place, day)


def _amounts(bulletin: Bulletin) -> dict[str, int]:
    """The figures that were told."""
    figures = {"confirmed": bulletin.confirmed, "cured": bulletin.cured, "dead": bulletin.dead}
    return {name: figure for name, figure in figures.items() if figure is not None}
