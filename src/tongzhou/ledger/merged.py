"""Subjects that count under another one: the dated alias that a merge makes, withdrawn with it."""

from __future__ import annotations

from django.db import connection as django_connection


def family(noun: str, key: str) -> list[str]:
    """The keys under which the same case or interview is known: its own first, then those merged into it."""
    with django_connection.cursor() as cursor:
        cursor.execute(
            "select subject from ledger_alias where root = %s order by subject",
            [f"{noun}/{key}"],
        )
        return [key, *(row[0].partition("/")[2] for row in cursor.fetchall())]
