"""Facts lie in partitions by month, so that a month can be archived and dropped whole; they are made ahead."""

from __future__ import annotations

import datetime as dt
from typing import Any

from psycopg import Connection, sql

# SQL functions (month date) that add a month's partition; work folders with partitioned tables add theirs.
FUNCTIONS = ["ledger_add_month"]
AHEAD = 3  # months, this one included: a server may be left alone for that long


def make_ready(connection: Connection[Any], today: dt.date) -> None:
    """Make the partitions of this month and the next ones; safe to repeat."""
    for n in range(AHEAD):
        month = dt.date(today.year + (today.month - 1 + n) // 12, (today.month - 1 + n) % 12 + 1, 1)
        for name in FUNCTIONS:
            connection.execute(sql.SQL("select {}(%s)").format(sql.Identifier(name)), [month])
