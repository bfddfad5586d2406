"""The lines of Today: what somebody owes at a moment, the most urgent first; and who else may be given it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongzhou.ledger.owed import posts
from tongzhou.people.mine import ranges
from tongzhou.people.scope import Holder


@dataclass(frozen=True)
class Line:
    """One thing owed. `step`: 0 for whoever owes first, higher where it came up; `at`: the desk that owes first;
    `place`: the desk by which it is mine; `staff`: whom it was passed to."""

    noun: str
    key: str
    what: str
    at: int
    step: int
    role: str
    place: int
    since: dt.datetime
    due: dt.datetime
    urgency: int
    clock: str
    rule: str
    edition: str
    staff: int | None
    hindered: str | None
    seen: dt.datetime | None

    @property
    def subject(self) -> str:
        return f"{self.noun}/{self.key}"

    @property
    def name(self) -> str:
        return f"{self.subject} {self.what} {self.at}"


_COLUMNS = "noun, key, what, at, step, role, place, since, due, urgency, clock, rule, edition, staff, hindered, seen"
_NOW = "ledger_owed"
_THEN = f"""(
  select {_COLUMNS}, owes_from from ledger_owed where known_from <= %(known)s
  union all
  select {_COLUMNS}, owes_from from ledger_owed_was where known_from <= %(known)s and known_to > %(known)s
)"""
_ONE = (
    """(select * from ledger_owed where noun = %(noun)s and key = %(key)s and what = %(what)s and at = %(at_desk)s)"""
)
_OF = ", ".join(f"o.{name}" for name in _COLUMNS.split(", "))
# What was passed to a colleague is the colleague's until it is late.
_MINE = f"""
with mine as (
  select distinct on (o.noun, o.key, o.what, o.at) {_OF}
  from unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[]) own (role, first, after)
  join {{source}} o on o.role = own.role and o.place >= own.first and o.place < own.after and o.owes_from <= %(now)s
  where o.staff is null or o.staff = %(me)s or o.due < %(now)s
  order by o.noun, o.key, o.what, o.at, o.step
)
select {_COLUMNS}, count(*) over (), count(*) filter (where due < %(now)s) over () from mine
order by staff is not distinct from %(me)s desc, urgency desc, due, noun, key limit %(most)s offset %(skip)s
"""


@dataclass(frozen=True)
class Owed:
    """A page of lines, and how many there are in all and late."""

    lines: list[Line]
    n: int
    late: int


def owed(holder: Holder, now: dt.datetime, *, known: dt.datetime | None = None, most: int = 60, skip: int = 0) -> Owed:
    """What is owed at `now`, as known now or at `known`."""
    return _ask(_THEN if known else _NOW, holder, now, most, skip, known=known)


def one(holder: Holder, now: dt.datetime, noun: str, key: str, what: str, at: int) -> Line | None:
    """This duty, where the holder owes it now."""
    found = _ask(_ONE, holder, now, 1, 0, noun=noun, key=key, what=what, at_desk=at)
    return found.lines[0] if found.lines else None


def _ask(source: str, holder: Holder, now: dt.datetime, most: int, skip: int, **more: Any) -> Owed:
    roles, starts, ends = ranges(holder)
    if not roles:
        return Owed([], 0, 0)
    given: dict[str, Any] = {
        "roles": roles,
        "starts": starts,
        "ends": ends,
        "now": now,
        "me": holder.by,
        "most": most,
        "skip": skip,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MINE.format(source=source), {**given, **more})
        rows = cursor.fetchall()
    return Owed([Line(*row[:-2]) for row in rows], *(rows[0][-2:] if rows else (0, 0)))


def colleagues(role: str, at: int) -> list[tuple[int, str]]:
    """Who may be given it: those who hold the post nearest to the desk first."""
    with connection.cursor() as cursor:
        cursor.execute("select staff, called from today_colleagues(%s::text[], %s) order by depth desc, called",
                       [sorted(posts(role)), at])  # fmt: skip
        return [(staff, called) for staff, called in cursor.fetchall()]


_TOO_MUCH = """
select o.role, o.place, count(*) from unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[])
  own (role, first, after)
join ledger_owed o on o.place >= own.first and o.place < own.after and o.step = 0 and o.owes_from <= %(now)s
where own.role = 'community_lead' and o.role in ('grid_worker', 'community_doctor') and o.staff is null
group by 1, 2 having count(*) > %(most)s order by 3 desc
"""


def too_much(holder: Holder, now: dt.datetime, most: int) -> list[tuple[str, int, int]]:
    """(post, place, how many) where a worker below a community lead owes more than one person can do."""
    if "community_lead" not in holder.roles:
        return []
    roles, starts, ends = ranges(holder)
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MUCH, {"roles": roles, "starts": starts, "ends": ends, "now": now, "most": most})
        return [(role, place, n) for role, place, n in cursor.fetchall()]
