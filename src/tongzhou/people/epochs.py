"""The week's key: new owners are wrapped by it, the living are wrapped again when it turns, the old one dies.

A backup can be opened as long as the keys of its week are there; they are destroyed when the last backup that needs
them is 35 days old. So an erasure hides a person now, and destroys what old backups hold by a date that is told.
The blind index turns with the key. While it does, entries are written for the old week and the new, so that nobody
is missed; an hour later the old ones are deleted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from tongzhou import keys
from tongzhou.ledger import door
from tongzhou.people import sealing

BATCH = 500
SETTLED = dt.timedelta(hours=1)  # after a turn; a list that is being read in holds the old week's digests


@dataclass(frozen=True)
class Epoch:
    wraps: str  # wraps new keys
    indexes: tuple[str, ...]  # digests are written for each of these


def now_writing(connection: Connection[Any]) -> Epoch:
    """What to write with; held until the transaction ends, so that the week does not turn in between."""
    if connection.execute("select 1 from people_vault_turn").fetchone() is None:
        with door.ledger() as apart:  # committed at once: two writers must not wait for each other's first row
            apart.execute(
                "insert into people_vault_turn (searching) values (%s) on conflict do nothing", [keys.make_ready()]
            )
    row = connection.execute("select searching, turning, before from people_vault_turn for share").fetchone()
    assert row is not None
    searching, turning, before = row
    return Epoch(turning or searching, tuple(dict.fromkeys(name for name in (turning, searching, before) if name)))


def searching(connection: Connection[Any]) -> str:
    """The week whose digests find everybody."""
    row = connection.execute("select searching from people_vault_turn").fetchone()
    return row[0] if row else keys.make_ready()


def turn(now: dt.datetime | None = None) -> int:
    """Wrap all the living with this week's key and write their digests anew; returns how many there were.

    Stops in the middle without harm; the next call goes on. Owners whose key is not here are left as they are.
    """
    moment = now or dt.datetime.now(dt.UTC)
    week = keys.make_ready(moment)
    with door.ledger() as connection:
        now_writing(connection)
        connection.execute(
            "update people_vault_turn set turning = %s where searching <> %s and turning is distinct from %s",
            [week, week, week],
        )
    done = 0
    while moved := _rewrap(week):
        done += moved
    with door.ledger() as connection:
        _settle(connection, week, moment)
    return done


def _rewrap(week: str) -> int:
    with door.ledger() as connection:
        here = [name for name in keys.vault_keys() if name != week]
        owners = connection.execute(
            "select owner, wrapped, kek from people_vault_key where wrapped is not null and kek = any(%s)"
            " order by owner limit %s for update",
            [here, BATCH],
        ).fetchall()
        items: dict[str, dict[str, bytes]] = {}
        for owner, field, sealed in connection.execute(
            "select owner, field, sealed from people_vault_item where owner = any(%s) and field = any(%s)",
            [[owner for owner, _, _ in owners], list(sealing.SEARCHED)],
        ):
            items.setdefault(owner, {})[field] = bytes(sealed)
        wrapped, found = [], []
        wrap, index = sealing.wrapping(week), sealing.index(week)
        for owner, old, kek in owners:
            key = sealing.unwrap(owner, bytes(old), kek)
            wrapped.append((wrap(owner, key), week, owner))
            plain = {field: sealing.unseal(key, owner, field, sealed) for field, sealed in items.get(owner, {}).items()}
            found += [(field, one, owner, week) for field, many in index.of(plain).items() for one in many]
        with connection.cursor() as cursor:
            cursor.executemany("update people_vault_key set wrapped = %s, kek = %s where owner = %s", wrapped)
            cursor.executemany(
                "insert into people_vault_index (field, digest, owner, epoch) values (%s, %s, %s, %s)"
                " on conflict do nothing",
                found,
            )
    return len(owners)


def _settle(connection: Connection[Any], week: str, now: dt.datetime) -> None:
    """Search by the new week once everybody is in it; an hour later forget the old digests."""
    connection.execute("select 1 from people_vault_turn for update")
    left = connection.execute(
        "select 1 from people_vault_key where wrapped is not null and kek = any(%s) limit 1",
        [[name for name in keys.vault_keys() if name != week]],
    ).fetchone()
    if left:
        return
    connection.execute(
        "update people_vault_turn set before = searching, searching = %s, turning = null, turned_at = %s"
        " where turning = %s",
        [week, now, week],
    )
    settled = connection.execute(
        "update people_vault_turn set before = null where before is not null and turned_at <= %s returning searching",
        [now - SETTLED],
    ).fetchone()
    if settled:
        connection.execute("delete from people_vault_index where epoch <> %s", [settled[0]])


def bury(now: dt.datetime | None = None) -> list[str]:
    """Destroy the keys of weeks whose last backup has died; returns their names. Reports say since when."""
    moment = now or dt.datetime.now(dt.UTC)
    with door.ledger() as connection:
        used = {
            name
            for (name,) in connection.execute("select distinct kek from people_vault_key where wrapped is not null")
        }
        for row in connection.execute("select searching, turning, before from people_vault_turn"):
            used |= set(row)
        destroyed = []
        for name in sorted(keys.vault_keys()):
            if name in used:
                keys.revive(name)
            elif name < keys.week(moment) and keys.retire(name, moment) <= moment - keys.BACKUPS_DIE:
                keys.destroy(name)
                destroyed.append(name)
        oldest = min(keys.vault_keys(), default="")[:6]
        connection.execute(
            "insert into erasure_destroyed (week, at)"
            " select distinct epoch, %s::timestamptz from people_deletion_report where epoch < %s"
            " on conflict do nothing",
            [moment, oldest],
        )
    return destroyed


def dies_by(now: dt.datetime) -> dt.date:
    """The day by which the keys are destroyed that could open, in a backup, what is erased now."""
    monday = now.date() + dt.timedelta(days=7 - now.weekday())
    return monday + keys.BACKUPS_DIE + dt.timedelta(days=1)
