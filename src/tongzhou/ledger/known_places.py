"""Which numbers are places, and from which day on there are any: they only ever become more, so what was seen once need
not be asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection

_KNOWN: dict[str, set[int]] = {}
_INVENTED: dict[str, set[int]] = {}
_SINCE: dict[str, dt.date] = {}
_NAMES: WeakKeyDictionary[Connection[Any], str] = WeakKeyDictionary()
_WHICH = """
select id, exists (select from places_name n where n.place = p.id and n.invented) from places_place p where id = any(%s)
"""


def among(connection: Connection[Any], places: set[int]) -> set[int]:
    """Those of these numbers that are places."""
    if not places:
        return places
    known = _KNOWN.setdefault(_name(connection), set())
    if missing := places - known:
        rows = connection.execute(_WHICH, [list(missing)]).fetchall()
        known.update(row[0] for row in rows)
        _INVENTED.setdefault(_name(connection), set()).update(row[0] for row in rows if row[1])
    return places & known


def invented(connection: Connection[Any], place: int) -> bool:
    """Whether a place that is known is an invented one."""
    return place in _INVENTED.get(_name(connection), set())


def unlike(connection: Connection[Any], place: int, others: Iterable[int | None]) -> list[int]:
    """Those of these places, all of them known, that are real where `place` is invented, or the other way round."""
    elsewhere = {one for one in others if one is not None and one != place}
    if not elsewhere:  # mostly: the rest need not be asked
        return []
    invented = _INVENTED.get(_name(connection), set())
    return [one for one in elsewhere if (one in invented) != (place in invented)]


def begins_after(connection: Connection[Any], day: dt.date) -> dt.date | None:
    """The first day of the region's tree of places, where that is later than this day."""
    since = _SINCE.get(_name(connection))
    if since is None or day < since:
        row = connection.execute("select min(valid_from) from places_cover where tree = 'command'").fetchone()
        if row is None or row[0] is None:
            return None
        since = _SINCE[_name(connection)] = row[0]
    return since if day < since else None


def _name(connection: Connection[Any]) -> str:
    """Asked for every fact, and dear to ask of the connection."""
    if (name := _NAMES.get(connection)) is None:
        name = _NAMES[connection] = f"{connection.info.host}/{connection.info.dbname}"
    return name
