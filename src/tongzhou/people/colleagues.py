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


_OF_EACH = """
select w.role, w.at, c.called from unnest(%s::text[], %s::integer[]) w (role, at),
lateral today_colleagues(array[w.role], w.at) c order by c.depth desc, c.called
"""


def named(posts: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[str]]:
    """By (role, place) what those are called who hold it there or above, the nearest first: asked in one go."""
    wanted = sorted(set(posts))
    found: dict[tuple[str, int], list[str]] = {one: [] for one in wanted}
    with connection.cursor() as cursor:
        cursor.execute(_OF_EACH, [[role for role, _at in wanted], [at for _role, at in wanted]])
        for role, at, called in cursor.fetchall():
            found[role, at].append(called)
    return found
