"""Columns are read back as psycopg's own are."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from tongzhou.ledger import door

AT = dt.datetime(2020, 3, 10, 9, 30, 0, 250, tzinfo=dt.timezone(dt.timedelta(hours=8)))
COLUMNS: list[tuple[str, list[Any]]] = [
    ("int4", [1, None, -7, 2**31 - 1]),
    ("int8", [2**62]),
    ("int4", []),
    ("int4", [None]),
    ("uuid", [uuid.UUID(int=0), None, uuid.UUID(int=2**127)]),
    ("timestamptz", [AT, None, AT.replace(year=1900, tzinfo=dt.UTC)]),
    ("text", ["a", None, "NULL", "", 'b "c" \\ {d}, e', "张三"]),
    ("int4", [[1, 2], [3, 4]]),
    ("bool", [True, False]),
]


def test_what_is_written_is_read_back(db: str) -> None:
    with door.ledger() as connection:
        for type, values in COLUMNS:
            row = connection.execute(f"select %s::{type}[]", [values]).fetchone()
            assert row == (values,)
