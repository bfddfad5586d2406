"""What the map and the table of units show of each place: named measures, and the classes that they are shaded by.

A measure is None where it is not held: nothing was published, a day is missing, no household list is kept. Class limits
are the same on every day, so that the colours of two days compare. Places stand in their own order, never by a measure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop, ngettext

from tongzhou.command import queries
from tongzhou.people.roles import ROLES
from tongzhou.supply import policy

WEEK = 7
Figure = int | float | None
Curve = Sequence[queries.Published | dt.date]


@dataclass(frozen=True)
class Measure:
    """`limits`: a class begins above each. `few`: the fewer, the darker. `now`: known only as it stands now. `none`:
    what it is where there is no figure."""

    id: str
    label: str
    limits: tuple[float, ...]
    few: bool = False
    decimals: int = 0
    now: bool = False
    none: str = gettext_noop("not held here")

    def shade(self, figure: Figure) -> str:
        if figure is None:
            return "unknown"
        n = sum(figure > limit for limit in self.limits)
        return f"t{len(self.limits) - n if self.few else n}"

    def write(self, figure: Figure) -> str:
        return "–" if figure is None else f"{figure:,.{self.decimals}f}"

    def classes(self) -> list[tuple[str, str]]:
        """Each shade with the figures that it stands for, from the lowest figure up; what is unknown comes last."""
        named = [f"t{n}" for n in range(len(self.limits) + 1)]
        words = self._between() if self.decimals else self._whole()
        return [*zip(named[::-1] if self.few else named, words, strict=True), ("unknown", gettext(self.none))]

    def _whole(self) -> list[str]:
        firsts = [int(limit) + 1 for limit in self.limits]
        between = [
            f"{a:,}" if a == b else f"{a:,}–{b:,}" for a, b in zip(firsts, map(int, self.limits[1:]), strict=False)
        ]
        return [f"{int(self.limits[0]):,}", *between, f"≥ {firsts[-1]:,}"]

    def _between(self) -> list[str]:
        pairs = zip(self.limits, self.limits[1:], strict=False)
        return [f"≤ {self.limits[0]:g}", *(f"{a:g}–{b:g}" for a, b in pairs), f"> {self.limits[-1]:g}"]


def _cover() -> tuple[float, ...]:
    """Days of cover by the signed table: red, amber, and beyond."""
    limits = policy.stock()
    return (limits.red_days, limits.amber_days, 4 * limits.amber_days)


MEASURES = (
    Measure("quiet", gettext_noop("Days since the last new case"), (0, 6, 13, 20, 27), few=True),
    Measure("new7", gettext_noop("New in 7 days"), (0, 9, 49, 199, 999)),
    Measure("active", gettext_noop("Currently confirmed"), (0, 9, 99, 499, 999)),
    Measure("per100k", gettext_noop("Confirmed per 100,000"), (0, 10, 20, 50, 100), decimals=1),
    Measure("confirmed", gettext_noop("Confirmed in all"), (0, 10, 100, 500, 1000)),
    Measure("cured", gettext_noop("Cured"), (0, 99, 499, 999, 4999)),
    Measure("dead", gettext_noop("Dead"), (0, 9, 29, 99, 499)),
    Measure("silent", gettext_noop("Silent doors"), (0, 9, 99, 999, 9999)),
    Measure("overdue", gettext_noop("Overdue duties"), (0, 4, 19, 49, 99), now=True,
            none=gettext_noop("nothing was ever asked")),
    Measure("cover", gettext_noop("Least days of cover"), _cover(), few=True, decimals=1),
)  # fmt: skip
BY_ID = {one.id: one for one in MEASURES}
Measured = Mapping[str, Figure]


def measured(
    lines: Sequence[queries.Line], curves: Mapping[int, Curve], day: dt.date, overdue: Mapping[int, int] | None,
    cover: Mapping[int, float],
) -> dict[int, Measured]:  # fmt: skip
    """Every measure of each place on a day. `overdue` is None where it cannot be told of that day; where it can, a
    place that is not in it was never asked for anything, so that it owes no nought of what is late."""
    people = inhabitants([line.id for line in lines])
    return {
        line.id: {
            **of_published(line.published, curves.get(line.id, ()), day, people.get(line.id)),
            "silent": line.households - line.tally["heard"] if line.households else None,
            "overdue": None if overdue is None else overdue.get(line.id),
            "cover": cover.get(line.id),
        }
        for line in lines
    }


def of_published(one: queries.Published | None, curve: Curve, day: dt.date, people: int | None) -> dict[str, Figure]:
    """What follows from the published figures; of an older day there are totals, but nothing of the days up to now."""
    whole = one is not None and one.day == day
    return {
        "quiet": queries.days_without_new(list(curve)) if whole and curve else None,
        "new7": new_in(curve, WEEK) if whole else None,
        "active": one.active if one else None,
        "per100k": one.confirmed * 100_000 / people if one and people else None,
        "confirmed": one.confirmed if one else None,
        "cured": one.cured if one else None,
        "dead": one.dead if one else None,
    }


def new_in(curve: Curve, days: int) -> int | None:
    """New cases of the last `days`; None where one of them is not known."""
    told = [one.fresh for one in curve[:days] if isinstance(one, queries.Published) and one.fresh is not None]
    return sum(told) if len(told) == days else None


def first_told(of: Iterable[Measured]) -> Measure:
    """The first measure that any of the places has, of those that every day has; the first of all where none has."""
    found = list(of)
    told = (one for one in MEASURES if not one.now and any(each[one.id] is not None for each in found))
    return next(told, MEASURES[0])


def inhabitants(places: Sequence[int]) -> dict[int, int]:
    """Inhabitants of each place by the newest census that the region has."""
    rows = queries.raw().execute(
        "select distinct on (place) place, (value ->> 'people')::integer from places_fact"
        " where place = any(%s) and name = 'population' order by place, valid_from desc",
        [list(places)],
    )
    return dict(rows.fetchall())


def overdue(places: Sequence[int], now: dt.datetime) -> dict[int, int]:
    """How many duties are overdue now at each place and below it, as counts (ADR 0015); a place of which nothing was
    ever asked is not among them."""
    rows = queries.raw().execute(
        "select asked.unit, coalesce(sum(late.n), 0)::integer from command_asked(%(places)s, %(roles)s) asked (unit)"
        " left join command_overdue(%(now)s, null, %(places)s) late on late.unit = asked.unit group by asked.unit",
        {"places": list(places), "roles": [*ROLES, "desk"], "now": now},
    )
    return dict(rows.fetchall())


def least_cover(places: Sequence[int], held: Iterable[Any]) -> dict[int, float]:
    """The least days of cover of any good in the stores at each place and below it."""
    lasts: dict[int, float] = {}
    for one in held:
        if one.cover is not None and not one.published:
            lasts[one.store.place] = min(one.cover, lasts.get(one.store.place, one.cover))
    if not lasts:
        return {}
    rows = queries.raw().execute(
        "select c.place, s.id from places_cover c join unnest(%s::integer[]) s (id) on c.covers @> s.id"
        " where c.tree = 'command' and c.valid_to is null and c.place = any(%s)",
        [list(lasts), list(places)],
    )
    found: dict[int, float] = {}
    for place, store in rows.fetchall():
        found[place] = min(lasts[store], found.get(place, lasts[store]))
    return found


def spoken(measure: Measure, figure: Figure) -> str:
    """A figure with what it counts, for whoever hears the map."""
    if figure is None:
        return gettext("%(what)s: %(none)s") % {"what": gettext(measure.label), "none": gettext(measure.none)}
    if measure.id == "quiet":
        return ngettext("%(n)s day since the last new case", "%(n)s days since the last new case", int(figure)) % {
            "n": measure.write(figure)
        }
    return f"{gettext(measure.label)}: {measure.write(figure)}"
