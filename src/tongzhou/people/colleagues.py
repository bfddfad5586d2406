"""Who holds a post at a place: whom one gives a thing to, or names as the one who does it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection


def colleagues(roles: Iterable[str], at: int) -> list[tuple[int, str]]:
    """(account, name) of the active staff who hold one of these roles there or above, the nearest first."""
    with connection.cursor() as cursor:
        cursor.execute("select staff, called from today_colleagues(%s::text[], %s) order by depth desc, called",
                       [sorted(roles), at])  # fmt: skip
        return [(staff, called) for staff, called in cursor.fetchall()]
