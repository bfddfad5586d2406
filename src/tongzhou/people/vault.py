"""The vault: names, telephones, addresses and short-lived personal payloads.

Each owner (person/…, household/…, exception/…) has a key; the key is wrapped by the week's, which lives outside
PostgreSQL and its backups (people/epochs.py). Facts carry the owner's reference only. Search goes by keyed blind
indexes. Destroying the owner's key is the erasure (people/erasing.py).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg import Connection

from tongzhou.people import epochs, erasing, sealing, terms
from tongzhou.people.roles import PURPOSES
from tongzhou.people.scope import Holder
from tongzhou.people.sealing import SEARCHED, WRITTEN, blind
from tongzhou.problems import NotFound, PurposeNeeded

__all__ = [
    "SEARCHED",
    "WRITTEN",
    "Held",
    "blind",
    "correct",
    "corrections",
    "find",
    "find_any",
    "namesakes",
    "put",
    "put_many",
    "read",
    "read_owed",
    "same",
]


def put(
    connection: Connection[Any],
    owner: str,
    fields: Mapping[str, str],
    *,
    place: int,
    sees: str,
    expires_at: dt.datetime | None = None,
) -> str:
    """Seal fields under the owner's key, making it on first use; returns the owner's reference for facts.

    Raises NotFound for an owner that was erased. Without `expires_at` the term of this sort of owner holds.
    """
    epoch = epochs.now_writing(connection)
    key = _key(connection, owner)
    if key is None:
        if erasing.gone(connection, [owner]):
            raise NotFound("this record was erased")
        key = sealing.new_key()
        connection.execute(
            "insert into people_vault_key (owner, wrapped, kek, place, sees, expires_at) values (%s, %s, %s, %s, "
            "%s, %s)",
            [owner, sealing.wrap(owner, key, epoch.wraps), epoch.wraps, place, sees,
             expires_at or terms.ends(connection, owner)],
        )  # fmt: skip
    sealed = sealing.seal_all(key, owner, fields)
    found = [(name, one, week) for week in epoch.indexes for name, one in _indexed(sealing.index(week), fields)]
    connection.execute(
        "insert into people_vault_item (owner, field, sealed) select %s, * from unnest(%s::text[], %s::bytea[])"
        " on conflict (owner, field) do update set sealed = excluded.sealed",
        [owner, list(sealed), list(sealed.values())],
    )
    if renewed := [name for field in fields for name in sealing.INDEXES.get(field, ())]:
        connection.execute("delete from people_vault_index where owner = %s and field = any(%s)", [owner, renewed])
    if found:
        connection.execute(
            "insert into people_vault_index (field, digest, owner, epoch)"
            " select field, digest, %s, epoch from unnest(%s::text[], %s::bytea[], %s::text[]) f (field, digest, epoch)"
            " on conflict do nothing",
            [owner, *map(list, zip(*found, strict=True))],
        )
    return owner


UNTIL = " until "  # between a field and the moment until which it held


@dataclass(frozen=True)
class Was:
    """That a field was corrected: which, when, by whom; never what stood there."""

    field: str
    until: dt.datetime
    by: int | None


def correct(
    connection: Connection[Any], owner: str, fields: Mapping[str, str], holder: Holder, now: dt.datetime, *, place: int,
    sees: str,
) -> list[str]:  # fmt: skip
    """Put fields in place of those that stand there; returns those that differ. What stood there stays, sealed, and
    opens only for a purpose (`read`). That it was read to be corrected is written down. Whoever calls this has made
    sure that the holder may speak of this owner."""
    try:
        held = read(connection, owner, holder, "correction", fields)
    except NotFound:  # nothing was kept of them yet; of whoever was erased `put` says so
        held = {}
    changed = {field: value for field, value in fields.items() if held.get(field, "") != value}
    was = {f"{field}{UNTIL}{now.isoformat()} {holder.by or ''}": held[field] for field in changed if field in held}
    if changed:
        put(connection, owner, {**was, **changed}, place=place, sees=sees)
    return sorted(changed)


def corrections(connection: Connection[Any], owner: str) -> list[Was]:
    """What of an owner was corrected, the first first."""
    rows = connection.execute(
        "select field from people_vault_item where owner = %s and field like %s", [owner, f"%{UNTIL}%"]
    ).fetchall()
    parts = [(row[0].partition(UNTIL)[0], *row[0].partition(UNTIL)[2].split(" ")) for row in rows]
    found = [Was(field, dt.datetime.fromisoformat(at), int(by) if by else None) for field, at, by in parts]
    return sorted(found, key=lambda one: (one.until, one.field))


def _indexed(index: sealing.Index, fields: Mapping[str, str]) -> list[tuple[str, bytes]]:
    return [(name, one) for name, many in index.of(fields).items() for one in many]


class Held(NamedTuple):
    """What is to be held of somebody new; `digests` by index, where the week that is searched made them already."""

    owner: str
    fields: Mapping[str, str]
    place: int
    digests: Mapping[str, Sequence[bytes]] = {}
    week: str = ""


def put_many(connection: Connection[Any], held: Iterable[Held], *, sees: str) -> None:
    """Seal the fields of many new owners, each under a key of its own, in three statements.

    Whoever was erased is left out. Raises UniqueViolation where an owner has a key already: this is for lists, not
    for changes.
    """
    epoch, given = epochs.now_writing(connection), list(held)
    wrap, indexes = sealing.wrapping(epoch.wraps), [sealing.index(week) for week in epoch.indexes]
    erased = erasing.gone(connection, [one.owner for one in given])
    made: list[tuple[str, bytes, str, int, str]] = []
    items: list[tuple[str, str, bytes]] = []
    found: list[tuple[str, bytes, str, str]] = []
    for owner, fields, place, digests, made_in in given:
        if owner in erased:
            continue
        key = sealing.new_key()
        made.append((owner, wrap(owner, key), epoch.wraps, place, sees))
        items += [(owner, field, sealed) for field, sealed in sealing.seal_all(key, owner, fields).items()]
        for index in indexes:
            of = digests if index.week == made_in else index.of(fields)
            found += [(name, one, owner, index.week) for name, many in of.items() for one in many]
    found.sort()  # neighbours in the index one after the other
    with connection.cursor() as cursor:
        for table, columns, types, rows in (
            ("people_vault_key", "owner, wrapped, kek, place, sees", ("text", "bytea", "text", "int4", "text"), made),
            ("people_vault_item", "owner, field, sealed", ("text", "text", "bytea"), items),
            ("people_vault_index", "field, digest, owner, epoch", ("text", "bytea", "text", "text"), found),
        ):
            with cursor.copy(f"copy {table} ({columns}) from stdin (format binary)") as copy:
                copy.set_types(types)
                for row in rows:
                    copy.write_row(row)


def read(
    connection: Connection[Any], owner: str, holder: Holder, purpose: str, fields: Iterable[str] = ()
) -> dict[str, str]:
    """Open an owner's fields for a purpose; the reading is written down and the person can see it.

    Raises PurposeNeeded for a purpose that none of the holder's roles has (PURPOSES), NotFound for whoever's roles do
    not cover it (Charlie learns nothing, not even that it exists) and for what has been erased.
    """
    if purpose not in PURPOSES:
        raise PurposeNeeded()
    row = connection.execute(
        "select 1 from people_vault_key where owner = %s and wrapped is not null and place <@ (%s::jsonb ->> "
        "sees)::int4multirange",
        [owner, json.dumps(holder.scopes)],
    ).fetchone()
    if row is None:
        raise NotFound()
    if not PURPOSES[purpose] & holder.roles.keys():
        raise PurposeNeeded()
    wanted = list(fields)
    opened = _open(connection, owner, wanted)
    connection.execute(
        "insert into people_reading (owner, staff, purpose, fields) values (%s, %s, %s, %s)",
        [owner, holder.by, purpose, sorted(opened)],
    )
    return opened


_STILL = """
select r.fields from people_reading r join people_vault_key k on k.owner = r.owner and k.wrapped is not null
where r.owner = %s and r.staff = %s and r.purpose = %s and r.at > now() - interval '15 minutes'
  and k.place <@ (%s::jsonb ->> k.sees)::int4multirange order by r.at desc limit 1
"""


def still_open(connection: Connection[Any], owner: str, holder: Holder, purpose: str) -> dict[str, str]:
    """What the holder opened for this purpose a moment ago, for a page that is drawn again because a field was refused:
    that is no second look, and none is written down. Nothing where they opened nothing."""
    found = connection.execute(_STILL, [owner, holder.by, purpose, json.dumps(holder.scopes)]).fetchone()
    return _open(connection, owner, found[0]) if found and PURPOSES[purpose] & holder.roles.keys() else {}


def read_owed(
    connection: Connection[Any], owners: Sequence[str], holder: Holder, purpose: str, fields: Iterable[str]
) -> dict[str, str]:
    """Open these fields of one person, kept under any of these owners, the first that holds a field first. Whoever
    calls this has made sure that the holder owes the act which is the purpose (persons/showing.py): not the sort of
    data decides, as in `read`, but what somebody has to do. Every owner that was opened is written down."""
    wanted = list(fields)
    held = {row[0] for row in connection.execute(
        "select owner from people_vault_key where owner = any(%s) and wrapped is not null", [list(owners)]
    )}  # fmt: skip
    found: dict[str, str] = {}
    for owner in owners:
        if owner not in held or not (missing := [name for name in wanted if name not in found]):
            continue
        opened = _open(connection, owner, missing)
        found |= opened
        connection.execute(
            "insert into people_reading (owner, staff, purpose, fields) values (%s, %s, %s, %s)",
            [owner, holder.by, purpose, sorted(opened)],
        )
    return found


def find(connection: Connection[Any], field: str, value: str, holder: Holder) -> list[str]:
    """Owners whose field matches, within scope; a name is found by all of its tokens."""
    return find_any(connection, [field], value, holder)


# Materialised: a name's tokens are held by thousands, and only those who hold them all need the key's place looked up.
_FOUND = """
with held as materialized (
  select i.owner from unnest(%b::text[], %b::bytea[], %s::int[]) a (field, digest, need), lateral (
    select owner from people_vault_index where field = a.field and digest = a.digest offset 0) i
  group by i.owner, a.field, a.need having count(*) = a.need)
select distinct owner from held join people_vault_key k using (owner)
where k.wrapped is not null and k.place <@ (%s::jsonb ->> k.sees)::int4multirange order by 1 limit 200
"""


def find_any(connection: Connection[Any], fields: Iterable[str], value: str, holder: Holder) -> list[str]:
    """Owners of whom any of these fields matches, within scope: at most 200."""
    week = epochs.searching(connection)
    asked = [(field, one, len(tokens)) for field in fields if (tokens := blind(field, value, week)) for one in tokens]
    if not asked:
        return []
    rows = connection.execute(_FOUND, [*map(list, zip(*asked, strict=True)), json.dumps(holder.scopes)])
    return [row[0] for row in rows]


def same(connection: Connection[Any], owner: str, holder: Holder) -> list[str]:
    """Other owners within scope that share an identity number or a telephone with this one."""
    return [
        row[0]
        for row in connection.execute(
            "select distinct o.owner from people_vault_index i join people_vault_index o on o.field = i.field"
            " and o.digest = i.digest and o.owner <> i.owner join people_vault_key k on k.owner = o.owner"
            " where i.owner = %s and i.field in ('identity', 'telephone') and k.wrapped is not null"
            " and i.epoch = (select searching from people_vault_turn)"
            " and k.place <@ (%s::jsonb ->> k.sees)::int4multirange order by 1 limit 20",
            [owner, json.dumps(holder.scopes)],
        )
    ]


_NAMESAKES = """
with mine as materialized (select digest from people_vault_index where owner = %(owner)s and field = 'name'
    and epoch = (select searching from people_vault_turn)),
held as materialized (
  select i.owner from mine a, lateral (
    select owner from people_vault_index where field = 'name' and digest = a.digest offset 0) i
  where i.owner <> %(owner)s group by i.owner having count(*) = (select count(*) from mine))
select owner from held join people_vault_key k using (owner)
where k.wrapped is not null and k.place <@ (%(scopes)s::jsonb ->> k.sees)::int4multirange
  and (select count(*) from people_vault_index x where x.owner = held.owner and x.field = 'name'
    and x.epoch = (select searching from people_vault_turn))
    = (select count(*) from mine)
order by 1 limit 50
"""


def namesakes(connection: Connection[Any], owner: str, holder: Holder) -> list[str]:
    """Other owners within scope whose name is made of the same tokens as this one's."""
    return [row[0] for row in connection.execute(_NAMESAKES, {"owner": owner, "scopes": json.dumps(holder.scopes)})]


_SHARED = """
with twice as materialized (
  select field, digest from people_vault_index where field in ('identity', 'telephone') and owner like 'case/%%'
    and epoch = (select searching from people_vault_turn)
  group by 1, 2 having count(*) between 2 and 6)
select t.field, array_agg(i.owner order by i.owner) from twice t
join people_vault_index i on i.field = t.field and i.digest = t.digest and i.owner like 'case/%%'
join people_vault_key k on k.owner = i.owner
where k.wrapped is not null and k.place <@ (%s::jsonb ->> k.sees)::int4multirange
group by t.field, t.digest having count(*) > 1 order by 1, 2 limit 200
"""


def shared_numbers(connection: Connection[Any], holder: Holder) -> list[tuple[str, list[str]]]:
    """Cases within scope that share an identity number or a telephone: (field, owners), at most 200 groups."""
    return [(row[0], row[1]) for row in connection.execute(_SHARED, [json.dumps(holder.scopes)])]


def _key(connection: Connection[Any], owner: str) -> bytes | None:
    row = connection.execute("select wrapped, kek from people_vault_key where owner = %s", [owner]).fetchone()
    if row is None:
        return None
    if row[0] is None:
        raise NotFound("this record was erased")
    return sealing.unwrap(owner, bytes(row[0]), row[1])


def _open(connection: Connection[Any], owner: str, wanted: list[str]) -> dict[str, str]:
    key = _key(connection, owner)
    assert key is not None
    found = connection.execute("select field, sealed from people_vault_item where owner = %s", [owner]).fetchall()
    return {
        field: sealing.unseal(key, owner, field, bytes(sealed))
        for field, sealed in found
        if not wanted or field in wanted
    }
