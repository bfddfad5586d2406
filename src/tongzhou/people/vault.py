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
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection

from tongzhou import keys
from tongzhou.people.scope import Holder
from tongzhou.problems import NotFound, PurposeNeeded

PURPOSES = ("call_back", "visit", "delivery", "investigation", "treatment", "notice", "appeal", "correction")
SEARCHED = ("telephone", "identity", "name")  # fields with a blind index


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
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(key).encrypt(nonce, value.encode(), _bound(owner, field))
        connection.execute(
            "insert into people_vault_item (owner, field, sealed) values (%s, %s, %s)"
            " on conflict (owner, field) do update set sealed = excluded.sealed",
            [owner, field, sealed],
        )
        connection.execute("delete from people_vault_index where owner = %s and field = %s", [owner, field])
        for digest in blind(field, value):
            connection.execute(
                "insert into people_vault_index (field, digest, owner) values (%s, %s, %s) on conflict do nothing",
                [field, digest, owner],
            )
    return owner


def read(
    connection: Connection[Any], owner: str, holder: Holder, purpose: str, fields: Iterable[str] = ()
) -> dict[str, str]:
    """Open an owner's fields for a purpose; the reading is written down and the person can see it.

    Raises PurposeNeeded for a purpose not in PURPOSES, NotFound for whoever's roles do not cover it (Charlie learns
    nothing, not even that it exists) and for what has been erased.
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
    wanted = list(fields)
    opened = _open(connection, owner, wanted)
    connection.execute(
        "insert into people_reading (owner, staff, purpose, fields) values (%s, %s, %s, %s)",
        [owner, holder.by, purpose, sorted(opened)],
    )
    return opened


def find(connection: Connection[Any], field: str, value: str, holder: Holder) -> list[str]:
    """Owners whose field matches, within scope; a name is found by all of its tokens."""
    digests = blind(field, value)
    if not digests:
        return []
    return [
        row[0]
        for row in connection.execute(
            "select i.owner from people_vault_index i join people_vault_key k using (owner)"
            " where i.field = %s and i.digest = any(%s) and k.wrapped is not null"
            " and k.place <@ (%s::jsonb ->> k.sees)::int4multirange"
            " group by i.owner having count(*) = %s order by 1 limit 200",
            [field, digests, json.dumps(holder.scopes), len(digests)],
        )
    ]


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


def blind(field: str, value: str) -> list[bytes]:
    """Keyed digests by which a value can be found again and from which it cannot be read."""
    if field not in SEARCHED:
        return []
    return [
        hmac.digest(keys.index_key(), f"{field}:{token}".encode(), hashlib.sha256)
        for token in sorted(_tokens(field, value))
    ]


def _tokens(field: str, value: str) -> set[str]:
    if field in ("telephone", "identity"):
        plain = re.sub(r"[^0-9Xx]", "", value).upper()
        return {plain.removeprefix("86") if field == "telephone" and len(plain) == 13 else plain} - {""}
    characters = {char for char in value if "\u3400" <= char <= "\u9fff"}
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", value)}
    return characters | words


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
