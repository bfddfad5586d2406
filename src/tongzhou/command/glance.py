"""What a command reads first: named figures of a place, each with its source, its grade and the moment it was told.

A figure is of the day, or old (of an earlier day, and says of which), or not held here. None is never nought.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.command import queries
from tongzhou.command.changes import less
from tongzhou.command.curves import spark
from tongzhou.command.graded import grade
from tongzhou.command.indicators import Series, sums_ahead

TREND = 14  # days of the small line
Names = tuple[str, str]

PUBLISHED = {
    "new": gettext_noop("New cases"),
    "active": gettext_noop("Currently confirmed"),
    "confirmed": gettext_noop("Confirmed in all"),
    "cured": gettext_noop("Cured"),
    "discharged": gettext_noop("Cured on the day"),
    "dead": gettext_noop("Dead"),
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
    tells it, where the place itself does not."""

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
    told = _published(line.published, curve, day) | {
        name: _series(name, label, line.id, held, day, below, keys) for name, label in SERIES.items()
    }
    told["positive"] = _positive(line.id, held, day, below, keys)
    order = ["new", "active", "severe", "critical", "suspected", "confirmed", "cured", "dead", "discharged",
             "contacts_observed", "fever_clinic_visits", "tested", "positive", "staff_infected"]  # fmt: skip
    telling = {name: found[1] for name in SERIES if (found := _telling(name, line.id, held, below))}
    order[2:2] = sums_ahead(telling)
    return [told[name] for name in order]


def _published(
    one: queries.Published | None, curve: Sequence[queries.Published | dt.date], day: dt.date
) -> dict[str, Figure]:
    if one is None:
        return {name: Figure(name, _(label)) for name, label in PUBLISHED.items()}
    days = {each.day: each for each in curve if isinstance(each, queries.Published)}
    before = days.get(one.day - dt.timedelta(days=1))
    values, then = _values(one), _values(before) if before else {}
    trends = [_values(days[on]) if (on := day - dt.timedelta(days=back)) in days else {} for back in range(TREND)][::-1]
    href = f"/source/bulletin/{one.unit}/{one.day}"
    return {
        name: Figure(
            name, _(label), values[name], less(values[name], then.get(name)), one.day, one.published_on, one.source,
            _grade(one, name), href, old=one.day < day, trend=[each.get(name) for each in trends],
        )
        for name, label in PUBLISHED.items()
    }  # fmt: skip


def _values(one: queries.Published) -> dict[str, int | None]:
    cured = one.changes.get("cured")
    return {"new": one.fresh, "active": one.in_hospital, "confirmed": one.confirmed, "cured": one.cured,
            "discharged": cured.fresh if cured else None, "dead": one.dead}  # fmt: skip


def _grade(one: queries.Published, name: str) -> str:
    """Of what is reckoned from several figures, nothing is said: each stands with its own grade beside it."""
    measure = {"new": "confirmed", "discharged": "cured"}.get(name, name)
    return "" if name == "active" else grade(one, measure)


def _telling(
    name: str, place: int, held: Mapping[int, Mapping[str, Series]], below: Mapping[int, Names]
) -> tuple[int, Series] | None:
    """Who tells a series of a place: itself, or the only one below it that tells it."""
    if (own := held.get(place, {}).get(name)) and own.told:
        return place, own
    others = [(id, found) for id in below if (found := held.get(id, {}).get(name)) and found.told]
    return others[0] if len(others) == 1 else None


def _series(
    name: str, label: str, place: int, held: Mapping[int, Mapping[str, Series]], day: dt.date,
    below: Mapping[int, Names], keys: Mapping[int, str],
) -> Figure:  # fmt: skip
    found = _telling(name, place, held, below)
    if found is None:
        return Figure(name, _(label))
    of, series = found
    last = series.told[0]
    by_day = {one.day: one for one in series.told}
    before = by_day.get(last.day - dt.timedelta(days=1))
    change = None if before is None or last.definition else last.value - before.value
    trend = [told.value if (told := by_day.get(day - dt.timedelta(days=back))) else None for back in range(TREND)][::-1]
    return Figure(
        name, _(label), last.value, change, last.day, last.published_on, last.source, last.grade,
        f"/source/indicator/{keys[of]}/{name}/{last.day}", below.get(of), old=last.day < day, trend=trend,
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
        return Figure("positive", _(POSITIVE), unit="%")
    share = 100 * positive.value / tested.value
    return Figure(
        "positive", _(POSITIVE), share, None, positive.day, positive.told, positive.source, positive.grade,
        positive.href, positive.within, 1, "%", positive.old,
    )  # fmt: skip
