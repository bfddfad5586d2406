"""What somebody owes: for each of their posts the places for which they are the nearest who hold it (ADR 0038)."""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tongzhou.ledger.owed import tables
from tongzhou.ledger.ranges import parse
from tongzhou.people.scope import NOWHERE, Holder

KEPT = 30.0  # seconds: a colleague who takes up a post below is seen after this
MOST = 10_000
_AREAS: OrderedDict[tuple[str, int | None, tuple[tuple[str, int], ...]], tuple[float, tuple[Area, ...]]] = OrderedDict()


@dataclass(frozen=True)
class Area:
    """Where they owe: what `role` owes at a place of `covers` is theirs. `posts`: their posts by which it is, of which
    a desk is held by any; none where it falls to their desk because nobody holds that post there."""

    posts: frozenset[str]
    role: str
    covers: str


def areas(holder: Holder) -> tuple[Area, ...]:
    """The holder's own areas, by what duties call the post. Asked once in half a minute."""
    name, now = str(connection.settings_dict["NAME"]), time.monotonic()
    key = (name, holder.by, holder.places)
    found = _AREAS.get(key)
    if found and now - found[0] < KEPT:
        return found[1]
    fresh = tuple(of_posts(holder.places)) if holder.roles else ()
    _AREAS[key] = (now, fresh)
    _AREAS.move_to_end(key)
    while len(_AREAS) > MOST:
        _AREAS.popitem(last=False)
    return fresh


def of_desk(place: int) -> tuple[Area, ...]:
    """What the desk of a place owes, whoever has it just now: by the post and by the roles that hold it there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct role from people_held where place = %s and role = any(%s)"
            " and valid_from <= now() and (valid_to is null or valid_to > now())",
            [place, sorted(tables()[-1].desk)],
        )
        held = tuple((role, place) for (role,) in cursor.fetchall())
    return tuple(of_posts(held)) if held else ()


def of_posts(places: tuple[tuple[str, int], ...]) -> list[Area]:
    """Areas of posts as they are held: (role, place)."""
    desk, held = tables()[-1].desk, {role for role, _place in places}
    wanted = [(frozenset({role}), role) for role in sorted(held)]
    if desk & held:
        wanted.append((desk, "desk"))
    found = []
    with connection.cursor() as cursor:
        for posts, role in wanted:
            own = sorted({place for holds, place in places if holds in posts})
            cursor.execute("select ledger_nearest(%s, %s)::text", [sorted(posts), own])
            row = cursor.fetchone()
            found.append(Area(posts & held, role, row[0] if row else NOWHERE))
        if wanted and wanted[-1][1] == "desk":
            cursor.execute(_UNHELD, [sorted(owing() - {"desk"}), found[-1].covers])
            found += [Area(frozenset(), role, covers) for role, covers in cursor.fetchall() if role not in held]
    return [one for one in found if one.covers != NOWHERE]


_UNHELD = "select role, places::text from ledger_unheld(%s, %s::int4multirange)"


def owing() -> frozenset[str]:
    """Every post that some edition of the table names."""
    return frozenset(one.role for table in tables() for one in table.entries.values())


def ranges(holder: Holder) -> tuple[list[str], list[int], list[int]]:
    """The areas as columns: role, first place and the place after the last one, for `unnest` in a query."""
    return columns(areas(holder))


def columns(found: Sequence[Area]) -> tuple[list[str], list[int], list[int]]:
    roles: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for area in found:
        first, after = parse(area.covers)
        roles += [area.role] * len(first)
        starts += first
        ends += after
    return roles, starts, ends


# A line `o` holds at a moment: from when its desk owes it until it ends by itself.
HOLDS = "o.owes_from <= %(now)s and (o.until is null or o.until > %(now)s)"
# Lines of what somebody owes at a moment: a query reads only the index's own ranges. Takes the three columns of
# `ranges` and the moment. What one holds by several posts, or at several steps, comes more than once.
OWN = f"""
unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[]) own (role, first, after)
join ledger_owed o on o.role = own.role and o.place >= own.first and o.place < own.after
  and {HOLDS}
"""
COUNTED = 2_000  # lines read for the counts on every page: beyond that they say that there are more
# What was passed to a colleague is theirs until it is late; where they cannot, the next desk owes it as well.
THEIRS = "(o.staff is null or o.staff = %(me)s or o.due < %(now)s or o.step > 0)"
_COUNTS = f"""
with lines as materialized (
  select o.noun, o.key, o.what, o.at, o.due
  from {OWN} where {THEIRS}
  limit %(most)s
)
select what, count(*), count(*) filter (where due < %(now)s), (select count(*) from lines) = %(most)s
from (select distinct noun, key, what, at, due from lines) mine group by what
"""


@dataclass(frozen=True)
class Tally:
    """How many duties are open, and how many of them are late."""

    n: int
    late: int


@dataclass(frozen=True)
class Counts:
    """What somebody owes, by entry of the table. `more`: not all of it was counted, it is at least this."""

    by_what: dict[str, Tally] = field(default_factory=dict)
    more: bool = False


def counts(holder: Holder, now: dt.datetime) -> Counts:
    """What the holder owes at a moment: asked on every page, so one question that reads a bounded number of lines."""
    roles, starts, ends = ranges(holder)
    if not roles:
        return Counts()
    given: dict[str, Any] = {"roles": roles, "starts": starts, "ends": ends, "now": now}
    given |= {"me": holder.by, "most": COUNTED}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, given)
        found = cursor.fetchall()
    return Counts({what: Tally(n, late) for what, n, late, _ in found}, bool(found and found[0][3]))
