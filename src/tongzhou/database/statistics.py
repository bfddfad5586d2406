"""What the planner knows of the tables: gathered once after much was written, not minutes later."""

from __future__ import annotations

from django.db import connections


def gather() -> None:
    """`analyze` as the tables' owner. A region just loaded has none otherwise, and a query may then run for minutes."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze")
    connections["owner"].close()
