"""Which numbers are places: they only ever become more, so what was seen once need not be asked again."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

_KNOWN: dict[str, set[int]] = {}


def among(connection: Connection[Any], places: set[int]) -> set[int]:
    """Those of these numbers that are places."""
    known = _KNOWN.setdefault(f"{connection.info.host}/{connection.info.dbname}", set())
    if missing := places - known:
        known.update(
            row[0] for row in connection.execute("select id from places_place where id = any(%s)", [list(missing)])
        )
    return places & known
