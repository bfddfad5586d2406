"""As known at: any list or board as somebody would have seen it at a moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

_NOW = "select noun, key, place, effective_at, known_from, state, sees, data from ledger_row"
_THEN = f"""
{_NOW} where known_from <= %(at)s
union all
select noun, key, place, effective_at, known_from, state, sees, data from ledger_row_was
where known_from <= %(at)s and known_to > %(at)s
"""


def rows(
    noun: str,
    *,
    key: str | None = None,
    covers: str | None = None,
    states: list[str] | None = None,
    at: dt.datetime | None = None,
    limit: int = 1000,
) -> list[dict[str, Any]]:
    """Folded rows of a noun under the current scope, newest first, optionally within places and as known at `at`."""
    source = _THEN if at else _NOW
    sql = f"select * from ({source}) r where noun = %(noun)s and state <> 'void'"
    if key is not None:
        sql += " and key = %(key)s"
    if covers is not None:
        sql += " and place <@ %(covers)s::int4multirange"
    if states is not None:
        sql += " and state = any(%(states)s)"
    sql += " order by effective_at desc, key limit %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"noun": noun, "key": key, "covers": covers, "states": states, "at": at, "limit": limit})
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for row in found:
        row["data"] = _json(row["data"])
    return found


def _json(value: Any) -> Any:
    """Django hands jsonb back as text on raw cursors."""
    import msgspec

    return msgspec.json.decode(value) if isinstance(value, str | bytes) else value
