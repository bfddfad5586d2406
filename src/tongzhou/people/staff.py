"""Making members of staff and the roles they hold. Runs as owner: no running role may give rights."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth.hashers import make_password
from psycopg import Connection

from tongzhou.database.roles import OWNER
from tongzhou.people.roles import ROLES


def owner() -> Connection[Any]:
    given: dict[str, Any] = {**settings.INSTALLATION.connection(OWNER), "dbname": settings.DATABASES["owner"]["NAME"]}
    return psycopg.connect(**given)


def enrol(connection: Connection[Any], login: str, name: str, password: str, *, hashed: str | None = None) -> int:
    """Make a member of staff, or find the one with this login; returns the id. Holds no role yet."""
    connection.execute(
        "insert into auth_user (username, first_name, last_name, email, password, is_superuser, is_staff, "
        "is_active, date_joined)"
        " values (%s, %s, '', '', %s, false, false, true, now()) on conflict (username) do nothing",
        [login, name, hashed or make_password(password)],
    )
    row = connection.execute("select id from auth_user where username = %s", [login]).fetchone()
    assert row is not None
    return int(row[0])


def give(connection: Connection[Any], staff: int, role: str, place: int) -> None:
    """Let a member of staff hold a role at a place, from now on. Raises KeyError for an unknown role."""
    ROLES[role]
    held = connection.execute(
        "select 1 from people_held where staff = %s and role = %s and place = %s and valid_to is null",
        [staff, role, place],
    )
    if held.fetchone() is None:
        connection.execute("insert into people_holding (staff, role, place) values (%s, %s, %s)", [staff, role, place])


def end(connection: Connection[Any], login: str, role: str, place: int) -> bool:
    """End a holding now; tells whether there was one."""
    ended = connection.execute(
        "insert into people_holding_end (holding) select h.id from people_held h join auth_user u on u.id = h.staff"
        " where u.username = %s and h.role = %s and h.place = %s and (h.valid_to is null or h.valid_to > now())",
        [login, role, place],
    )
    return ended.rowcount > 0


def held(connection: Connection[Any]) -> list[dict[str, Any]]:
    """Everybody with an account, and what they hold today."""
    found = connection.execute(
        "select u.username, u.first_name, h.role, n.code, h.valid_from from auth_user u"
        " left join people_held h on h.staff = u.id and (h.valid_to is null or h.valid_to > now())"
        " left join lateral (select coalesce(nullif(code, ''), name_zh) as code from places_name where place = h.place"
        " order by valid_from desc limit 1) n on true order by u.username, h.role"
    ).fetchall()
    names = ("login", "name", "role", "place", "since")
    return [dict(zip(names, row, strict=True)) for row in found]


def reset_second_factor(connection: Connection[Any], login: str) -> bool:
    """Remove a second factor; tells whether there was one."""
    gone = connection.execute(
        "delete from otp_totp_totpdevice d using auth_user u where u.id = d.user_id and u.username = %s", [login]
    )
    return gone.rowcount > 0
