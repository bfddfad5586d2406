"""Forecasts as they were made: kept by the program when a publication comes in, and never changed (decision 0034)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.command import indicators, published
from tongzhou.command.queries import definition_changes
from tongzhou.command.raw import raw, reading_on
from tongzhou.engines import forecast as engine
from tongzhou.ledger import clock
from tongzhou.ledger.reactors import Cause, Effect, reacts
from tongzhou.ledger.time import local_day
from tongzhou.outlook.ahead import Ahead, look_ahead
from tongzhou.places.queries import covers_of
from tongzhou.tables.policy import shipped

_NEWEST = "select max((data ->> 'day')::date) from ledger_row where noun = 'bulletin' and place = %s"
_LAST = """
select model, direction, why, cases, beds from outlook_forecast where place = %s and day = %s order by id desc limit 1
"""
_KEEP = """
insert into outlook_forecast (place, day, model, made_at, known_at, direction, why, cases, beds)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# The first that was made of a day is the one that was told then; what came of a restatement later stands beside it.
_KEPT = """
select distinct on (day) day, model, made_at, known_at, direction, cases, beds from outlook_forecast
where place = %(place)s and day = any(%(days)s) and (%(at)s::timestamptz is null or made_at <= %(at)s)
order by day, id
"""


def model() -> str:
    """Which model makes forecasts today: its version, and the edition of its signed table."""
    return f"{engine.MODEL} / {shipped('forecast')['edition']}"


@reacts("FORECAST", "bulletin.published")
def keep(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """The forecast of the place's newest day, as of now. It has no effect on any subject, so it says no fact."""
    newest = connection.execute(_NEWEST, [cause.place]).fetchone()
    if newest and newest[0] is not None and local_day(cause.effective_at - dt.timedelta(microseconds=1)) == newest[0]:
        _keep(connection, cause.place, newest[0])
    return []


def _keep(connection: Connection[Any], place: int, day: dt.date) -> None:
    with reading_on(connection):
        lying = indicators.lying(indicators.series(covers_of(place), day).get(place, []))
        told = look_ahead(published.curve(place, day), set(definition_changes()), lying=lying)
    now, said = clock.read(connection).now, (model(), told.direction, told.why, *_figures(told))
    last = connection.execute(_LAST, [place, day]).fetchone()
    if last is not None and (*last[:3], _as_text(last[3]), _as_text(last[4])) == said:
        return
    connection.execute(_KEEP, [place, day, said[0], now, now, *said[1:]])


def _figures(told: Ahead) -> tuple[str, str]:
    burden = told.burden
    beds = {"days": burden.days, "range": [round(v, 3) for v in burden.beds]} if burden and burden.beds else None
    return _as_text([[round(v, 3) for v in quantiles] for _day, quantiles in told.days]), _as_text(beds)


def _as_text(value: Any) -> str:
    return msgspec.json.encode(published.decoded(value)).decode()


@dataclass(frozen=True)
class Kept:
    """A forecast of new cases as it was made: five quantiles a day ahead, or only a direction."""

    model: str
    made_at: dt.datetime
    known_at: dt.datetime
    direction: str
    cases: Sequence[Sequence[float]]
    beds: Mapping[str, Any] | None


def kept(place: int, days: Sequence[dt.date], at: dt.datetime | None = None) -> dict[dt.date, Kept]:
    """What was first foretold of a place on each of these days, as known now or at `at`."""
    rows = raw().execute(_KEPT, {"place": place, "days": list(days), "at": at}).fetchall()
    return {
        day: Kept(model, made_at, known_at, direction, published.decoded(cases), published.decoded(beds))
        for day, model, made_at, known_at, direction, cases, beds in rows
    }
