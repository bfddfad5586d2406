"""How many households each place has, counted when the list of households changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg import Connection


def recount(connection: Connection[Any], since: dt.date) -> None:
    """Count the households of every branch of the command tree and keep the numbers as a published attribute."""
    connection.execute(
        """
        with own as (select place, count(*) as n from community_household group by place)
        insert into places_fact (place, name, value, valid_from, source)
        select c.place, 'roster', jsonb_build_object('households', sum(own.n)), %s, 'household list'
        from own join places_cover c on c.tree = 'command' and c.valid_to is null and c.covers @> own.place
        group by c.place
        on conflict (place, name, valid_from) do update set value = excluded.value
        """,
        [since],
    )
