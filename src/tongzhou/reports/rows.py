"""Figures that are counts of folded rows: how many, and which, at the close of a day, as known now or at a moment.

A past day is counted by the moments that the rows hold (when met, done, called back, classified). Where a row keeps
only the latest (where a contact stays), `as known at` gives what stood in it then.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from tongzhou.investigation import queries as investigation
from tongzhou.ledger.time import close_of

_SOURCE = {
    False: "select key, place, effective_at, state, data from ledger_row where noun = %(noun)s",
    True: "select key, place, effective_at, state, data from ledger_row where noun = %(noun)s"
    " and known_from <= %(at)s"
    " union all select key, place, effective_at, state, data from ledger_row_was where noun = %(noun)s"
    " and known_from <= %(at)s and known_to > %(at)s",
}
HERE, LIVES = "place", "coalesce((data ->> 'home')::integer, place)"
MOMENT = "(data ->> '{0}')::timestamptz"


class Asked(Protocol):
    """What a figure is asked for."""

    @property
    def covers(self) -> str: ...
    @property
    def day(self) -> dt.date: ...
    @property
    def at(self) -> dt.datetime | None: ...


@dataclass(frozen=True)
class Rows:
    """Rows of a noun in a place that meet a condition; conditions are constants of this file, never input."""

    noun: str
    condition: str
    where: str = HERE

    def __call__(self, given: Asked) -> int:
        """How many."""
        return int(self._ask("count(*)", "", given)[0][0])

    def which(self, given: Asked, limit: int) -> list[tuple[str, dt.datetime]]:
        """Their keys, the newest first, with the moment that each is filed under."""
        found = self._ask("key, effective_at", f" order by effective_at desc, key limit {limit:d}", given)
        return [(key, when) for key, when in found]

    def _ask(self, columns: str, tail: str, given: Asked) -> list[tuple[Any, ...]]:
        query = (
            f"select {columns} from ({_SOURCE[given.at is not None]}) r where state <> 'void' and {self.condition}"
            f" and {self.where} <@ %(covers)s::int4multirange{tail}"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, {"noun": self.noun, "covers": given.covers, "at": given.at, **self._bounds(given)})
            return list(cursor.fetchall())

    def _bounds(self, given: Asked) -> dict[str, Any]:
        return {"since": close_of(given.day - dt.timedelta(days=1)), "until": close_of(given.day)}


@dataclass(frozen=True)
class Contacts(Rows):
    """Contacts by the end of their observation, which the rule of their day gives (CC-E6): one question for each day
    of last exposure, however many contacts share it."""

    def _bounds(self, given: Asked) -> dict[str, Any]:
        bounds = super()._bounds(given)
        days = Rows("observation", "true", self.where)._ask("distinct data ->> 'last_day'", "", given)
        told = {day: investigation.last_observed(dt.date.fromisoformat(day), bounds["until"]) for (day,) in days}
        running = [day for day, last in told.items() if last is None or last > given.day]
        return bounds | {"running": running, "ending": [day for day, last in told.items() if last == given.day]}


def within(name: str) -> str:
    """The moment called `name` lies in the day."""
    return f"{MOMENT.format(name)} >= %(since)s and {MOMENT.format(name)} < %(until)s"


def undone(done: str, name: str) -> str:
    """Said by the close of the day, and by then not `done`, which came at the moment called `name`."""
    return f"{SO_FAR} and (state <> '{done}' or {MOMENT.format(name)} >= %(until)s)"


def classified(*classes: str) -> str:
    """Cases whose last classification by the close of the day is one of these."""
    names = ", ".join(f"'{one}'" for one in classes)
    return (
        f"state <> 'merged' and {SO_FAR} and (select h.one ->> 'classification'"
        " from jsonb_array_elements(data -> 'history') with ordinality h(one, n)"
        " where (h.one ->> 'at')::timestamptz < %(until)s"
        f" order by (h.one ->> 'at')::timestamptz desc, n desc limit 1) in ({names})"
    )


TODAY = "effective_at >= %(since)s and effective_at < %(until)s"
LEFT = "(data -> 'left' ->> 'at')::timestamptz >= %(since)s and (data -> 'left' ->> 'at')::timestamptz < %(until)s"
SO_FAR = "effective_at < %(until)s"
_NOT_ENDED = f"{SO_FAR} and ({MOMENT.format('ended_at')} is null or {MOMENT.format('ended_at')} >= %(until)s)"
_ILL = f"coalesce({MOMENT.format('symptoms_at')} < %(until)s, false)"  # with symptoms nobody is released by the day
OBSERVED = f"{_NOT_ENDED} and (data ->> 'last_day' = any(%(running)s) or {_ILL})"
RELEASED = (
    f"({_NOT_ENDED} and data ->> 'last_day' = any(%(ending)s) and not {_ILL}"
    f" or state = 'source_excluded' and {within('ended_at')})"
)
ALONE = (
    f"{MOMENT.format('alone_since')} < %(until)s and (state = 'alone'"
    " or state = 'cared' and (data -> 'carer' ->> 'at')::timestamptz >= %(until)s)"
)


def staying(where: str) -> str:
    """Observed contacts who stay at home, or in a central place."""
    return f"{OBSERVED} and data ->> 'stay' = '{where}'"
