"""What the pages on erasure read and write."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives import serialization
from psycopg import Connection

from tongzhou import keys
from tongzhou.ledger import erased
from tongzhou.people import erasing
from tongzhou.people.scope import Holder

SHOWN = 200


def told(connection: Connection[Any]) -> dict[str, Any]:
    """The register as everybody may read it."""
    rows = connection.execute(
        "select r.at, reason, keys_destroyed, destroyed_by, d.at, tombstone from people_deletion_report r"
        " left join erasure_destroyed d on d.week = r.epoch and destroyed_by is not null order by id desc limit %s",
        [SHOWN],
    ).fetchall()
    names = ("at", "reason", "persons", "destroyed_by", "destroyed_at", "list")
    n, head = erased.tip(connection.info.dbname)
    return {
        "rows": [dict(zip(names, row, strict=True)) for row in rows],
        "owed": erasing.owed(connection),
        "list": n,
        "head": head,
    }


def signed(connection: Connection[Any]) -> list[dict[str, Any]]:
    """Every report as it was signed, oldest first. (Before there were weeks the text was made on the spot.)"""
    public = keys.verify_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    rows = connection.execute(
        "select told, signature, d.at from people_deletion_report r"
        " left join erasure_destroyed d on d.week = r.epoch and destroyed_by is not null"
        " where told is not null order by id"
    )
    return [{"key": public.decode()}] + [
        {"told": text, "signature": bytes(signature).hex(), "destroyed_at": at.isoformat() if at else None}
        for text, signature, at in rows
    ]


def lines(connection: Connection[Any]) -> list[erased.Line]:
    return [line for _n, line in connection.execute("select n, line from erasure_tombstone order by n")]


def held(connection: Connection[Any], owners: Sequence[str]) -> list[dict[str, Any]]:
    """What is shown of each owner before anything is decided: the sort, the place and the end of its term."""
    rows = connection.execute(
        "select owner, place, expires_at from people_vault_key where owner = any(%s) order by owner", [list(owners)]
    )
    return [
        {"owner": owner, "sort": owner.partition("/")[0], "place": place, "ends": ends} for owner, place, ends in rows
    ]


def looked(connection: Connection[Any], owners: Sequence[str], staff: int | None, purpose: str) -> None:
    """That somebody looked is written down as every reading is, though nothing was opened."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into people_reading (owner, staff, purpose, fields) values (%s, %s, %s, '{}')",
            [(owner, staff, purpose) for owner in owners],
        )


def readings(connection: Connection[Any], owners: Sequence[str]) -> dict[str, Any]:
    """Who read what is held under these references, when, what for, which fields: the newest, and how many in all."""
    rows = connection.execute(
        "select at, owner, staff, purpose, fields, count(*) over () from people_reading where owner = any(%s)"
        " order by id desc limit %s",
        [list(owners), SHOWN],
    ).fetchall()
    names = ("at", "owner", "staff", "purpose", "fields")
    return {"rows": [dict(zip(names, row, strict=False)) for row in rows], "all": rows[0][-1] if rows else 0}


def covered(connection: Connection[Any], owners: Sequence[str], desk: Holder) -> set[str]:
    rows = connection.execute(
        "select owner from people_vault_key where owner = any(%s) and place <@ (%s::jsonb ->> sees)::int4multirange",
        [list(owners), json.dumps(desk.scopes)],
    )
    return {owner for (owner,) in rows}


def take(
    connection: Connection[Any],
    form: uuid.UUID,
    staff: int | None,
    sort: str,
    owners: Sequence[str],
    kept: dict[str, str],
) -> bool:
    """Keep the request itself: who took it, what was found, what is kept and why. False where it was taken before."""
    row = connection.execute(
        "insert into erasure_request (id, staff, asked_by, owners, kept) values (%s, %s, %s, %s, %s::jsonb)"
        " on conflict do nothing returning 1",
        [form, staff, sort, list(owners), json.dumps(kept)],
    ).fetchone()
    return row is not None


def request_of(connection: Connection[Any], form: uuid.UUID, staff: int | None) -> dict[str, Any] | None:
    row = connection.execute(
        "select id, at, owners, kept from erasure_request where id = %s and staff = %s", [form, staff]
    ).fetchone()
    if row is None:
        return None
    done = {"id": row[0], "at": row[1], "owners": row[2], "kept": row[3], "erased": len(row[2]) - len(row[3])}
    report = connection.execute(
        "select destroyed_by, tombstone from people_deletion_report where at >= %s and reason = 'request' order by id"
        " limit 1",
        [row[1]],
    ).fetchone()
    if report and done["erased"]:
        done["destroyed_by"], done["list"] = report
    return done
