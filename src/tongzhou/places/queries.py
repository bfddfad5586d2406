"""Names of places as they are today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import Connection


@dataclass(frozen=True)
class Name:
    id: int
    name_zh: str
    name_en: str
    level: str


def by_key(connection: Connection[Any], keys: Sequence[str]) -> dict[str, int]:
    """Places by their stable keys; keys of no place are left out."""
    return dict(connection.execute("select key, id from places_place where key = any(%s)", [list(keys)]).fetchall())


def covers_of(place: int) -> str:
    """The branch of a place in the command tree, as text of a multirange of numbers of places; empty of no place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select covers::text from places_cover where place = %s and tree = 'command' and valid_to is null limit 1",
            [place],
        )
        found = cursor.fetchone()
    return str(found[0]) if found else "{}"


def names(places: list[int]) -> dict[int, Name]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (place) place, name_zh, name_en, level from places_name where place = any(%s)"
            " order by place, valid_from desc",
            [places],
        )
        return {row[0]: Name(*row) for row in cursor.fetchall()}


_AROUND = """
select w.place, n.place, n.name_zh, n.name_en, n.level from unnest(%s::integer[]) w (place)
join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> w.place
join places_name n on n.place = c.place and n.valid_to is null and n.level = any(%s) order by w.place, c.depth desc
"""


def above(places: Collection[int], levels: Sequence[str]) -> dict[int, list[Name]]:
    """The places of these levels that each lies in, the nearest first; itself, where it is of one of them."""
    found: dict[int, list[Name]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, [sorted(places), list(levels)])
        for place, *name in cursor.fetchall():
            found.setdefault(place, []).append(Name(*name))
    return found


# Nearest around a place: what declares whose orders hold, or an area with a code of its own. A region that is invented
# as a whole has its own codes; an invented place in a real one has none.
_ORDERS = """
select n.code, (f.value ->> 'place')::integer from places_cover c join places_name n using (place)
left join places_fact f on f.place = c.place and f.name = 'orders_as'
where c.tree = 'command' and c.covers @> %s::integer and (f.place is not null or n.code ~ '^[0-9]{6}$' and (
  not n.invented or exists (
    select from places_region r join places_name root on root.place = r.root and root.invented)))
order by c.depth desc, n.valid_from desc limit 1
"""


def official_code(place: int | None, connection: Any = connection) -> str | None:
    """The six digits of the area whose orders hold at a place: the nearest around it (county, city or province), or the
    one that an invented county declares. None where an invented place declares none: no order is read for it."""
    if place is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, [place])
        found = cursor.fetchone()
    if found is None:
        return None
    return str(found[0]) if found[1] is None else official_code(found[1], connection)


_NUMBER = (
    "select n.code from places_cover c join places_name n using (place)"
    " where c.tree = 'command' and c.valid_to is null and c.covers @> %s::integer and n.code ~ '^[0-9]{6}$'"
    " order by c.depth desc, n.valid_from, n.known_from limit 1"
)


def county_number(connection: Connection[Any], place: int) -> str | None:
    """The six digits under which a county gives numbers of its own: the code that it had first, whatever it is recoded
    to. A place without a county (a city, a functional zone) has those of the nearest area around it."""
    row = connection.execute(_NUMBER, [place]).fetchone()
    return str(row[0]) if row else None


# A merged urban unit is a unit of figures (3 March 2020): no desk stands there, words pass through it.
_ABOVE = """
with recursive up (place, level, n) as (
  select l.parent, n.level, 1 from places_link l join places_name n on n.place = l.parent and n.valid_to is null
  where l.tree = 'command' and l.place = %s and l.valid_to is null
  union all
  select l.parent, n.level, up.n + 1 from up join places_link l on l.place = up.place and l.tree = 'command'
  and l.valid_to is null join places_name n on n.place = l.parent and n.valid_to is null
  where up.level = 'urban_unit'
)
select place from up where level <> 'urban_unit' order by n limit 1
"""


def desk_above(place: int) -> int | None:
    """The place with a desk right above a place in the command tree; None where it is the highest."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [place])
        row = cursor.fetchone()
        return row[0] if row else None
