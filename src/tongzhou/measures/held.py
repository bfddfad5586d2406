"""Which level holds at a place at a moment: the one way to read it, for the gate, the register and every page.

What somebody signed for the nearest area around the place goes before what was published; a published list holds from
the day after the one that it describes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tongzhou.ledger.time import local_day, zone

_HELD = """
with said as (
  select key, data from ledger_row where noun = 'level' and (%(at)s::timestamptz is null or known_from <= %(at)s)
  union all
  select key, data from ledger_row_was where noun = 'level' and known_from <= %(at)s and known_to > %(at)s
), around as (
  select p.place, c.place as unit, c.depth from unnest(%(places)s::integer[]) p (place)
  join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> p.place
), signed as (
  select distinct on (a.place) a.place, a.unit, e ->> 'level' as level, (e ->> 'since')::timestamptz as since
  from around a join said s on s.key = a.unit::text,
    jsonb_array_elements(s.data -> 'signed') with ordinality told (e, n)
  where (e ->> 'since')::timestamptz <= %(now)s
  order by a.place, a.depth desc, since desc, n desc
), published as (
  select distinct on (a.place) a.place, a.unit, f.value ->> 'level' as level, f.valid_from
  from around a join places_fact f on f.place = a.unit and f.name = 'risk_published'
  where f.valid_from < %(today)s
  order by a.place, a.depth desc, f.valid_from desc
)
select place, unit, level, since, null::date from signed
union all
select place, unit, level, null, valid_from from published p
where not exists (select from signed s where s.place = p.place)
"""
_AROUND = """
select p.place, array_agg(c.place order by c.depth desc) from unnest(%s::integer[]) p (place)
join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> p.place group by 1
"""


@dataclass(frozen=True)
class Held:
    """The level of a place: of which area, and since when it was signed or of which day its list is."""

    unit: int
    level: str
    since: dt.datetime | None
    listed: dt.date | None

    @property
    def begins(self) -> dt.datetime:
        """From when it holds: as it was signed, or at the beginning of the day after its list."""
        if self.since is not None:
            return self.since
        day = (self.listed or dt.date.min) + dt.timedelta(days=1)
        return dt.datetime.combine(day, dt.time(), zone())


def levels_at(
    connection: Any, places: Iterable[int], now: dt.datetime, at: dt.datetime | None = None
) -> dict[int, Held]:
    """The level that holds at each place at `now`, as known at `at`; places without any are left out."""
    asked = {"places": sorted(set(places)), "now": now, "today": local_day(now), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, asked)
        return {place: Held(*told) for place, *told in cursor.fetchall()}


def around(connection: Any, places: Iterable[int]) -> dict[int, list[int]]:
    """By place: itself and the areas around it, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, [sorted(set(places))])
        return {place: list(units) for place, units in cursor.fetchall()}
