"""What a desk owes at a moment, and what others owe it: the lines of the handover and of the morning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongzhou.ledger.owed import table_on
from tongzhou.ledger.time import local_day
from tongzhou.people import mine
from tongzhou.people.mine import HOLDS

MOST = 300  # lines shown; how many more there are is said


@dataclass(frozen=True)
class Line:
    """One duty. `at`: the desk that owes it first; `of`, `text`: whose it is and what was asked, where the reader may
    see it; `unread`: a directive that the desk has not opened."""

    noun: str
    key: str
    what: str
    at: int
    since: dt.datetime
    due: dt.datetime
    urgency: int
    staff: int | None
    of: int | None
    text: str | None
    unread: bool = False

    @property
    def subject(self) -> str:
        return f"{self.noun}/{self.key}"


_COLUMNS = "noun, key, what, at, step, role, place, owes_from, since, due, until, urgency, staff"
_OF = ", ".join(f"o.{name}" for name in _COLUMNS.split(", "))
_TOLD = "o.noun, o.key, o.what, o.at, o.since, o.due, o.urgency, o.staff, r.place, r.data ->> 'text'"
_THEN = "o.known_from <= %(known)s"
_WAS = f"{_THEN} and o.known_to > %(known)s"


def _lines(where: str, known: bool) -> str:
    """Lines of what is owed, as known now or at a moment. `offset 0`: read by the index of `where`, range by range."""
    now = f"select {_OF} from ledger_owed o where {where}{f' and {_THEN}' if known else ''} and {HOLDS}"
    if not known:
        return f"({now} offset 0)"
    return f"({now} union all select {_OF} from ledger_owed_was o where {where} and {_WAS} and {HOLDS} offset 0)"


_MINE = """o.role = own.role and o.place >= own.first and o.place < own.after
  and (%(only)s::text is null or o.what = %(only)s)"""
_OWES = f"""
with lines as (
  select distinct on (o.noun, o.key, o.what, o.at) o.*
  from unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[]) own (role, first, after)
  cross join lateral {{lines}} o
  order by o.noun, o.key, o.what, o.at, o.step
)
select {_TOLD}, false, count(*) over () from lines o left join ledger_row r on r.noun = o.noun and r.key = o.key
order by o.due < %(now)s desc, o.urgency desc, o.due, o.noun, o.key limit {MOST}
"""
_ASKED = """o.noun = r.noun and o.key = r.key and o.step = 0
  and (o.at <> %(place)s or (o.noun = 'decision' and o.role <> 'desk'))
  and o.what in ('read_directive', 'answer_directive', 'answer_support', 'carry_out')"""
_AWAITS = f"""
with asked as materialized (
  select r.noun, r.key, r.place, r.data from ledger_row r
  where r.noun in ('directive', 'support', 'decision') and r.place = %(place)s
  union all
  select r.noun, r.key, r.place, r.data from ledger_audience a join ledger_row r on r.noun = a.noun and r.key = a.key
  where a.noun = 'decision' and a.place = %(place)s and (r.data ->> 'at')::integer = %(place)s and r.place <> %(place)s
)
select {_TOLD}, o.what = 'read_directive', count(*) over () from asked r cross join lateral {{lines}} o
order by o.due, o.noun, o.key, o.at limit {MOST}
"""


@dataclass(frozen=True)
class Lines:
    shown: list[Line]
    n: int

    @property
    def more(self) -> int:
        return self.n - len(self.shown)


def owes(place: int, now: dt.datetime, known: dt.datetime | None = None, only: str | None = None) -> Lines:
    """What the desk of a place owes at `now`, what is late first: as known now or at `known`; `only` this duty."""
    role = table_on(local_day(now)).entries[only].role if only else None
    roles, starts, ends = mine.columns([one for one in mine.of_desk(place) if role in (None, one.role)])
    given = {"roles": roles, "starts": starts, "ends": ends, "now": now, "known": known, "only": only}
    return _ask(_OWES.format(lines=_lines(_MINE, known is not None)), given)


def awaits(place: int, now: dt.datetime, known: dt.datetime | None = None) -> Lines:
    """What others have to answer to the desk of a place at `now`, the first due first: its directives, requests and
    decisions, and the decisions of any desk that another post carries out at this place."""
    query = _AWAITS.format(lines=_lines(_ASKED, known is not None))
    return _ask(query, {"place": place, "now": now, "known": known})


def _ask(query: str, given: dict[str, Any]) -> Lines:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        found = cursor.fetchall()
    return Lines([Line(*row[:-1]) for row in found], found[0][-1] if found else 0)
