"""Indicators: figures that are held already, for a place and a day, as known now or at a moment.

A figure is computed only where the reader's roles cover the sort of data behind it: a count over rows one may not see
would be nought, and that is a lie.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from tongzhou.command import indicators as told
from tongzhou.command import queries
from tongzhou.people.scope import NOWHERE, Holder, under
from tongzhou.places.queries import covers_of
from tongzhou.reports.rows import (
    ALONE,
    LEFT,
    LIVES,
    RELEASED,
    TODAY,
    Contacts,
    Rows,
    classified,
    staying,
    undone,
    within,
)


@dataclass(frozen=True)
class Asked:
    """What a figure is asked for: a place with all it covers, a local day, and the moment of knowledge."""

    place: int
    covers: str
    day: dt.date
    at: dt.datetime | None
    board: queries.Board

    @property
    def line(self) -> queries.Line:
        return self.board.place


@dataclass(frozen=True)
class Indicator:
    """How a figure is computed, from which sort of data. `compute` answers None where nothing is kept for it here."""

    name: str
    sort: str
    compute: Callable[[Asked], int | None]


@dataclass(frozen=True)
class Figure:
    """A figure, or why there is none: `not_yours` (another role holds it) or `not_kept` (no list is kept here)."""

    value: int | None
    why: str = ""
    rows: bool = False  # a count of rows that can be listed; else a figure of the board
    by: Post | None = None  # the post that holds it, where that is another
    of: dt.date | None = None  # of which day it is, where of an earlier one than the report's


@dataclass(frozen=True)
class Post:
    """A role somebody holds at a place that covers the one asked for."""

    role: str
    place: int


def asked(place: int, day: dt.date, at: dt.datetime | None) -> Asked:
    """Raises NotFound for a place outside the reader's scope."""
    found = queries.board(place, day, at)
    return Asked(place, covers_of(place), day, at, found)


# Who holds a sort of data, the nearest first: asked by whoever owes a report and does not hold it.
HOLDERS = {
    "households": ("community_lead",),
    "care": ("community_doctor", "epidemiologist"),
    "referrals": ("community_doctor", "clinician"),
    "cases": ("epidemiologist",),
    "beds": ("dispatcher",),
}
_POST = """
select h.role, h.place from people_held h join places_cover c on c.place = h.place and c.tree = 'command'
and c.valid_to is null where h.role = any(%s) and c.covers @> %s
order by array_position(%s, h.role), c.depth desc limit 1
"""


def post(sort: str, place: int) -> Post | None:
    """The post that holds a sort of data of a place; None where nobody does."""
    roles = list(HOLDERS.get(sort, ()))
    row = queries.raw().execute(_POST, [roles, place, roles]).fetchone()
    return Post(*row) if row else None


def figure(name: str, holder: Holder, given: Asked, *, owed: bool = False) -> Figure:
    """An indicator for what is asked, where the holder's roles cover the sort of data behind it. `owed`: the holder's
    desk owes the report of this very place: what another post holds is counted under that post's right, as a number
    alone, so that nobody has to ask for it by telephone."""
    one = INDICATORS[name]
    row = queries.raw().execute(
        "select %s::int4multirange @> %s::int4multirange", [holder.scopes.get(one.sort, NOWHERE), given.covers]
    ).fetchone()  # fmt: skip
    if not (row and row[0]):
        by = post(one.sort, given.place)
        if not owed or by is None:
            return Figure(None, "not_yours", by=by)
        with under(one.sort, given.covers):
            value = one.compute(given)
        return Figure(value, "" if value is not None else "not_kept", by=by)
    value = one.compute(given)
    if value is None and isinstance(one.compute, Series) and (last := one.compute.last(given)):
        return Figure(last.value, of=last.day)
    if value is None:
        return Figure(None, "not_kept")
    return Figure(value, rows=isinstance(one.compute, Rows))


def _tally(indicator: str) -> Callable[[Asked], int | None]:
    return lambda given: None if given.line.households is None else given.line.tally[indicator]


def _silent(given: Asked) -> int | None:
    return None if given.line.households is None else given.line.households - given.line.tally["heard"]


def _published(name: str) -> Callable[[Asked], int | None]:
    """A figure of the day's bulletin; None where none was published for this very day."""

    def compute(given: Asked) -> int | None:
        now = given.line.published
        if now is None or now.day != given.day:
            return None
        if name.startswith("new_"):
            change = now.changes.get(name.removeprefix("new_"))
            return change.fresh if change else None
        value: int | None = getattr(now, name)
        return value

    return compute


@dataclass(frozen=True)
class Series:
    """A figure of a published series, of this very day; else the last one told, with its day."""

    name: str

    def __call__(self, given: Asked) -> int | None:
        last = self.last(given)
        return last.value if last and last.day == given.day else None

    def last(self, given: Asked) -> told.Told | None:
        held = told.series(given.covers, given.day, given.at).get(given.place, [])
        return next((one.last for one in held if one.id == self.name), None)


CALLED_BACK = Rows("exception", within("called_back_at"))
AT_HOME, IN_CENTRES = Contacts("observation", staying("home")), Contacts("observation", staying("central"))
SUSPECTED = Rows("case", classified("suspected"), LIVES)
CONFIRMED = Rows("case", classified("confirmed", "clinical"), LIVES)

INDICATORS: dict[str, Indicator] = {
    "households": Indicator(gettext_noop("households on the list"), "counts", lambda given: given.line.households),
    "heard": Indicator(gettext_noop("households heard from"), "counts", _tally("heard")),
    "silent": Indicator(gettext_noop("households not heard from"), "counts", _silent),
    "well": Indicator(gettext_noop("households well"), "counts", _tally("well")),
    "unwell": Indicator(gettext_noop("households with somebody unwell"), "counts", _tally("unwell")),
    "no_answer": Indicator(gettext_noop("households tried, no answer"), "counts", _tally("no_answer")),
    "by_page": Indicator(gettext_noop("reported on their own page"), "counts", _tally("by_page")),
    "by_phone": Indicator(gettext_noop("reported by telephone"), "counts", _tally("by_phone")),
    "by_door": Indicator(gettext_noop("asked at the door"), "counts", _tally("by_door")),
    "exceptions": Indicator(gettext_noop("exceptions"), "counts", _tally("exceptions")),
    "fever": Indicator(gettext_noop("fevers"), "counts", _tally("fever")),
    "breathless": Indicator(gettext_noop("short of breath"), "counts", _tally("breathless")),
    "alone": Indicator(gettext_noop("alone, no carer"), "counts", _tally("alone")),
    "newcomers": Indicator(gettext_noop("newcomers"), "counts", _tally("newcomers")),
    "needs": Indicator(gettext_noop("needs stated"), "counts", _tally("needs")),
    "needs_met": Indicator(gettext_noop("needs met that day"), "households", Rows("need", within("met_at"))),
    "needs_open": Indicator(gettext_noop("needs still open"), "households", Rows("need", undone("met", "met_at"))),
    "tasks_done": Indicator(gettext_noop("tasks done"), "households", Rows("task", within("done_at"))),
    "tasks_open": Indicator(gettext_noop("tasks open"), "households", Rows("task", undone("done", "done_at"))),
    "called_back": Indicator(gettext_noop("called back by the doctor"), "care", CALLED_BACK),
    "referred": Indicator(gettext_noop("sent to the fever clinic"), "referrals", Rows("referral", TODAY)),
    "observed_home": Indicator(gettext_noop("contacts observed at home"), "care", AT_HOME),
    "observed_central": Indicator(gettext_noop("contacts in central observation"), "care", IN_CENTRES),
    "released": Indicator(gettext_noop("observations that ended"), "care", Contacts("observation", RELEASED)),
    "left_alone": Indicator(gettext_noop("left alone by isolation, without a carer"), "care", Rows("home", ALONE)),
    "suspected": Indicator(gettext_noop("suspected cases living here"), "cases", SUSPECTED),
    "confirmed": Indicator(
        gettext_noop("confirmed cases living here, in all"),
        "cases",
        CONFIRMED,
    ),
    "published_confirmed": Indicator(gettext_noop("confirmed in all, as published"), "counts", _published("confirmed")),
    "published_new": Indicator(gettext_noop("new confirmed, as published"), "counts", _published("new_confirmed")),
    "published_active": Indicator(gettext_noop("confirmed now, as published"), "counts", _published("active")),
    "published_cured": Indicator(gettext_noop("newly cured, as published"), "counts", _published("new_cured")),
    "published_dead": Indicator(gettext_noop("new deaths, as published"), "counts", _published("new_dead")),
    "published_severe": Indicator(gettext_noop("severe, as published"), "counts", Series("severe")),
    "published_critical": Indicator(gettext_noop("critical, as published"), "counts", Series("critical")),
    "published_suspected": Indicator(gettext_noop("suspected, as published"), "counts", Series("suspected")),
    "published_observed": Indicator(
        gettext_noop("contacts under observation, as published"), "counts", Series("contacts_observed")
    ),
    "published_visits": Indicator(
        gettext_noop("visits to fever clinics, as published"), "counts", Series("fever_clinic_visits")
    ),
    "published_tested": Indicator(gettext_noop("people tested, as published"), "counts", Series("tested")),
    "beds_left": Indicator(gettext_noop("patients who left a bed that day"), "beds", Rows("request", LEFT)),
    "beds_asked": Indicator(gettext_noop("beds asked for that day"), "beds", Rows("request", TODAY)),
}
