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
        "select 1 from people_holding where staff = %s and role = %s and place = %s and valid_to is null",
        [staff, role, place],
    )
    if held.fetchone() is None:
        connection.execute("insert into people_holding (staff, role, place) values (%s, %s, %s)", [staff, role, place])
