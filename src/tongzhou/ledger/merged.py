"""Subjects that count under another one: the dated alias that a merge makes, withdrawn with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection as django_connection


def family(noun: str, key: str) -> list[str]:
    """The keys under which the same case or interview is known: its own first, then those merged into it."""
    with django_connection.cursor() as cursor:
        cursor.execute(
            "select subject from ledger_alias where root = %s order by subject",
            [f"{noun}/{key}"],
        )
        return [key, *(row[0].partition("/")[2] for row in cursor.fetchall())]


def roots(connection: Any, noun: str, keys: Collection[str]) -> dict[str, str]:
    """Each key with the one it counts under."""
    found = connection.execute(
        "select subject, root from ledger_alias where subject = any(%s)", [[f"{noun}/{key}" for key in keys]]
    )
    told = {subject.partition("/")[2]: root.partition("/")[2] for subject, root in found.fetchall()}
    return {key: told.get(key, key) for key in keys}
