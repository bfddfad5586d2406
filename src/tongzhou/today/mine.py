"""The lines of Today: what somebody owes at a moment, the most urgent first; and who else may be given it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest

from tongzhou.ledger.owed import posts
from tongzhou.people.colleagues import colleagues as holders
from tongzhou.people.mine import HOLDS, THEIRS, Area, areas, columns, ranges
from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound


def holding(request: HttpRequest) -> Holder:
    """Whoever holds a role; to others the page is not there."""
    holder: Holder = request.holder  # type: ignore[attr-defined]
    if not holder.roles:
        raise NotFound()
    return holder


@dataclass(frozen=True)
class Line:
    """One thing owed. `step`: 0 for whoever owes first, higher where it came up; `at`: the desk that owes first;
    `place`: the desk by which it is mine; `staff`: whom it was passed to; `urged`: when a desk above last rang about
    it."""

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
    urged: dt.datetime | None

    @property
    def subject(self) -> str:
        return f"{self.noun}/{self.key}"

    @property
    def name(self) -> str:
        return f"{self.subject} {self.what} {self.at}"


_COLUMNS = """noun, key, what, at, step, role, place, since, due, urgency, clock, rule, edition, staff, hindered, seen,
  urged"""
_OF = ", ".join(f"o.{name}" for name in _COLUMNS.split(", "))
_MINE = f"{HOLDS} and {THEIRS}"
# `offset 0`: each range is read by the index of its post; left alone, the planner reads all that ever was.
_OWN = f"""
select o.* from unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[]) own (role, first, after)
cross join lateral (
  select {_OF} from {{table}} o
  where o.role = own.role and o.place >= own.first and o.place < own.after and {_MINE}{{further}} offset 0) o
"""
_NOW = _OWN.format(table="ledger_owed", further="")
_KNOWN = " and o.known_from <= %(known)s"
_THEN = f"""
{_OWN.format(table="ledger_owed", further=_KNOWN)}
union all
{_OWN.format(table="ledger_owed_was", further=_KNOWN + " and o.known_to > %(known)s")}
"""
_ONE = _OWN.format(
    table="ledger_owed",
    further=" and o.noun = %(noun)s and o.key = %(key)s and o.what = %(what)s and o.at = %(at_desk)s",
)
# The most urgent of a wide area, by the index of a post's duties: a province's desk does not read all of its lines.
_URGENT = f"""
select {_COLUMNS} from unnest(%(wide)s::text[], %(areas)s::text[]) own (post, area)
cross join lateral (
  select {_OF} from {{table}} o
  where o.role = own.post and o.place <@ own.area::int4multirange and {_MINE}{{further}}
  order by o.urgency desc, o.due limit %(each)s) o
"""
_FIRST = _URGENT.format(table="ledger_owed", further="")
_FIRST_THEN = f"""
{_URGENT.format(table="ledger_owed", further=_KNOWN)}
union all
{_URGENT.format(table="ledger_owed_was", further=_KNOWN + " and o.known_to > %(known)s")}
"""
_PAGE = f"""
with read as materialized ({{lines}} limit {{bound}}), mine as materialized (
  select distinct on (noun, key, what, at) * from read order by noun, key, what, at, step
), tally as (
  select count(*) as n, count(*) filter (where due < %(now)s) as late, (select count(*) from read) as read from mine
)
select {_COLUMNS}, tally.n, tally.late, tally.read from mine, tally
order by staff is not distinct from %(me)s desc, urgency desc, due, noun, key limit %(most)s offset %(skip)s
"""
NARROW = 3_000  # places of a prefecture: beyond, a past moment is read by the time and not place after place
EACH = 200  # lines of each post that are read for a past moment of a wide area, the most urgent first
READ = 2_000  # lines read for one page; where somebody owes more, the most urgent are read by the index of their posts


@dataclass(frozen=True)
class Owed:
    """A page of lines, how many there are in all and late; `more`: not all were counted, it is at least this; `read`:
    the lines of all steps from which they come."""

    lines: list[Line]
    n: int
    late: int
    more: bool = False
    read: int = 0


def owed(holder: Holder, now: dt.datetime, *, known: dt.datetime | None = None, most: int = 60, skip: int = 0) -> Owed:
    """What is owed at `now`, as known now or at `known`."""
    if known:
        return _then(holder, now, known, most, skip)
    found = _ask(_NOW, holder, now, most, skip, bound=READ)
    if not found.more:
        return found
    first = _ask(_FIRST, holder, now, most, skip, bound=None, each=3 * (most + skip), **_wide(areas(holder)))
    return Owed(first.lines, found.n, found.late, more=True)


def _then(holder: Holder, now: dt.datetime, known: dt.datetime, most: int, skip: int) -> Owed:
    """As known at a moment: place after place what a post owes at few places, and by the time what it owes in a wide
    area. A desk whose places others hold is asked about its own alone, however far its other posts reach."""
    near, wide = _near_and_wide(areas(holder))
    roles, starts, ends = columns(near)
    each = max(EACH, 3 * (most + skip))
    given = {"roles": roles, "starts": starts, "ends": ends, "known": known, "each": each, **_wide(wide)}
    lines = "\nunion all\n".join(part for part, own in ((_THEN, near), (_FIRST_THEN, wide)) if own)
    found = _ask(lines, holder, now, most, skip, bound=None, **given) if lines else Owed([], 0, 0)
    return Owed(found.lines, found.n, found.late, more=bool(wide) and found.read >= each)


def _near_and_wide(found: Sequence[Area]) -> tuple[list[Area], list[Area]]:
    """The smallest areas, as long as they are few places together, and the others."""
    near: list[Area] = []
    left = NARROW
    sizes = sorted(((sum(ends) - sum(starts), n) for n, one in enumerate(found)
                    for _roles, starts, ends in [columns([one])]))  # fmt: skip
    for size, n in sizes:
        left -= size
        if left >= 0:
            near.append(found[n])
    return near, [one for one in found if one not in near]


def _wide(found: Sequence[Area]) -> dict[str, Any]:
    return {"wide": [one.role for one in found], "areas": [one.covers for one in found]}


def one(holder: Holder, now: dt.datetime, noun: str, key: str, what: str, at: int) -> Line | None:
    """This duty, where the holder owes it now."""
    found = _ask(_ONE, holder, now, 1, 0, bound=None, noun=noun, key=key, what=what, at_desk=at)
    return found.lines[0] if found.lines else None


def desks(holder: Holder, now: dt.datetime, line: Line) -> list[int]:
    """The desks of the holder's to which a duty has come up by now: one person may have several."""
    roles, starts, ends = ranges(holder)
    given: dict[str, Any] = {"roles": roles, "starts": starts, "ends": ends, "now": now, "me": holder.by}
    given |= {"noun": line.noun, "key": line.key, "what": line.what, "at_desk": line.at}
    with connection.cursor() as cursor:
        cursor.execute(f"select distinct place from ({_ONE}) o where step > 0 order by 1", given)
        return [place for (place,) in cursor.fetchall()]


def _ask(lines: str, holder: Holder, now: dt.datetime, most: int, skip: int, *, bound: int | None, **more: Any) -> Owed:
    roles, starts, ends = ranges(holder)
    if not roles:
        return Owed([], 0, 0)
    given: dict[str, Any] = {"roles": roles, "starts": starts, "ends": ends, "now": now, "me": holder.by}
    given |= {"most": most, "skip": skip, **more}
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(lines=lines, bound=bound or "all"), given)
        rows = cursor.fetchall()
    if not rows:
        return Owed([], 0, 0)
    n, late, read = rows[0][-3:]
    return Owed([Line(*row[:-3]) for row in rows], n, late, bound is not None and read >= bound, read)


def called(role: str, at: int) -> list[str]:
    """What those are called who hold a post nearest to a desk: one or two of them."""
    return [name for _staff, name in holders(posts(role), at)][:2]


_FIRST_POSTS = """
select noun, key, what, at, role from ledger_owed
where step = 0 and (noun, key, what, at) in (select * from unnest(%s::text[], %s::text[], %s::text[], %s::integer[]))
"""


def helpers(line: Line, first: str | None = None) -> list[tuple[int, str]]:
    """Who may be given it: those who hold the post that owes it, nearest to the desk first; where it came up, those of
    the post that owes it `first`, to whom it is passed down, and then those of the desks."""
    found = holders(posts(line.role), line.at)
    if not line.step or first in (None, line.role):
        return found
    below = holders(posts(first), line.at)
    return [*below, *(one for one in found if one not in below)]


def first_posts(lines: Sequence[Line]) -> dict[str, str]:
    """Which post owes first what came up from it, by the names of the lines."""
    up = [line for line in lines if line.step]
    if not up:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_POSTS, [[getattr(line, name) for line in up] for name in ("noun", "key", "what", "at")])
        return {f"{noun}/{key} {what} {at}": role for noun, key, what, at, role in cursor.fetchall()}


_TOO_MUCH = f"""
select o.role, o.place, count(*) from unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[])
  own (role, first, after)
join ledger_owed o on o.place >= own.first and o.place < own.after and o.step = 0 and {HOLDS}
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
