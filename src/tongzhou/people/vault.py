"""The vault: names, telephones, addresses and short-lived personal payloads.

Each owner (person/…, household/…, exception/…) has a key; the key is wrapped by one that lives outside PostgreSQL
and its backups. Facts carry the owner's reference only. Search goes by keyed blind indexes. Destroying the owner's
key is the erasure, in backups too; a signed deletion report says how many.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from psycopg import Connection

from tongzhou import keys
from tongzhou.people import findable
from tongzhou.people.roles import PURPOSES
from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound, PurposeNeeded

SEARCHED = ("telephone", "identity", "name")  # fields with a blind index
WRITTEN = "written"  # the index of whole names, by which two people are told apart
_INDEXES = {"telephone": ["telephone"], "identity": ["identity"], "name": ["name", WRITTEN]}


def put(
    connection: Connection[Any],
    owner: str,
    fields: Mapping[str, str],
    *,
    place: int,
    sees: str,
    expires_at: dt.datetime | None = None,
) -> str:
    """Seal fields under the owner's key, making it on first use; returns the owner's reference for facts."""
    key = _key(connection, owner)
    if key is None:
        key = AESGCM.generate_key(256)
        kek, wrapped = _wrap(owner, key)
        connection.execute(
            "insert into people_vault_key (owner, wrapped, kek, place, sees, expires_at) values (%s, %s, %s, %s, "
            "%s, %s)",
            [owner, wrapped, kek, place, sees, expires_at],
        )
    for field, value in fields.items():
        connection.execute(
            "insert into people_vault_item (owner, field, sealed) values (%s, %s, %s)"
            " on conflict (owner, field) do update set sealed = excluded.sealed",
            [owner, field, _seal(key, owner, field, value)],
        )
        connection.execute(
            "delete from people_vault_index where owner = %s and field = any(%s)", [owner, _INDEXES.get(field, [field])]
        )
        for indexed, digest in _indexed(_index_key(), field, value):
            connection.execute(
                "insert into people_vault_index (field, digest, owner) values (%s, %s, %s) on conflict do nothing",
                [indexed, digest, owner],
            )
    return owner


def put_many(connection: Connection[Any], held: Iterable[tuple[str, Mapping[str, str], int]], *, sees: str) -> None:
    """Seal the fields of many new owners, each (owner, fields, place) under a key of its own, in three statements.

    Raises UniqueViolation where an owner has a key already: this is for lists, not for changes.
    """
    name, kek = list(keys.vault_keys().items())[-1]
    wrapping, index = AESGCM(kek), _index_key()
    made: list[tuple[str, bytes, str, int, str]] = []
    items: list[tuple[str, str, bytes]] = []
    found: list[tuple[str, bytes, str]] = []
    for owner, fields, place in held:
        key, nonce = AESGCM.generate_key(256), os.urandom(12)
        made.append((owner, nonce + wrapping.encrypt(nonce, key, owner.encode()), name, place, sees))
        items += [(owner, field, _seal(key, owner, field, value)) for field, value in fields.items()]
        found += [(name, one, owner) for field, value in fields.items() for name, one in _indexed(index, field, value)]
    with connection.cursor() as cursor:
        for table, columns, types, rows in (
            ("people_vault_key", "owner, wrapped, kek, place, sees", ("text", "bytea", "text", "int4", "text"), made),
            ("people_vault_item", "owner, field, sealed", ("text", "text", "bytea"), items),
            ("people_vault_index", "field, digest, owner", ("text", "bytea", "text"), found),
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
    asked = [(field, one, len(tokens)) for field in fields if (tokens := blind(field, value)) for one in tokens]
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
            " and k.place <@ (%s::jsonb ->> k.sees)::int4multirange order by 1 limit 20",
            [owner, json.dumps(holder.scopes)],
        )
    ]


_NAMESAKES = """
with mine as materialized (select digest from people_vault_index where owner = %(owner)s and field = 'name'),
held as materialized (
  select i.owner from mine a, lateral (
    select owner from people_vault_index where field = 'name' and digest = a.digest offset 0) i
  where i.owner <> %(owner)s group by i.owner having count(*) = (select count(*) from mine))
select owner from held join people_vault_key k using (owner)
where k.wrapped is not null and k.place <@ (%(scopes)s::jsonb ->> k.sees)::int4multirange
  and (select count(*) from people_vault_index x where x.owner = held.owner and x.field = 'name')
    = (select count(*) from mine)
order by 1 limit 50
"""


def namesakes(connection: Connection[Any], owner: str, holder: Holder) -> list[str]:
    """Other owners within scope whose name is made of the same tokens as this one's."""
    return [row[0] for row in connection.execute(_NAMESAKES, {"owner": owner, "scopes": json.dumps(holder.scopes)})]


_SHARED = """
with twice as materialized (
  select field, digest from people_vault_index where field in ('identity', 'telephone') and owner like 'case/%%'
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


def erase(
    connection: Connection[Any], reason: str, *, owners: Iterable[str] | None = None, now: dt.datetime | None = None
) -> int:
    """Destroy the keys of these owners, or of all that have expired, and leave a signed deletion report; returns
    how many."""
    chosen = "owner = any(%(owners)s)" if owners is not None else "expires_at <= %(now)s"
    moment = now or dt.datetime.now(dt.UTC)
    destroyed = connection.execute(
        f"update people_vault_key set wrapped = null, destroyed_at = %(now)s where wrapped is not null and {chosen}"
        " returning owner, sees",
        {"owners": list(owners or ()), "now": moment},
    ).fetchall()
    if not destroyed:
        return 0
    gone = [owner for owner, _ in destroyed]
    connection.execute("delete from people_vault_item where owner = any(%s)", [gone])
    connection.execute("delete from people_vault_index where owner = any(%s)", [gone])
    by_sort: dict[str, int] = {}
    for _, sees in destroyed:
        by_sort[sees] = by_sort.get(sees, 0) + 1
    report = json.dumps(
        {"at": moment.isoformat(), "reason": reason, "keys": len(gone), "by_sort": by_sort}, sort_keys=True
    )
    connection.execute(
        "insert into people_deletion_report (at, reason, keys_destroyed, by_sort, signature) values (%s, %s, %s, "
        "%s::jsonb, %s)",
        [moment, reason, len(gone), json.dumps(by_sort), keys.signing_key().sign(report.encode())],
    )
    return len(gone)


def blind(field: str, value: str, key: bytes | None = None) -> list[bytes]:
    """Keyed digests by which a value can be found again and from which it cannot be read. `key`: keys.index_key(),
    where it was fetched before."""
    return _digests(key or _index_key(), field, value) if field in (*SEARCHED, WRITTEN) and value else []


def _indexed(key: bytes, field: str, value: str) -> list[tuple[str, bytes]]:
    """Every index and digest under which a field is found; a name also as it is written, to tell people apart."""
    return [(index, one) for index in _INDEXES.get(field, ()) for one in _digests(key, index, value)]


def _digests(key: bytes, field: str, value: str) -> list[bytes]:
    tokens = [findable.written(value)] if field == WRITTEN else sorted(findable.tokens(field, value))
    return [hmac.digest(key, f"{field}:{token}".encode(), hashlib.sha256) for token in tokens if token]


def _index_key() -> bytes:
    return _index_key_of(os.environ.get("TONGZHOU_KEYS"), str(settings.INSTALLATION.home))


@lru_cache(maxsize=4)
def _index_key_of(_folder: str | None, _home: str) -> bytes:
    """Read once for each folder of keys: a list of 100,000 people asks for it half a million times."""
    return keys.index_key()


def _key(connection: Connection[Any], owner: str) -> bytes | None:
    row = connection.execute("select wrapped, kek from people_vault_key where owner = %s", [owner]).fetchone()
    if row is None:
        return None
    if row[0] is None:
        raise NotFound("this record was erased")
    wrapped = bytes(row[0])
    return AESGCM(keys.vault_keys()[row[1]]).decrypt(wrapped[:12], wrapped[12:], owner.encode())


def _wrap(owner: str, key: bytes) -> tuple[str, bytes]:
    name, kek = list(keys.vault_keys().items())[-1]
    nonce = secrets.token_bytes(12)
    return name, nonce + AESGCM(kek).encrypt(nonce, key, owner.encode())


def _seal(key: bytes, owner: str, field: str, value: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, value.encode(), _bound(owner, field))


def _open(connection: Connection[Any], owner: str, wanted: list[str]) -> dict[str, str]:
    key = _key(connection, owner)
    assert key is not None
    found = connection.execute("select field, sealed from people_vault_item where owner = %s", [owner]).fetchall()
    return {
        field: AESGCM(key).decrypt(bytes(sealed)[:12], bytes(sealed)[12:], _bound(owner, field)).decode()
        for field, sealed in found
        if not wanted or field in wanted
    }


def _bound(owner: str, field: str) -> bytes:
    return f"{owner}:{field}".encode()
