"""A gate's phone speaks as the gate, by what was lent to it and until when: no sign-in, and nobody's name."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from tongzhou.gates.kinds import POST
from tongzhou.ledger.kinds import Kind
from tongzhou.ledger.standing import Standing

NOWHERE = "{}"
# A phone `p` that the gate still has: nobody said that it was given back or lost. (`ended_at`: as it was kept before.)
_LENT = """p.ended_at is null and not exists (select from ledger_row r
  where r.noun = 'gate_phone' and r.key = p.gate || '-' || p.id and r.state = 'back')"""


@dataclass(frozen=True)
class GatePost:
    """The authority of a gate's phone: the place of the gate, and of facts about gates this gate alone (asks.py)."""

    place: int
    gate: str
    phone: int
    until: dt.datetime
    by: int | None = None

    def may_say(self, kind: Kind) -> str:
        return self._here if POST in kind.said_by else NOWHERE

    def may_record(self, kind: Kind) -> str:
        return NOWHERE

    def standing(self) -> Standing:
        return Standing({POST: self._here})

    @property
    def _here(self) -> str:
        return f"{{[{self.place},{self.place}]}}"


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def lend(
    ledger: Connection[Any], gate: str, place: int, staff: int, now: dt.datetime, until: dt.datetime
) -> tuple[str, int]:
    """A phone is lent to a gate; returns what its address ends with, of which a digest is kept, and its number."""
    token = secrets.token_urlsafe(16)
    row = ledger.execute(
        "insert into gates_phone (gate, place, token, lent_by, lent_at, until) values (%s, %s, %s, %s, %s, %s)"
        " returning id",
        [gate, place, digest_of(token), staff, now, until],
    ).fetchone()
    assert row is not None
    return token, row[0]


def opened(ledger: Connection[Any], token: str, now: dt.datetime) -> str | None:
    """What the phone shows from now on that opens the address which was lent; None for one that there is not, whose
    time is over, or that was opened before: then it is written down that it was tried."""
    device, digest = secrets.token_urlsafe(16), digest_of(token)
    row = ledger.execute(
        f"update gates_phone p set device = %s, opened_at = %s where token = %s and device is null and {_LENT}"
        " and until > %s returning 1",
        [digest_of(device), now, digest, now],
    ).fetchone()
    if row is None:
        ledger.execute("update gates_phone set again = again + 1 where token = %s and device is not null", [digest])
    return device if row else None


def is_of(ledger: Connection[Any], phone: int, token: str) -> bool:
    """Is this the address that this phone opened?"""
    row = ledger.execute("select 1 from gates_phone where id = %s and token = %s", [phone, digest_of(token)]).fetchone()
    return row is not None


def of_token(ledger: Connection[Any], token: str, now: dt.datetime) -> GatePost | None:
    """Whose phone this is; None where there is none, it was taken back, or its time is over."""
    row = ledger.execute(
        f"select place, gate, id, until from gates_phone p where device = %s and {_LENT} and until > %s",
        [digest_of(token), now],
    ).fetchone()
    return GatePost(*row) if row else None


def seen(ledger: Connection[Any], phone: int, now: dt.datetime, day: dt.date) -> bool:
    """It fetched its list, with the keys of this day; whether it had none of them before."""
    row = ledger.execute(
        "update gates_phone p set seen_at = %s, keys_day = %s"
        " from (select id, keys_day from gates_phone where id = %s) w"
        " where p.id = w.id returning w.keys_day is distinct from %s",
        [now, day, phone, day],
    ).fetchone()
    return bool(row and row[0])


@dataclass(frozen=True)
class Phone:
    """A phone that is lent to a gate: its number, until when, when it last fetched its list and of which day's keys;
    how often its address was tried once more on another."""

    id: int
    gate: str
    until: dt.datetime
    seen_at: dt.datetime | None
    keys_day: dt.date | None
    again: int = 0


def phones(ledger: Connection[Any], gates: list[str], now: dt.datetime) -> list[Phone]:
    rows = ledger.execute(
        "select id, gate, until, seen_at, keys_day, again from gates_phone p"
        f" where gate = any(%s) and {_LENT} and until > %s order by gate, id",
        [gates, now],
    )
    return [Phone(*row) for row in rows]


def last_seen(ledger: Connection[Any], phones: Collection[int]) -> dict[int, dt.datetime]:
    """When each of these last fetched its list; one that never did is left out."""
    rows = ledger.execute(
        "select id, seen_at from gates_phone where id = any(%s) and seen_at is not null", [sorted(phones)]
    )
    return dict(rows.fetchall())


def lent_to(ledger: Connection[Any], named: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Which of these phones were lent to the gate beside them, now or before."""
    rows = ledger.execute("select gate, id from gates_phone where id = any(%s)", [sorted({n for _gate, n in named})])
    return {(gate, id) for gate, id in rows} & set(named)


def spend(ledger: Connection[Any], gate: str, day: dt.date, numbers: list[str]) -> None:
    """Numbers that were let out today: the gate's other phone is told. Those of earlier days go."""
    ledger.execute("delete from gates_spent where gate = %s and day < %s", [gate, day])
    ledger.execute(
        "insert into gates_spent (gate, day, number) select %s, %s, unnest(%s::text[]) on conflict do nothing",
        [gate, day, numbers],
    )


def spent(ledger: Connection[Any], gate: str, day: dt.date) -> list[str]:
    rows = ledger.execute("select number from gates_spent where gate = %s and day = %s", [gate, day])
    return [number for (number,) in rows]


def forget(ledger: Connection[Any], day: dt.date) -> None:
    """At midnight the numbers of the day before go, at every gate."""
    ledger.execute("delete from gates_spent where day < %s", [day])
