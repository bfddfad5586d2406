"""What a command reads first: named figures of a place, each with its source, its grade and the moment it was told.

A figure is of the day, or old (of an earlier day, and says of which), or not held here. None is never nought.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.command import queries
from tongzhou.command.changes import less
from tongzhou.command.curves import spark
from tongzhou.command.graded import grade
from tongzhou.command.indicators import Series, reading, source_of, sums_ahead

TREND = 14  # days of the small line
Names = tuple[str, str]

PUBLISHED = {
    "new": gettext_noop("New cases"),
    "active": gettext_noop("Currently confirmed"),
    "confirmed": gettext_noop("Confirmed in all"),
    "cured": gettext_noop("Cured"),
    "discharged": gettext_noop("Cured on the day"),
    "dead": gettext_noop("Dead"),
    "died": gettext_noop("Died on the day"),
}
SERIES = {
    "severe_and_critical": gettext_noop("Severe and critical"),
    "severe": gettext_noop("Severe"),
    "critical": gettext_noop("Critical"),
    "suspected": gettext_noop("Suspected"),
    "contacts_observed": gettext_noop("Contacts under observation"),
    "fever_clinic_visits": gettext_noop("Fever-clinic visits"),
    "tested": gettext_noop("People tested"),
    "staff_infected": gettext_noop("Staff infected"),
}
POSITIVE = gettext_noop("Tests positive")
FIRST = ("new", "active", "severe", "critical", "suspected")  # what a director reads in ten seconds


@dataclass(frozen=True)
class Figure:
    """One figure. `change`: against the day before it, None where that is not known. `within`: the one place below that
    tells it, where the place itself does not. `asks`: whose desk is asked where it is missing or old."""

    id: str
    label: str
    value: float | None = None
    change: int | None = None
    day: dt.date | None = None
    told: str = ""  # when it was told
    source: str = ""
    grade: str = ""
    href: str = ""
    within: Names | None = None
    decimals: int = 0
    unit: str = ""
    old: bool = False
    trend: Sequence[float | None] = ()
    asks: int | None = None

    @property
    def state(self) -> str:
        return "none" if self.value is None else "old" if self.old else "now"

    @property
    def line(self) -> tuple[str, tuple[float, float] | None]:
        return spark(self.trend)


def figures(
    line: queries.Line, curve: Sequence[queries.Published | dt.date], held: Mapping[int, Mapping[str, Series]],
    day: dt.date, below: Mapping[int, Names], keys: Mapping[int, str],
) -> list[Figure]:  # fmt: skip
    """The published figures of a place on a day, in the order in which they are read. `held`: the series of the place
    and of those right `below` it."""
    told = _published(line.id, line.published, curve, day) | {
        name: _series(name, label, line.id, held, day, below, keys) for name, label in SERIES.items()
    }
    told["positive"] = _positive(line.id, held, day, below, keys)
    order = ["new", "active", "severe", "critical", "suspected", "confirmed", "cured", "dead", "discharged", "died",
             "contacts_observed", "fever_clinic_visits", "tested", "positive", "staff_infected"]  # fmt: skip
    telling = {name: found.series for name in SERIES if (found := reading(name, line.id, held, below))}
    order[2:2] = sums_ahead(telling)
    return [told[name] for name in order]


def _published(
    place: int, one: queries.Published | None, curve: Sequence[queries.Published | dt.date], day: dt.date
) -> dict[str, Figure]:
    if one is None:
        return {name: Figure(name, _(label), asks=place) for name, label in PUBLISHED.items()}
    days = {each.day: each for each in curve if isinstance(each, queries.Published)}
    before = days.get(one.day - dt.timedelta(days=1))
    values, then = _values(one), _values(before) if before else {}
    trends = [_values(days[on]) if (on := day - dt.timedelta(days=back)) in days else {} for back in range(TREND)][::-1]
    href = f"/source/bulletin/{one.unit}/{one.day}"
    return {
        name: Figure(
            name, _(label), values[name], less(values[name], then.get(name)), one.day, _told(one, name), one.source,
            _grade(one, name), href, old=one.day < day, trend=[each.get(name) for each in trends], asks=place,
        )
        for name, label in PUBLISHED.items()
    }  # fmt: skip


def _values(one: queries.Published) -> dict[str, int | None]:
    of_day = {name: change.fresh for name, change in one.changes.items()}
    return {"new": one.fresh, "active": one.active, "confirmed": one.confirmed, "cured": one.cured,
            "discharged": of_day.get("cured"), "dead": one.dead, "died": of_day.get("dead")}  # fmt: skip


OF_THE_DAY = {"new": "confirmed", "discharged": "cured", "died": "dead"}


def _told(one: queries.Published, name: str) -> str:
    """When this very figure was told: what is new of a day, in the text that told it or else by the first total; a
    total, by the last publication that gave it."""
    measure = OF_THE_DAY.get(name, name)
    if name in OF_THE_DAY and (stated := _stating(one, measure)):
        return str(stated["published_on"])
    gave = [each for each in one.versions if each.get(measure) is not None]
    if not gave:
        return one.published_on
    return str(gave[0 if name in OF_THE_DAY else -1]["published_on"])


def _stating(one: queries.Published, measure: str) -> Mapping[str, Any] | None:
    """The last publication whose text told how much of a measure was new."""
    return next((each for each in reversed(one.versions) if measure in (each.get("new") or {})), None)


def _grade(one: queries.Published, name: str) -> str:
    """Of what is reckoned from several figures, nothing is said: each stands with its own grade beside it. What is new
    of a day was read where a text told it; else it is known as well as its total."""
    measure = OF_THE_DAY.get(name, name)
    if name in OF_THE_DAY and _stating(one, measure):
        return "text"
    return "" if name == "active" else grade(one, measure)


def _series(
    name: str, label: str, place: int, held: Mapping[int, Mapping[str, Series]], day: dt.date,
    below: Mapping[int, Names], keys: Mapping[int, str],
) -> Figure:  # fmt: skip
    found = reading(name, place, held, below)
    if found is None:
        return Figure(name, _(label), asks=place)
    last, by_day = found.last, {one.day: one.value for one in found.series.told}
    trend = [by_day.get(day - dt.timedelta(days=back)) for back in range(TREND)][::-1]
    change = found.change if last.day == day else None  # beside an old figure *the day before* is another one
    return Figure(
        name, _(label), last.value, change, last.day, last.published_on, last.source, last.grade,
        source_of(keys[found.of], name, last.day), below.get(found.of), old=last.day < day, trend=trend, asks=found.of,
    )  # fmt: skip


def _positive(
    place: int,
    held: Mapping[int, Mapping[str, Series]],
    day: dt.date,
    below: Mapping[int, Names],
    keys: Mapping[int, str],
) -> Figure:
    """The share of the tested of a day that were positive, where both were told of the same people and day."""
    tested, positive = (
        _series(name, POSITIVE, place, held, day, below, keys) for name in ("tested", "tested_positive")
    )
    if not tested.value or positive.value is None or (tested.day, tested.within) != (positive.day, positive.within):
        return Figure("positive", _(POSITIVE), unit="%", asks=positive.asks)
    share = 100 * positive.value / tested.value
    return Figure(
        "positive", _(POSITIVE), share, None, positive.day, positive.told, positive.source, positive.grade,
        positive.href, positive.within, 1, "%", positive.old, asks=positive.asks,
    )  # fmt: skip
