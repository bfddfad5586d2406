from __future__ import annotations

import hashlib

import psycopg
import pytest
import world
from tests_support import owner_dsn


@pytest.fixture
def desks(staff: dict[str, int]) -> dict[str, int]:
    """Desks of Wu, of Hong below it, and of Xiao."""
    with psycopg.connect(**owner_dsn()) as owner:
        for name, place in {"wu2": 2, "hong3": 3, "xiao8": 8}.items():
            row = owner.execute(
                "insert into auth_user (username, first_name, last_name, email, password, is_superuser, is_staff,"
                " is_active, date_joined) values (%s, %s, '', '', '!', false, false, true, now()) returning id",
                [name, name],
            ).fetchone()
            assert row
            staff[name] = row[0]
            owner.execute(
                "insert into people_holding (staff, role, place) values (%s, 'duty_officer', %s)", [row[0], place]
            )
            owner.execute(
                "insert into people_device (staff, token, name) values (%s, %s, 'test')",
                [row[0], hashlib.sha256(world.token(name).encode()).digest()],
            )
    return staff
