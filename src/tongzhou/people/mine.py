"""What somebody owes: for each of their posts the places for which they are the nearest who hold it (ADR 0038)."""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from dataclasses import dataclass

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
    fresh = tuple(one for one in _asked(holder) if one.covers != NOWHERE)
    _AREAS[key] = (now, fresh)
    _AREAS.move_to_end(key)
    while len(_AREAS) > MOST:
        _AREAS.popitem(last=False)
    return fresh


def _asked(holder: Holder) -> list[Area]:
    desk = tables()[-1].desk
    wanted = [(frozenset({role}), role) for role in sorted(holder.roles)]
    if desk & holder.roles.keys():
        wanted.append((desk, "desk"))
    found = []
    with connection.cursor() as cursor:
        for posts, role in wanted:
            own = sorted({place for held, place in holder.places if held in posts})
            cursor.execute("select ledger_nearest(%s, %s)::text", [sorted(posts), own])
            row = cursor.fetchone()
            found.append(Area(posts & holder.roles.keys(), role, row[0] if row else NOWHERE))
        if wanted and wanted[-1][1] == "desk":
            cursor.execute(_UNHELD, [sorted(owing() - desk - {"desk"}), found[-1].covers])
            found += [Area(frozenset(), role, covers) for role, covers in cursor.fetchall() if role not in holder.roles]
    return found


_UNHELD = "select role, places::text from ledger_unheld(%s, %s::int4multirange)"


def owing() -> frozenset[str]:
    """Every post that some edition of the table names."""
    return frozenset(one.role for table in tables() for one in table.entries.values())


def ranges(holder: Holder) -> tuple[list[str], list[int], list[int]]:
    """The areas as columns: role, first place and the place after the last one, for `unnest` in a query."""
    roles: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for area in areas(holder):
        first, after = parse(area.covers)
        roles += [area.role] * len(first)
        starts += first
        ends += after
    return roles, starts, ends


# Lines of what somebody owes at a moment: joined to this, a query reads only the index's own ranges. Takes the three
# columns of `ranges`. What one holds by several posts or at several steps comes more than once.
OWN = """
unnest(%(roles)s::text[], %(starts)s::integer[], %(ends)s::integer[]) own (role, first, after)
join ledger_owed o on o.role = own.role and o.place >= own.first and o.place < own.after and o.owes_from <= %(now)s
"""
_COUNTS = f"""
select what, count(*), count(*) filter (where due < %(now)s) from (
  select distinct o.noun, o.key, o.what, o.at, o.due from {OWN}
) mine group by what
"""


@dataclass(frozen=True)
class Tally:
    """How many duties are open, and how many of them are late."""

    n: int
    late: int


def counts(holder: Holder, now: dt.datetime) -> dict[str, Tally]:
    """What the holder owes at a moment, by entry of the table."""
    roles, starts, ends = ranges(holder)
    if not roles:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"roles": roles, "starts": starts, "ends": ends, "now": now})
        return {what: Tally(n, late) for what, n, late in cursor.fetchall()}
