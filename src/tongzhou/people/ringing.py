"""Whom to ring about what is owed at a place: the telephone of the nearest desk that has one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

ANY = 0  # no place: nothing lies above what is asked about


@dataclass(frozen=True)
class Ring:
    """The telephone to ring about what came up from a place, and whose it is: that desk's, or of the nearest above."""

    place: int
    number: str


# The nearest desk with a telephone from the place up, below the desk by which it is mine.
NEAREST = """
with around as materialized (
  select w.at, c.place, c.place::text as desk, c.depth from unnest(%s::integer[], %s::integer[]) w (at, mine)
  join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> w.at and not c.covers @> w.mine
)
select distinct on (a.at) a.at, a.place, r.data ->> 'telephone'
from around a join ledger_row r on r.noun = 'desk' and r.key = a.desk and r.state = 'numbered'
order by a.at, a.depth desc
"""


def telephones(asked: Iterable[tuple[int, int]]) -> dict[int, Ring]:
    """Whom to ring about what came up from a place to a desk, (place, desk or ANY) each; by the place."""
    pairs = sorted(set(asked))
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [[at for at, _mine in pairs], [mine for _at, mine in pairs]])
        return {at: Ring(place, number) for at, place, number in cursor.fetchall()}
