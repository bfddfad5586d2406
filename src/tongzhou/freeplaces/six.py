"""The six in place of a community, reckoned from facts: one answer for its certificate and for coverage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from tongzhou.freeplaces.kinds import MEASURES
from tongzhou.ledger.time import close_of, local_day
from tongzhou.measures import register
from tongzhou.tables.policy import shipped

SEEN = frozenset({"publicity", "hygiene"})  # what eyes alone can see
Six = Mapping[str, bool | None]  # by measure: in place, not in place, or None where nobody can know
# What was heard of the day while it lasted: who types it in afterwards has not asked every door on that day.
_WITHIN = "unnest(%(covers)s::int4multirange) g join {} on place >= lower(g) and place < upper(g)"
_ROUND = f"""
select (select sum(heard) from {_WITHIN.format("ledger_tally_move")} and day = %(day)s and hour <= %(close)s),
  (select count(*) from {_WITHIN.format("community_household")})
"""
_LATE = f"""
select what, count(distinct (noun, key)) from {_WITHIN.format("ledger_owed")} and step = 0
  and what = any(%(duties)s) and due < %(now)s group by what
"""
_GRIDS = f"""
select count(*), count(*) filter (where exists (select from people_held h where h.role = 'grid_worker'
  and h.place = n.place and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())))
from {_WITHIN.format("places_name n")} and n.level = 'grid' and n.valid_to is null
"""
_SEEN = """
select data -> 'witnessed' from ledger_row where noun = 'certificate' and place = %s and data ->> 'site' is null
and state <> 'void'
"""


def in_place(connection: Any, place: int, covers: str, now: dt.datetime) -> Six:
    """Each of the six, on a connection that sees everything; what eyes alone see is None unless a fact denies it."""
    table = shipped("epidemic_free")
    duties: Mapping[str, Collection[str]] = table["late"]
    values = table["values"]
    day = local_day(now) - dt.timedelta(days=1)
    asked = {"covers": covers, "now": now, "day": day, "close": close_of(day),
             "duties": [one for named in duties.values() for one in named]}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ROUND, asked)
        heard, doors = cursor.fetchone()
        cursor.execute(_LATE, asked)
        late: dict[str, int] = dict(cursor.fetchall())
        cursor.execute(_GRIDS, asked)
        grids, staffed = cursor.fetchone()
    behind = {code: sum(late.get(one, 0) for one in named) for code, named in duties.items()}
    closed = any(
        one.data["type"] == "closed_management"
        for one in register.in_force(place, now, ("leaving", "visiting"), on=connection)
    )
    found = {
        "publicity": None,
        "closed_management": closed and not behind["closed_management"],
        "screening": None if not doors or heard is None else heard >= float(values["screening_share"]) * doors,
        "hygiene": False if behind["hygiene"] else None,
        "supply": _supplied(behind["supply"], float(values["late_needs_share"]) * doors, heard),
        "mobilisation": None if not grids else staffed == grids,
    }
    return {code: found[code] for code in MEASURES}


def _supplied(late: int, most: float, heard: int | None) -> bool | None:
    """Where nobody was heard nobody knows what is needed."""
    return False if late > most else None if heard is None else True


def with_seen(measures: Six, seen: Collection[str]) -> Six:
    """With what the street saw on the spot; what a fact denies nobody has seen in place."""
    return {code: True if held is None and code in seen else held for code, held in measures.items()}


def seen_at(connection: Any, place: int) -> Collection[str]:
    """What the street saw when it last went to a community."""
    row = connection.execute(_SEEN, [place]).fetchone()
    return frozenset(row[0] or ()) if row else frozenset()
