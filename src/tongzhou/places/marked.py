"""What says on every page, paper and file that a thing is invented: names of the invented counties, and whether
whoever looks stands in one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from psycopg import Connection

from tongzhou.ledger import known_places

HEADER = "X-Tongzhou-Invented"
PREFIX = "invented-"  # of a file's name
_NAMES: dict[str, list[tuple[str, str]]] = {}
_COUNTIES = """
select n.name_zh, n.name_en from places_name n where n.invented and n.level = 'county' and n.valid_to is null
order by n.code desc
"""


def names(connection: Connection[Any]) -> str:
    """The invented counties of this ledger in the reader's language; empty where it holds none."""
    key = f"{connection.info.host}/{connection.info.dbname}"
    if key not in _NAMES:
        found = connection.execute(_COUNTIES).fetchall()
        if not found and connection.execute("select exists (select from places_region)").fetchone() != (True,):
            return ""  # a region may come yet
        _NAMES[key] = found
    english = get_language() == "en"
    told = [en if english else zh for zh, en in _NAMES[key]]
    return (", " if english else "、").join(told)


def stands_there(connection: Connection[Any], places: Iterable[int]) -> bool:
    """Whether any of these places is invented."""
    known = known_places.among(connection, set(places))
    return any(known_places.invented(connection, place) for place in known)
