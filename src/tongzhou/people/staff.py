"""Accounts of members of staff, what they hold, and their ends.

Every function takes a connection: the command line's is of the owner role, the keeper's pages use sign-in's own
(people/signin.py). `by` is the keeper who acts; None is the command line. What was done to an account is written down.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth.hashers import make_password
from psycopg import Connection

from tongzhou.database.roles import OWNER
from tongzhou.people.policy import policy
from tongzhou.people.roles import ROLES

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when it is read aloud


def owner() -> Connection[Any]:
    given: dict[str, Any] = {**settings.INSTALLATION.connection(OWNER), "dbname": settings.DATABASES["owner"]["NAME"]}
    return psycopg.connect(**given)


def find(connection: Connection[Any], login: str) -> int | None:
    """The number of the account with this login; `Lin` and `lin` are one name."""
    row = connection.execute(
        "select id from auth_user where lower(username) = lower(%s) order by username <> %s, id limit 1", [login, login]
    ).fetchone()
    return int(row[0]) if row else None


def alone_with(connection: Connection[Any], login: str) -> None:
    """Let nobody else make or change this account until the transaction ends."""
    connection.execute("select pg_advisory_xact_lock(hashtextextended('account ' || lower(%s), 0))", [login])


def last_event(connection: Connection[Any], staff: int) -> int:
    """The number of what was done last to an account."""
    row = connection.execute("select max(id) from people_account_event where staff = %s", [staff]).fetchone()
    return (row and row[0]) or 0


def enrol(
    connection: Connection[Any],
    login: str,
    name: str,
    password: str,
    *,
    hashed: str | None = None,
    by: int | None = None,
    place: int | None = None,
) -> int:
    """Make a member of staff, or find the one with this login, whose password stays; returns the id. Holds no role
    yet; `place` is where the keeper stands who makes it."""
    alone_with(connection, login)
    if (known := find(connection, login)) is not None:
        return known
    row = connection.execute(
        "insert into auth_user (username, first_name, last_name, email, password, is_superuser, is_staff, "
        "is_active, date_joined) values (%s, %s, '', '', %s, false, false, true, now()) returning id",
        [login, name, hashed or make_password(password)],
    ).fetchone()
    assert row is not None
    note(connection, row[0], "made", by, place)
    return int(row[0])


def give(
    connection: Connection[Any],
    staff: int,
    role: str,
    place: int,
    *,
    by: int | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> None:
    """Let a member of staff hold a role at a place, from now or `since` on. Raises KeyError for an unknown role."""
    ROLES[role]
    held = connection.execute(
        "select 1 from people_held where staff = %s and role = %s and place = %s"
        " and valid_from <= coalesce(%s, now()) and (valid_to is null or valid_to >= %s)",
        [staff, role, place, since, until or dt.datetime(9999, 1, 1, tzinfo=dt.UTC)],
    )
    if held.fetchone() is None:
        connection.execute(
            "insert into people_holding (staff, role, place, valid_from, valid_to, by_staff)"
            " values (%s, %s, %s, coalesce(%s, now()), %s, %s)",
            [staff, role, place, since, until, by],
        )
        note(connection, staff, "role_given", by)
        idle, last = policy().ends([role])  # sessions that are open end as early as the new role has it
        connection.execute(
            "update people_session set idle = least(idle, %s), ends_at = least(ends_at, made_at + %s) where staff = %s",
            [idle, last, staff],
        )


def end_holding(connection: Connection[Any], holding: int, by: int | None = None) -> None:
    """End one holding now: by a line of its own, what was given stays as it was written."""
    row = connection.execute(
        "insert into people_holding_end (holding, by_staff) select id, %s from people_held"
        " where id = %s and (valid_to is null or valid_to > now()) returning"
        " (select staff from people_holding where id = holding)",
        [by, holding],
    ).fetchone()
    if row:
        note(connection, row[0], "role_ended", by)


def end(connection: Connection[Any], login: str, role: str, place: int) -> bool:
    """End what somebody holds of this role at this place now; tells whether there was anything."""
    held = connection.execute(
        "select h.id from people_held h join auth_user u on u.id = h.staff where u.username = %s"
        " and h.role = %s and h.place = %s and (h.valid_to is null or h.valid_to > now())",
        [login, role, place],
    ).fetchall()
    for (holding,) in held:
        end_holding(connection, holding)
    return bool(held)


def held(connection: Connection[Any]) -> list[dict[str, Any]]:
    """Everybody with an account, and what they hold today."""
    found = connection.execute(
        "select u.username, u.first_name, u.is_active, h.role, n.code, h.valid_from from auth_user u"
        " left join people_held h on h.staff = u.id and (h.valid_to is null or h.valid_to > now())"
        " left join lateral (select coalesce(nullif(code, ''), name_zh) as code from places_name where place = h.place"
        " order by valid_from desc limit 1) n on true order by u.username, h.role"
    ).fetchall()
    names = ("login", "name", "active", "role", "place", "since")
    return [dict(zip(names, row, strict=True)) for row in found]


def one_time_password() -> str:
    """A password to be handed over once: four groups that can be read aloud, 78 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def set_password(connection: Connection[Any], staff: int, password: str, *, one_time: bool, by: int | None) -> None:
    """Give an account a password; all its sessions end. A one-time password must be changed before roles count."""
    connection.execute("update auth_user set password = %s where id = %s", [make_password(password), staff])
    note(connection, staff, "password_given" if one_time else "password_set", by)
    end_sessions(connection, staff)


def switch(connection: Connection[Any], staff: int, active: bool, by: int | None) -> None:
    """Switch an account off, its sessions and devices with it, or on again (devices stay revoked)."""
    connection.execute("update auth_user set is_active = %s where id = %s", [active, staff])
    note(connection, staff, "switched_on" if active else "switched_off", by)
    if not active:
        end_sessions(connection, staff)
        connection.execute(
            "update people_device set revoked_at = now() where staff = %s and revoked_at is null", [staff]
        )


def end_sessions(connection: Connection[Any], staff: int, but: bytes = b"") -> int:
    """End all sessions of an account but the one with this digest; how many there were."""
    return connection.execute("delete from people_session where staff = %s and digest <> %s", [staff, but]).rowcount


def end_session(connection: Connection[Any], staff: int, session: int) -> None:
    connection.execute("delete from people_session where staff = %s and id = %s", [staff, session])


def sessions(connection: Connection[Any], staff: int) -> list[dict[str, Any]]:
    found = connection.execute(
        "select id, agent, made_at, seen_at, least(ends_at, seen_at + idle), digest from people_session"
        " where staff = %s and now() < ends_at and now() < seen_at + idle order by seen_at desc",
        [staff],
    ).fetchall()
    return [dict(zip(("id", "agent", "since", "seen", "ends", "digest"), row, strict=True)) for row in found]


def make_device(connection: Connection[Any], staff: int, name: str, by: int | None = None) -> str:
    """A token for a program that speaks as this member of staff; it is shown once and kept as a digest."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        "insert into people_device (staff, token, name, expires_at) values (%s, %s, %s, now() + %s * interval '1 day')",
        [staff, hashlib.sha256(token.encode()).digest(), name, policy().device_days],
    )
    note(connection, staff, "device_made", by)
    return token


def revoke_device(connection: Connection[Any], staff: int, device: int, by: int | None) -> None:
    gone = connection.execute(
        "update people_device set revoked_at = now() where staff = %s and id = %s and revoked_at is null",
        [staff, device],
    )
    if gone.rowcount:
        note(connection, staff, "device_revoked", by)


def devices(connection: Connection[Any], staff: int) -> list[dict[str, Any]]:
    """Tokens that work today."""
    found = connection.execute(
        "select id, name, made_at, used_at, expires_at from people_device where staff = %s and revoked_at is null"
        " and (expires_at is null or expires_at > now()) order by id",
        [staff],
    ).fetchall()
    return [dict(zip(("id", "name", "since", "used", "ends"), row, strict=True)) for row in found]


def reset_second_factor(connection: Connection[Any], login: str, by: int | None = None) -> bool:
    """Remove a second factor; tells whether there was one."""
    gone = connection.execute(
        "delete from otp_totp_totpdevice d using auth_user u where u.id = d.user_id and u.username = %s"
        " returning u.id", [login],
    ).fetchall()  # fmt: skip
    for (staff,) in gone:
        note(connection, staff, "second_reset", by)
    return bool(gone)


def note(connection: Connection[Any], staff: int, what: str, by: int | None, place: int | None = None) -> None:
    """Write down what was done to an account, by whom; nobody changes it afterwards."""
    connection.execute(
        "insert into people_account_event (staff, by_staff, what, place) values (%s, %s, %s, %s)",
        [staff, by, what, place],
    )


def events(connection: Connection[Any], staff: int) -> list[dict[str, Any]]:
    """What was done to an account, newest first: at most 50."""
    found = connection.execute(
        "select e.at, e.what, coalesce(nullif(u.first_name, ''), u.username) from people_account_event e"
        " left join auth_user u on u.id = e.by_staff where e.staff = %s order by e.id desc limit 50",
        [staff],
    ).fetchall()
    return [dict(zip(("at", "what", "by"), row, strict=True)) for row in found]


def one_time_since(connection: Connection[Any], staff: int) -> dt.datetime | None:
    """Since when this account has a one-time password that was not changed yet."""
    row = connection.execute(
        "select at, what from people_account_event where staff = %s and what in ('password_given', 'password_set')"
        " order by id desc limit 1",
        [staff],
    ).fetchone()
    return row[0] if row and row[1] == "password_given" else None
