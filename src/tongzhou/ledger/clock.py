"""What time it is for this ledger: the wall clock, or the clock of a replay or an exercise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from psycopg import Connection


@dataclass(frozen=True)
class Clock:
    mode: str  # production, replay or exercise
    now: dt.datetime

    @property
    def simulated(self) -> bool:
        return self.mode != "production"


class ProductionLedger(Exception):
    """A production ledger refuses a simulated clock."""


def read(connection: Connection[Any]) -> Clock:
    row = connection.execute("select mode, now from ledger_clock").fetchone()
    if row is None or row[0] == "production":
        return Clock("production", dt.datetime.now(dt.UTC))
    return Clock(row[0], row[1])


def simulate(connection: Connection[Any], mode: str, now: dt.datetime) -> None:
    """Set the simulated clock. Refused where production facts exist or the ledger was declared production."""
    moved = connection.execute("update ledger_clock set mode = %s, now = %s where mode <> 'production'", [mode, now])
    if moved.rowcount:
        return
    row = connection.execute("select mode from ledger_clock").fetchone()
    if row is None:
        if connection.execute("select exists (select from ledger_append)").fetchone() != (False,):
            raise ProductionLedger("This ledger holds facts recorded on the real clock; use another data folder.")
        connection.execute("insert into ledger_clock (mode, now) values (%s, %s)", [mode, now])
    else:
        raise ProductionLedger("This is a production ledger; use another data folder for replays and exercises.")


def declare_production(connection: Connection[Any]) -> None:
    connection.execute("insert into ledger_clock (mode) values ('production') on conflict do nothing")
