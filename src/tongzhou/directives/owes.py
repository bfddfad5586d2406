"""What a desk owes at a moment, and what others owe it: the lines of the handover and of the morning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

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
_LINES = f"""(
  select {_COLUMNS} from ledger_owed where %(known)s::timestamptz is null or known_from <= %(known)s
  union all
  select {_COLUMNS} from ledger_owed_was where known_from <= %(known)s and known_to > %(known)s
)"""
_TOLD = "o.noun, o.key, o.what, o.at, o.since, o.due, o.urgency, o.staff, r.place, r.data ->> 'text'"
_OWES = f"""
with lines as (
  select distinct on (o.noun, o.key, o.what, o.at) o.*
  from unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[]) own (role, first, after)
  join {_LINES} o on o.role = own.role and o.place >= own.first and o.place < own.after
    and {HOLDS} and (%(only)s::text is null or o.what = %(only)s)
  order by o.noun, o.key, o.what, o.at, o.step
)
select {_TOLD}, false, count(*) over () from lines o left join ledger_row r on r.noun = o.noun and r.key = o.key
order by o.due < %(now)s desc, o.urgency desc, o.due, o.noun, o.key limit {MOST}
"""
_AWAITS = f"""
select {_TOLD}, o.what = 'read_directive', count(*) over ()
from ledger_row r join {_LINES} o on o.noun = r.noun and o.key = r.key and o.step = 0 and {HOLDS}
  and o.what in ('read_directive', 'answer_directive', 'answer_support', 'carry_out')
where (r.noun in ('directive', 'support', 'decision') and r.place = %(place)s and o.at <> %(place)s)
  or (r.noun = 'decision' and o.at = %(place)s and o.role <> 'desk')
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
    roles, starts, ends = mine.columns(mine.of_desk(place))
    return _ask(_OWES, {"roles": roles, "starts": starts, "ends": ends, "now": now, "known": known, "only": only})


def awaits(place: int, now: dt.datetime, known: dt.datetime | None = None) -> Lines:
    """What others have to answer to the desk of a place at `now`, the first due first: its directives, requests and
    decisions, and the decisions of any desk that another post carries out at this place."""
    return _ask(_AWAITS, {"place": place, "now": now, "known": known})


def _ask(query: str, given: dict[str, Any]) -> Lines:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        found = cursor.fetchall()
    return Lines([Line(*row[:-1]) for row in found], found[0][-1] if found else 0)
