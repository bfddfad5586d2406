"""Indicators: figures that are held already, for a place and a day, as known now or at a moment.

A figure is computed only where the reader's roles cover the sort of data behind it: a count over rows one may not see
would be nought, and that is a lie.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_noop

from tongzhou.cases import investigation
from tongzhou.command import queries
from tongzhou.ledger.time import close_of
from tongzhou.people.scope import NOWHERE, Holder


@dataclass(frozen=True)
class Asked:
    """What a figure is asked for: a place with all it covers, a local day, and the moment of knowledge."""

    place: int
    covers: str
    day: dt.date
    at: dt.datetime | None
    line: queries.Line


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
    href: str = ""


def asked(place: int, day: dt.date, at: dt.datetime | None) -> Asked:
    """Raises NotFound for a place outside the reader's scope."""
    found = queries.board(place, day, at)
    row = queries.raw().execute(
        "select covers::text from places_cover where place = %s and tree = 'command' and valid_to is null", [place]
    ).fetchone()  # fmt: skip
    return Asked(place, row[0] if row else NOWHERE, day, at, found.place)


def figure(name: str, holder: Holder, given: Asked) -> Figure:
    one = INDICATORS[name]
    row = queries.raw().execute(
        "select %s::int4multirange @> %s::int4multirange", [holder.scopes.get(one.sort, NOWHERE), given.covers]
    ).fetchone()  # fmt: skip
    if not (row and row[0]):
        return Figure(None, "not_yours")
    value = one.compute(given)
    if value is None:
        return Figure(None, "not_kept")
    return Figure(value, href=f"/board/{given.place}?day={given.day}" if one.sort == "counts" else "")


def _tally(indicator: str) -> Callable[[Asked], int | None]:
    return lambda given: None if given.line.households is None else given.line.tally[indicator]


def _silent(given: Asked) -> int | None:
    return None if given.line.households is None else given.line.households - given.line.tally["heard"]


_SOURCE = {
    False: "select place, effective_at, state, data from ledger_row where noun = %(noun)s",
    True: "select place, effective_at, state, data from ledger_row where noun = %(noun)s and known_from <= %(at)s"
    " union all select place, effective_at, state, data from ledger_row_was where noun = %(noun)s"
    " and known_from <= %(at)s and known_to > %(at)s",
}
HERE, LIVES = "place", "coalesce((data ->> 'home')::integer, place)"
TODAY = "effective_at >= %(since)s and effective_at < %(until)s"
SO_FAR = "effective_at < %(until)s"


def _rows(noun: str, condition: str, where: str = HERE) -> Callable[[Asked], int | None]:
    """Rows of a noun in the place that meet a condition; `condition` is a constant of this file."""

    def compute(given: Asked) -> int:
        bounds = {"since": close_of(given.day - dt.timedelta(days=1)), "until": close_of(given.day)}
        query = (
            f"select count(*) from ({_SOURCE[given.at is not None]}) r where state <> 'void' and {condition}"
            f" and {where} <@ %(covers)s::int4multirange"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, {"noun": noun, "covers": given.covers, "at": given.at, **bounds})
            row = cursor.fetchone()
        return int(row[0])

    return compute


def _contacts(stay: str | None, *, ended: bool = False) -> Callable[[Asked], int | None]:
    """Contacts under observation at the close of the day, or whose observation ended with it, as the rule says."""

    def compute(given: Asked) -> int:
        until = close_of(given.day)
        found = investigation.observed(until, at=given.at)
        inside = _within({one["place"] for one in found}, given.covers)
        mine = [one for one in found if one["place"] in inside and (stay is None or one["stay"] == stay)]
        if ended:
            return sum(one["state"] == "released" and one["ends"] == until for one in mine)
        return sum(one["state"] in ("observed", "symptoms") for one in mine)

    return compute


def _within(places: set[int], covers: str) -> set[int]:
    rows = queries.raw().execute(
        "select p from unnest(%s::integer[]) p where p <@ %s::int4multirange", [sorted(places), covers]
    )
    return {row[0] for row in rows.fetchall()}


def _done(name: str) -> str:
    return f"(data ->> '{name}')::timestamptz >= %(since)s and (data ->> '{name}')::timestamptz < %(until)s"


MET, UNMET = f"state = 'met' and {TODAY}", f"state in ('open', 'problem') and {SO_FAR}"
UNDONE, CALLED = f"state in ('open', 'not_ready') and {SO_FAR}", _done("called_back_at")
ALONE, SUSPECTED = f"state = 'alone' and {SO_FAR}", f"state = 'suspected' and {SO_FAR}"
CONFIRMED = f"state in ('confirmed', 'clinical') and {SO_FAR}"

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
    "needs_met": Indicator(gettext_noop("needs of the day met"), "households", _rows("need", MET)),
    "needs_open": Indicator(gettext_noop("needs still open"), "households", _rows("need", UNMET)),
    "tasks_done": Indicator(gettext_noop("tasks done"), "households", _rows("task", _done("done_at"))),
    "tasks_open": Indicator(gettext_noop("tasks open"), "households", _rows("task", UNDONE)),
    "called_back": Indicator(gettext_noop("called back by the doctor"), "care", _rows("exception", CALLED)),
    "referred": Indicator(gettext_noop("sent to the fever clinic"), "referrals", _rows("referral", TODAY)),
    "observed_home": Indicator(gettext_noop("contacts observed at home"), "care", _contacts("home")),
    "observed_central": Indicator(gettext_noop("contacts in central observation"), "care", _contacts("central")),
    "released": Indicator(gettext_noop("observations that ended"), "care", _contacts(None, ended=True)),
    "left_alone": Indicator(gettext_noop("left alone by isolation, without a carer"), "care", _rows("home", ALONE)),
    "suspected": Indicator(gettext_noop("suspected cases living here"), "cases", _rows("case", SUSPECTED, LIVES)),
    "confirmed": Indicator(
        gettext_noop("confirmed cases living here, in all"), "cases", _rows("case", CONFIRMED, LIVES)
    ),
}
