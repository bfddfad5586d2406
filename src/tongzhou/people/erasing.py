"""Erasure: the key goes, and the list that stands outside the database says so before the database does."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection

from tongzhou import keys, problems
from tongzhou.ledger import clock, erased
from tongzhou.people import epochs

REASONS = ("request", "withdrawn", "expired", "sunset", "restored", "before_lists")


def erase(
    connection: Connection[Any], reason: str, *, owners: Iterable[str] | None = None, now: dt.datetime | None = None
) -> int:
    """Destroy the keys of these owners, or of all whose term has ended, and leave a signed report; returns how many.

    The list outside is synced before this transaction commits. Should it not commit, `reconcile` does what the list
    says: nobody who was told of an erasure comes back.
    """
    _alone(connection)  # before any row, as reconcile does: the other order would be a deadlock
    if _last(connection) != erased.tip(connection.info.dbname):
        reconcile(connection)  # or the new line would be built on another than the last
    chosen = "owner = any(%(owners)s)" if owners is not None else "expires_at <= %(now)s"
    found = connection.execute(
        f"select owner from people_vault_key where wrapped is not null and {chosen} order by owner for update",
        {"owners": list(owners or ()), "now": now or clock.read(connection).now},
    ).fetchall()
    if not found:
        return 0
    gone = [owner for (owner,) in found]
    line = erased.add(gone, reason, dt.datetime.now(dt.UTC), connection.info.dbname)
    _remember(connection, [line])
    _destroy(connection, gone, reason, line["n"])
    return len(gone)


def gone(connection: Connection[Any], owners: Sequence[str]) -> set[str]:
    """Which of these were erased, here or in what a backup brought back."""
    digests = {bytes.fromhex(erased.digest(owner)): owner for owner in owners}
    rows = connection.execute("select digest from erasure_gone where digest = any(%s)", [list(digests)])
    return {digests[bytes(row[0])] for row in rows}


def reconcile(connection: Connection[Any]) -> int:
    """Make list and database agree, each taking from the other what it lacks; returns how many persons that erased.

    Called before a server opens, after a restore and every minute. Raises problems.ListBroken where the two contradict.
    """
    database = connection.info.dbname
    _alone(connection)
    here = {n: line for n, line in connection.execute("select n, line from erasure_tombstone")}
    outside = {line["n"]: line for line in erased.lines(database)}
    for n in here.keys() & outside.keys():
        if here[n]["head"] != outside[n]["head"]:
            raise problems.ListBroken(f"line {n} of erased.jsonl is not the one that the database knows")
    if missing := [here[n] for n in sorted(here.keys() - outside.keys())]:
        erased.adopt(missing, database)
    new = [outside[n] for n in sorted(outside.keys() - here.keys())]
    for line in new:
        erased.follows(here.get(line["n"] - 1) or outside.get(line["n"] - 1), line)
    _remember(connection, new)
    done = 0
    for line in new:
        found = _living(connection, line["erased"])
        _destroy(connection, found, "restored", line["n"])
        done += len(found)
    if not here and not outside:
        _begin(connection, database)
    return done


def known(connection: Connection[Any], owners: Sequence[str]) -> list[str]:
    """Those of these that the vault holds."""
    rows = connection.execute(
        "select owner from people_vault_key where wrapped is not null and owner = any(%s) order by 1", [list(owners)]
    )
    return [owner for (owner,) in rows]


def last_report(connection: Connection[Any]) -> dict[str, Any]:
    """When the newest erasure was, and by when what backups hold of it is destroyed."""
    row = connection.execute(
        "select at, destroyed_by, tombstone from people_deletion_report order by id desc limit 1"
    ).fetchone()
    assert row is not None
    return {"hidden": row[0].isoformat(timespec="seconds"), "destroyed_by": str(row[1]), "list": row[2]}


def owed(connection: Connection[Any], now: dt.datetime | None = None) -> dict[str, int]:
    """What should have happened by now and has not: ended terms, keys not wrapped anew, keys that outlived their day.

    An hour's grace; nothing owed is an empty answer.
    """
    moment = now or dt.datetime.now(dt.UTC)
    late = moment - dt.timedelta(hours=1)
    ended = clock.read(connection).now - dt.timedelta(hours=1)
    asked: dict[str, tuple[str, list[Any]]] = {
        "terms_ended": ("expires_at <= %s", [ended]),
        "not_rewrapped": ("kek < %s", [keys.week(late)]),
        "key_not_here": ("kek <> all(%s)", [list(keys.vault_keys())]),
    }
    found: dict[str, int] = {}
    for name, (which, values) in asked.items():
        row = connection.execute(
            f"select count(*) from people_vault_key where wrapped is not null and {which}".encode(), values
        ).fetchone()
        found[name] = row[0] if row else 0
    row = connection.execute(
        "select count(*) from people_deletion_report where destroyed_by < %s"
        " and epoch not in (select week from erasure_destroyed)",
        [moment.date()],
    ).fetchone()
    found["not_destroyed"] = row[0] if row else 0
    return {name: n for name, n in found.items() if n}


def _alone(connection: Connection[Any]) -> None:
    connection.execute("select pg_advisory_xact_lock(hashtext('tongzhou erasing'))")


def _last(connection: Connection[Any]) -> tuple[int, str]:
    row = connection.execute("select n, line ->> 'head' from erasure_tombstone order by n desc limit 1").fetchone()
    return (row[0], row[1]) if row else (0, erased.START)


def _begin(connection: Connection[Any], database: str) -> None:
    """The first line: whoever was erased before there was a list."""
    rows = connection.execute("select owner from people_vault_key where wrapped is null").fetchall()
    owners = [owner for (owner,) in rows]
    _remember(connection, [erased.add(owners, "before_lists", dt.datetime.now(dt.UTC), database)])


def _remember(connection: Connection[Any], lines: Sequence[erased.Line]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into erasure_tombstone (n, line) values (%s, %s::jsonb) on conflict do nothing",
            [(line["n"], json.dumps(line)) for line in lines],
        )
        cursor.executemany(
            "insert into erasure_gone (digest, n) values (%s, %s) on conflict do nothing",
            [(bytes.fromhex(digest), line["n"]) for line in lines for digest in line["erased"]],
        )


def _living(connection: Connection[Any], digests: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "select owner from people_vault_key where wrapped is not null"
        " and sha256(convert_to('tongzhou erased ' || owner, 'UTF8')) = any(%s) order by owner for update",
        [[bytes.fromhex(one) for one in digests]],
    )
    return [owner for (owner,) in rows]


def _destroy(connection: Connection[Any], owners: Sequence[str], reason: str, n: int) -> None:
    if not owners:
        return
    moment = dt.datetime.now(dt.UTC)
    destroyed = connection.execute(
        "update people_vault_key set wrapped = null, destroyed_at = %s where owner = any(%s) returning sees",
        [moment, list(owners)],
    ).fetchall()
    connection.execute("delete from people_vault_item where owner = any(%s)", [list(owners)])
    connection.execute("delete from people_vault_index where owner = any(%s)", [list(owners)])
    by_sort: dict[str, int] = {}
    for (sees,) in destroyed:
        by_sort[sees] = by_sort.get(sees, 0) + 1
    _report(connection, moment, reason, by_sort, n)


def tell_list_lost(connection: Connection[Any]) -> None:
    """Say in public that a backup was restored without the newest list: who was erased since may be back."""
    _report(connection, dt.datetime.now(dt.UTC), "list_lost", {}, erased.tip(connection.info.dbname)[0])


def _report(connection: Connection[Any], at: dt.datetime, reason: str, by_sort: dict[str, int], n: int) -> None:
    dies = epochs.dies_by(at) if by_sort else None
    persons = sum(by_sort.values())
    said = {"at": at.isoformat(), "reason": reason, "keys": persons, "by_sort": by_sort, "list": n}
    told = json.dumps(said | {"destroyed_by": dies.isoformat() if dies else None}, sort_keys=True)
    connection.execute(
        "insert into people_deletion_report (at, reason, keys_destroyed, by_sort, signature, tombstone, epoch,"
        " destroyed_by, told) values (%s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s)",
        [at, reason, persons, json.dumps(by_sort), keys.signing_key().sign(told.encode()), n, keys.week(at),
         dies, told],
    )  # fmt: skip
