"""The telephones of desks, to be told to whoever may not see the desk itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

_NEAREST = """
select distinct on (w.at) w.at, r.data ->> 'telephone'
from unnest(%s::integer[]) w (at)
join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> w.at
join ledger_row r on r.noun = 'desk' and r.key = c.place::text and r.state = 'numbered'
order by w.at, c.depth desc
"""


def local_telephones(ledger: Connection[Any], places: Iterable[int]) -> dict[int, str]:
    """By place the telephone to ring there: of its own desk, else of the nearest above. For papers, which residents and
    workers hold, and for whoever is on the road: asked as the ledger, because a desk above is not in their scope."""
    return dict(ledger.execute(_NEAREST, [sorted(set(places))]).fetchall())
