"""The blind index written anew from what the vault holds: for entries that were made before people were found by names
of every script, by whole passports and by plain telephones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from tongzhou import keys
from tongzhou.ledger import door
from tongzhou.people import epochs, sealing

BATCH = 500


@dataclass
class Indexed:
    """Owners looked at, those whose entries were `changed`, and those whose key is `not_here`."""

    owners: int = 0
    changed: int = 0
    not_here: int = 0


def reindex() -> Indexed:
    """Write every living owner's entries as they are made today. Stops in the middle without harm; running it again
    changes nothing."""
    told, after = Indexed(), ""
    while True:
        with door.ledger() as connection:
            weeks = epochs.now_writing(connection).indexes  # held: the week does not turn in between
            owners = connection.execute(
                "select owner, wrapped, kek from people_vault_key where wrapped is not null and owner > %s"
                " order by owner limit %s",
                [after, BATCH],
            ).fetchall()
            if not owners:
                return told
            after = owners[-1][0]
            here = set(keys.vault_keys())
            opened = {
                owner: sealing.unwrap(owner, bytes(wrapped), kek) for owner, wrapped, kek in owners if kek in here
            }
            told.owners += len(owners)
            told.not_here += len(owners) - len(opened)
            told.changed += _write(connection, opened, weeks)


def _write(connection: Connection[Any], opened: dict[str, bytes], weeks: tuple[str, ...]) -> int:
    """The items are locked while it is done: whoever changes one meanwhile writes its entries after this."""
    wanted: dict[str, set[tuple[str, bytes, str]]] = {owner: set() for owner in opened}
    indexes = [(week, sealing.index(week)) for week in weeks]
    for owner, field, sealed in connection.execute(
        "select owner, field, sealed from people_vault_item where owner = any(%s) and field = any(%s) for update",
        [list(opened), list(sealing.INDEXES)],
    ):
        plain = {field: sealing.unseal(opened[owner], owner, field, bytes(sealed))}
        wanted[owner] |= {
            (name, one, week) for week, index in indexes for name, many in index.of(plain).items() for one in many
        }
    held: dict[str, set[tuple[str, bytes, str]]] = {owner: set() for owner in opened}
    for owner, index, digest, week in connection.execute(
        "select owner, field, digest, epoch from people_vault_index where owner = any(%s) and epoch = any(%s)",
        [list(opened), list(weeks)],
    ):
        held[owner].add((index, bytes(digest), week))
    changed = [owner for owner in opened if wanted[owner] != held[owner]]
    connection.execute(
        "delete from people_vault_index where owner = any(%s) and epoch = any(%s)", [changed, list(weeks)]
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into people_vault_index (field, digest, owner, epoch) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            [(index, digest, owner, week) for owner in changed for index, digest, week in wanted[owner]],
        )
    return len(changed)
