"""Names that a gate wrote down because a measure in force asked for them: until when they lie, and that they go."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
from psycopg import Connection

from tongzhou.ledger import clock
from tongzhou.ledger.append import append
from tongzhou.ledger.follow import ticks
from tongzhou.ledger.kinds import Said
from tongzhou.ledger.owed import day_in
from tongzhou.ledger.reactors import NAMESPACE
from tongzhou.ledger.standing import System
from tongzhou.ledger.time import close_of
from tongzhou.people import erasing, terms

_LIVING = """
select owner from people_vault_key where owner like 'gate/%%' and wrapped is not null and place = %s
and expires_at <= %s order by owner
"""
_DUE = """
select key, place, data ->> 'gate', data ->> 'day' from ledger_row where noun = 'gate_register' and state = 'lies'
and (data ->> 'ends')::timestamptz <= %s order by key
"""


def living(ledger: Connection[Any], place: int, day: str) -> list[str]:
    """Entries of a place that were sealed on this day or before, as the vault names them."""
    told = day_in(day)
    ends = close_of(told) + terms.days("gate_record") if told else dt.datetime.max.replace(tzinfo=dt.UTC)
    return [owner for (owner,) in ledger.execute(_LIVING, [place, ends])]


def erase(ledger: Connection[Any], place: int, day: str, now: dt.datetime) -> int:
    """Destroy the keys of those whose days are over, as the clock does by itself; how many."""
    told = day_in(day)
    over = told is not None and close_of(told) + terms.days("gate_record") <= now
    found = living(ledger, place, day) if over else []
    return erasing.erase(ledger, "expired", owners=found) if found else 0


@ticks
def told_as_gone(ledger: Connection[Any]) -> None:
    """Where the days are over and the keys are destroyed, the register of that day is said to be erased."""
    now = clock.read(ledger).now
    gone = [
        Said(
            id=uuid.uuid5(NAMESPACE, f"GATE-ERASED gate_register/{key}"),
            kind="gate_register.erased",
            effective_at=now,
            body=msgspec.Raw(msgspec.json.encode({"gate": gate, "day": day})),
            place=place,
        )
        for key, place, gate, day in ledger.execute(_DUE, [now]).fetchall()
        if not living(ledger, place, day)
    ]
    if gone:
        append(ledger, gone, System(), device="reactor", origin="system")
